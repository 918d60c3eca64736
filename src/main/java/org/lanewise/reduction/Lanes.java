package org.lanewise.reduction;

import java.util.Arrays;

/**
 * Where the kernels of a reduction leave what they have accumulated, between two calls: the 64 virtual lanes of sums, of which number
 * {@code i} that is added always goes to lane {@code i mod 64}, and as many integers, whose order does not matter.
 *
 * <p>Vectors of any width, added to the lanes they cover, do the same additions in the same order as a loop over single elements; a sum
 * over the lanes of one vector would not.
 */
final class Lanes {
    /** Number of virtual lanes: four vectors of 512 bits, enough to hide the latency of memory and an addition. */
    static final int COUNT = 64;

    /** Numbers whose tree is a loop that C2 unrolls. */
    static final int FEW = 16;

    final double[] sums = new double[COUNT];
    final int[] integers = new int[COUNT];

    /** All zero, as sums have to be before a block. */
    void clear() {
        Arrays.fill(sums, 0);
    }

    /** All zero, as integers have to be before a block. */
    void clearIntegers() {
        Arrays.fill(integers, 0);
    }

    /** The total of the sums, which are used up: a tree in place. Three loops, as C2 vectorizes them with distances that are constant. */
    double sum() {
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
        return sumOfEight();
    }

    /**
     * The total of the squares of numbers {@code from} to {@code to - 1}, at most {@link #COUNT}, as if each had been added to its lane:
     * lanes that got none are zero and change nothing in the tree, so they are left out.
     */
    double sumOfSquares(float[] x, int from, int to) {
        double[] t = sums;
        int end = to - from;
        for (int j = 0; j < end; j++) {
            double xj = x[from + j];
            t[j] = xj * xj;
        }
        for (int half = COUNT / 2; half >= 8; half /= 2) {
            for (int j = half; j < end; j++) {
                t[j - half] += t[j];
            }
            end = Math.min(end, half);
        }
        for (int j = end; j < 8; j++) {
            t[j] = 0;
        }
        return sumOfEight();
    }

    /** The same of {@link #FEW} numbers, of which the last may be zeros that stand for none. */
    double sumOfSquares(float[] x, int from) {
        double[] t = sums;
        for (int j = 0; j < 8; j++) {
            double a = x[from + j], b = x[from + j + 8];
            t[j] = a * a + b * b;
        }
        return sumOfEight();
    }

    private double sumOfEight() {
        double[] t = sums;
        return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
    }

    /** The largest of the integers. */
    int max() {
        int max = 0;
        for (int x : integers) {
            max = Math.max(max, x);
        }
        return max;
    }

    /** The sum of the integers. */
    int count() {
        int count = 0;
        for (int x : integers) {
            count += x;
        }
        return count;
    }
}
