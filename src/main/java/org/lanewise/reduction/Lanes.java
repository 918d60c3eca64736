package org.lanewise.reduction;

import java.util.Arrays;

/**
 * Where the kernels of a reduction leave what they have accumulated, between two calls: the 64 virtual lanes of sums, of which element
 * {@code i} of a block always goes to lane {@code i mod 64}, and as many integers.
 *
 * <p>Vectors of any width, added to the lanes they cover, do the same additions in the same order as a loop over single elements; a sum
 * over the lanes of one vector would not.
 */
final class Lanes {
    /** Number of virtual lanes: four vectors of 512 bits, enough to hide the latency of memory and an addition. */
    static final int COUNT = 64;

    final double[] sums = new double[COUNT];
    final int[] integers = new int[COUNT];

    /** Forgets all: what a call that threw has left. */
    void clear() {
        Arrays.fill(sums, 0);
        Arrays.fill(integers, 0);
    }

    /** Adds up the sums in the order of a tree, and clears them. Three loops, as C2 vectorizes them with distances that are constant. */
    double takeSum() {
        double[] t = sums;
        for (int j = 0; j < 32; j++) {
            t[j] += t[j + 32];
        }
        for (int j = 0; j < 16; j++) {
            t[j] += t[j + 16];
        }
        for (int j = 0; j < 8; j++) {
            t[j] += t[j + 8];
        }
        double sum = ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
        Arrays.fill(t, 0);
        return sum;
    }

    /** The largest of the integers; clears them. */
    int takeMax() {
        int max = 0;
        for (int x : integers) {
            max = Math.max(max, x);
        }
        Arrays.fill(integers, 0);
        return max;
    }

    /** The sum of the integers; clears them. */
    int takeCount() {
        int count = 0;
        for (int x : integers) {
            count += x;
        }
        Arrays.fill(integers, 0);
        return count;
    }
}
