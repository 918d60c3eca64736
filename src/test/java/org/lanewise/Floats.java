package org.lanewise;

import java.util.Arrays;

/** Floats by their bits. */
public final class Floats {
    private Floats() {}

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
