package org.lanewise.storage;

/**
 * bfloat16, the upper 16 bits of a float, rounded to the nearest, ties to even.
 *
 * <p>Rounding adds half of the last kept place less one, plus the last kept bit. That addition could carry a {@code NaN}'s payload away,
 * so every {@code NaN} is first made the one 0x7fc0, as PyTorch does.
 */
public final class Bf16 {
    private Bf16() {}

    /**
     * A number as a float, which it is exactly.
     *
     * @param upper its bits
     * @return the float with these as its upper half
     */
    public static float decode(short upper) {
        return Float.intBitsToFloat(upper << 16);
    }

    static short encode(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (Float.isNaN(x) ? 0x7fc0 : bits + (bits >>> 16 & 1) + 0x7fff >>> 16);
    }
}
