package org.lanewise.verify;

import java.util.SplittableRandom;

/** Kinds of floats to verify with, among them those that break numerical code. */
public enum Values {
    /** Normally distributed, with variance 1. */
    NORMAL,
    /** Subnormal numbers and the smallest normal ones. */
    TINY,
    /** Normally distributed with deviation 1e38: about the largest there are, some infinite. */
    HUGE,
    /** Zeros, the smallest, the largest, infinities and {@code NaN}. */
    SPECIAL,
    /** Random bits, and one special value in four. */
    MIXED;

    private static final float[] SPECIALS = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL, 1e-30f, 1e30f, Float.MAX_VALUE,
        -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1f, -1f, 1e19f, -1e-19f
    };

    /**
     * Values of this kind.
     *
     * @param n how many
     * @param seed chooses them
     * @return the same values for the same seed
     */
    public float[] array(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = next(random);
        }
        return values;
    }

    private float next(SplittableRandom random) {
        return switch (this) {
            case NORMAL -> (float) random.nextGaussian();
            case TINY -> Float.intBitsToFloat(random.nextInt(1 << 25) | random.nextInt(2) << 31);
            case HUGE -> (float) random.nextGaussian(0, 1e38);
            case SPECIAL -> SPECIALS[random.nextInt(SPECIALS.length)];
            case MIXED -> random.nextInt(4) == 0 ? SPECIAL.next(random) : Float.intBitsToFloat(random.nextInt());
        };
    }
}
