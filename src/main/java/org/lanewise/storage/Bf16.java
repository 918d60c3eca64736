package org.lanewise.storage;

import static org.lanewise.kernel.Species.INTS;
import static org.lanewise.kernel.Species.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * bfloat16, the upper 16 bits of a float, rounded to the nearest, ties to even.
 *
 * <p>Rounding adds half of the last kept place less one, plus the last kept bit. That addition could carry a {@code NaN}'s
 * payload away, so a {@code NaN} gets its quiet bit (0x40 of the upper half) set instead.
 */
final class Bf16 {
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int INFINITY = 0x7f800000;

    private Bf16() {}

    static FloatVector decode(ShortVector upper) {
        return ((IntVector) upper.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0))
                .lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    static ShortVector encode(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = bits.add(upper.and(1)).add(0x7fff).lanewise(VectorOperators.LSHR, 16);
        IntVector kept = rounded.blend(upper.or(0x40), bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY));
        return (ShortVector) kept.convertShape(VectorOperators.I2S, SHORTS, 0);
    }

    static float decode(short upper) {
        return Float.intBitsToFloat(upper << 16);
    }

    static short encode(float x) {
        int bits = Float.floatToRawIntBits(x);
        int upper = bits >>> 16;
        return (short) (Float.isNaN(x) ? upper | 0x40 : bits + (upper & 1) + 0x7fff >>> 16);
    }
}
