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
        int low = 0, high = to.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (to[middle] <= element) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
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
        return new Segments(cut(from, count), cut(to, count), cut(kernel, count), cut(tensor, count));
    }

    private static int[] cut(int[] all, int count) {
        return Arrays.copyOf(all, count);
    }
}
