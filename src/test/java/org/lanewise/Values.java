package org.lanewise;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Floats of the kinds that break numerical code, and how to compare them. */
public enum Values {
    NORMAL, TINY, HUGE, SPECIAL, MIXED;

    private static final float[] SPECIALS = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL, 1e-30f, 1e30f, Float.MAX_VALUE,
        -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 1f, -1f, 1e19f, -1e-19f
    };

    /** {@code n} values, the same for the same seed. */
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

    /** Index of the first difference in bits, with all NaN alike; -1 if there is none. */
    public static int mismatch(float[] a, float[] b) {
        return Arrays.mismatch(bits(a), bits(b));
    }

    /** Bits of all values, with all NaN alike. */
    public static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
        return bits;
    }

    /** What a slice holds. */
    public static float[] of(Slice slice) {
        float[] values = new float[Math.toIntExact(slice.size())];
        slice.copyTo(values);
        return values;
    }
}
