package org.lanewise.bench.peers;

import java.util.SplittableRandom;

/** Parameters and gradients to compare with: no zeros, nothing that becomes subnormal or infinite. */
final class Data {
    private Data() {}

    /** Of either sign, in [0.5, 1). */
    static float[] parameters(int n) {
        return uniform(n, 1, 0.5);
    }

    /** Of either sign, in [0.1, 1), other ones for each step. */
    static float[] gradients(int n, int step) {
        return uniform(n, 2 + step, 0.1);
    }

    private static float[] uniform(int n, long seed, double least) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            double value = random.nextDouble(least, 1);
            values[i] = (float) (random.nextBoolean() ? value : -value);
        }
        return values;
    }
}
