package org.lanewise.storage;

import java.util.Arrays;

/** bfloat16 by its definition: a table of all magnitudes, and the nearest of them, ties to the even pattern. */
final class Bf16Oracle {
    static final int PATTERNS = 1 << 16;

    /** Lower halves of floats: none, the least, one below, at and above the middle, the most. */
    private static final int[] LOWER_HALVES = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7f80;

    /** By pattern; the last stands for infinity, which rounding takes for 2^128. */
    private static final double[] MAGNITUDES = new double[INFINITY + 1];

    static {
        for (int pattern = 0; pattern <= INFINITY; pattern++) {
            int exponent = pattern >>> 7;
            int fraction = pattern & 0x7f;
            MAGNITUDES[pattern] = exponent == 0 ? Math.scalb((double) fraction, -133) : Math.scalb(128.0 + fraction, exponent - 134);
        }
    }

    private Bf16Oracle() {}

    static boolean isNaN(int pattern) {
        return (pattern & ~SIGN & 0xffff) > INFINITY;
    }

    static float value(int pattern) {
        if (isNaN(pattern)) {
            return Float.NaN;
        }
        int unsigned = pattern & ~SIGN & 0xffff;
        double magnitude = unsigned == INFINITY ? Double.POSITIVE_INFINITY : MAGNITUDES[unsigned];
        return (float) ((pattern & SIGN) == 0 ? magnitude : -magnitude);
    }

    /** Pattern nearest to a number; the distances are exact in double precision. */
    static short nearest(float x) {
        double magnitude = Math.min(Math.abs((double) x), MAGNITUDES[INFINITY]);
        int at = Arrays.binarySearch(MAGNITUDES, magnitude);
        int pattern = at >= 0 ? at : nearer(-at - 2, magnitude);
        return (short) (Math.copySign(1, x) < 0 ? pattern | SIGN : pattern);
    }

    private static int nearer(int below, double magnitude) {
        int order = Double.compare(magnitude - MAGNITUDES[below], MAGNITUDES[below + 1] - magnitude);
        boolean down = order < 0 || order == 0 && below % 2 == 0;
        return down ? below : below + 1;
    }

    /** Bits of floats at, next to and between all patterns. */
    static int[] floatsAroundEveryPattern() {
        int[] bits = new int[PATTERNS * LOWER_HALVES.length];
        Arrays.setAll(bits, i -> i / LOWER_HALVES.length << 16 | LOWER_HALVES[i % LOWER_HALVES.length]);
        return bits;
    }

    /** Whether a pattern is what a float must be rounded to; a NaN becomes 0x7fc0. */
    static boolean isRight(int bits, short pattern) {
        float x = Float.intBitsToFloat(bits);
        return Float.isNaN(x) ? pattern == 0x7fc0 : nearest(x) == pattern;
    }
}
