package org.lanewise;

import java.util.Arrays;

/** Sums of squares as the library defines them, one number after the other: what norms inside a step are compared with. */
final class PlainNorms {
    private static final int BLOCK = 1 << 14;
    private static final int LANES = 64;
    private static final int RUNS = 16;

    private double sum;
    private double error;

    /** Adds a tensor, or several in the order in which they lie with what they are padded with, block by block. */
    void add(float[] x) {
        for (int from = 0; from < x.length; from += BLOCK) {
            addBlock(ofBlock(Arrays.copyOfRange(x, from, Math.min(x.length, from + BLOCK))));
        }
    }

    /** With the error of each addition kept (D. E. Knuth's two-sum). */
    private void addBlock(double block) {
        double next = sum + block;
        double added = next - sum;
        error += (sum - (next - added)) + (block - added);
        sum = next;
    }

    double total() {
        return sum <= Double.MAX_VALUE ? sum + error : sum;
    }

    private static double ofBlock(float[] x) {
        double plain = ofRuns(runs(x));
        if (plain >= 0x1p-100 && plain <= Double.MAX_VALUE) {
            return plain;
        }
        float largest = 0;
        for (float each : x) {
            largest = Math.max(largest, Math.abs(each));
        }
        if (largest == 0 || !(largest <= Float.MAX_VALUE)) {
            return largest;
        }
        int exponent = Math.clamp(Math.getExponent(largest), -126, 126);
        float[] scaled = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = x[i] * Math.scalb(1f, -exponent);
        }
        return Math.scalb(ofRuns(runs(scaled)), 2 * exponent);
    }

    /** Squares of four elements 16 apart, added as floats; at the end, where fewer than 64 are left, of one. */
    private static float[] runs(float[] x) {
        int groups = x.length / LANES, rest = x.length % LANES;
        float[] runs = new float[groups * RUNS + rest];
        for (int run = 0; run < groups * RUNS; run++) {
            int i = run / RUNS * LANES + run % RUNS;
            runs[run] = Math.fma(x[i + 16], x[i + 16], x[i] * x[i]) + Math.fma(x[i + 48], x[i + 48], x[i + 32] * x[i + 32]);
        }
        for (int k = 0; k < rest; k++) {
            float last = x[groups * LANES + k];
            runs[groups * RUNS + k] = last * last;
        }
        return runs;
    }

    /** In rows of 64; four rows at a time while there are so many, two and two as floats. */
    private static double ofRuns(float[] runs) {
        double[] lanes = new double[LANES];
        int fours = runs.length / (4 * LANES) * 4 * LANES;
        for (int row = 0; row < fours; row += 4 * LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                int run = row + lane;
                double first = runs[run] + runs[run + LANES], second = runs[run + 2 * LANES] + runs[run + 3 * LANES];
                lanes[lane] += first + second;
            }
        }
        for (int run = fours; run < runs.length; run++) {
            lanes[run % LANES] += runs[run];
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[0];
    }
}
