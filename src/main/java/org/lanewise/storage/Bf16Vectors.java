package org.lanewise.storage;

import static org.lanewise.kernel.Species.INTS;
import static org.lanewise.kernel.Species.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Bf16} of vectors, a class of its own so that a store can be read and written in a JVM without them. */
final class Bf16Vectors {
    private Bf16Vectors() {}

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
}
