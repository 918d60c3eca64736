package org.lanewise.execution;

import java.util.Arrays;

/**
 * Consecutive pieces of a stretch, in order: piece {@code k} has elements {@code from[k]} to {@code to[k] - 1}.
 *
 * @param from where each starts
 * @param to where each ends
 * @param kernel number of the kernel that updates it; -1 for none
 * @param tensor the tensor it is of, or the first of several
 */
record Segments(int[] from, int[] to, int[] kernel, int[] tensor) {
    int count() {
        return from.length;
    }

    /** Index of the first piece that ends after an element. */
    int find(int element) {
        int found = Arrays.binarySearch(to, element + 1);
        return found < 0 ? -found - 1 : found;
    }

    /** Index of the last of some numbers in ascending order that is at most another one; the first is. */
    static int last(int[] firsts, int number) {
        int found = Arrays.binarySearch(firsts, number);
        return found < 0 ? -found - 2 : found;
    }

    /** The same with neighbours that have one kernel as one piece. */
    Segments merged() {
        int[] from = this.from.clone(), to = this.to.clone(), kernel = this.kernel.clone(), tensor = this.tensor.clone();
        int count = 0;
        for (int k = 0; k < this.from.length; k++) {
            if (count > 0 && kernel[count - 1] == this.kernel[k] && to[count - 1] == this.from[k]) {
                to[count - 1] = this.to[k];
            } else {
                from[count] = this.from[k];
                to[count] = this.to[k];
                kernel[count] = this.kernel[k];
                tensor[count++] = this.tensor[k];
            }
        }
        return new Segments(from, to, kernel, tensor).first(count);
    }

    /** The first pieces alone. */
    Segments first(int count) {
        return new Segments(Arrays.copyOf(from, count), Arrays.copyOf(to, count), Arrays.copyOf(kernel, count),
                Arrays.copyOf(tensor, count));
    }
}
