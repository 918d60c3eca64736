package org.lanewise.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.check.VectorModule;

/**
 * The species that kernels and storages are written with, all of one number of lanes but for {@link #DOUBLES} and {@link #HALF_FLOATS}.
 *
 * <p>In an executed kernel each is a constant of the width its optimizer was made with; here they have the width the CPU
 * prefers, between 128 and 512 bits.
 */
public final class Species {
    /** Vectors of 32-bit floats. */
    public static final VectorSpecies<Float> FLOATS;

    /** Vectors of 32-bit ints. */
    public static final VectorSpecies<Integer> INTS;

    /** Vectors of 16-bit shorts, half as wide. */
    public static final VectorSpecies<Short> SHORTS;

    /** Vectors of 64-bit doubles: half as many lanes. */
    public static final VectorSpecies<Double> DOUBLES;

    /** Vectors of 32-bit floats, half as wide, which convert to {@link #DOUBLES}. */
    public static final VectorSpecies<Float> HALF_FLOATS;

    /** Number of lanes: the stride of a vector loop. */
    public static final int LANES;

    static {
        VectorModule.require();
        int bits = Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
        FLOATS = FloatVector.SPECIES_512.withShape(VectorShape.forBitSize(bits));
        INTS = IntVector.SPECIES_512.withShape(VectorShape.forBitSize(bits));
        SHORTS = ShortVector.SPECIES_512.withShape(VectorShape.forBitSize(bits / 2));
        DOUBLES = DoubleVector.SPECIES_512.withShape(VectorShape.forBitSize(bits));
        HALF_FLOATS = FloatVector.SPECIES_512.withShape(VectorShape.forBitSize(bits / 2));
        LANES = FLOATS.length();
    }

    private Species() {}
}
