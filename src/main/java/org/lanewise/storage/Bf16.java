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
 * <p>Rounding adds half of the last kept place less one, plus the last kept bit. That addition could carry a {@code NaN}'s payload away,
 * so every {@code NaN} is first made the one 0x7fc0, as PyTorch does.
 */
final class Bf16 {
    private Bf16() {}

    static FloatVector decode(ShortVector upper) {
        return ((IntVector) upper.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0))
                .lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    static ShortVector encode(FloatVector x) {
        IntVector bits = x.blend(Float.NaN, x.compare(VectorOperators.NE, x)).reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
        IntVector rounded = bits.add(odd).add(0x7fff).lanewise(VectorOperators.LSHR, 16);
        return (ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0);
    }

    static float decode(short upper) {
        return Float.intBitsToFloat(upper << 16);
    }

    static short encode(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) (Float.isNaN(x) ? 0x7fc0 : bits + (bits >>> 16 & 1) + 0x7fff >>> 16);
    }
}
