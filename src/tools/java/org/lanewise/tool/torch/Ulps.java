package org.lanewise.tool.torch;

/** Distances of floats, counted in floats. */
public final class Ulps {
    /** The distance of a number from NaN. */
    public static final long NAN = Long.MAX_VALUE;

    private static final int MAGNITUDE = 0x7fffffff;

    private Ulps() {}

    /** How many floats one must go on from one to reach the other; from -0 to 0 it is 1. */
    public static long between(float a, float b) {
        if (Float.isNaN(a) || Float.isNaN(b)) {
            return Float.isNaN(a) && Float.isNaN(b) ? 0 : NAN;
        }
        return Math.abs((long) inOrder(a) - inOrder(b));
    }

    /** Rises with the float, by 1 for each. */
    private static int inOrder(float x) {
        int bits = Float.floatToRawIntBits(x);
        return bits < 0 ? ~(bits & MAGNITUDE) : bits;
    }
}
