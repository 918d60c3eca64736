package org.lanewise.splicer;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.Species;

/** One of the {@link Species} as a constant of a width. */
final class SpeciesConstant {
    private static final ClassDesc SPECIES = VectorSpecies.class.describeConstable().orElseThrow();
    private static final String OWNER = Species.class.getName().replace('.', '/');

    private SpeciesConstant() {}

    /** Whether a field is one of the {@link Species}. */
    static boolean isReadBy(FieldInstruction field) {
        return field.owner().name().equalsString(OWNER);
    }

    static void emit(CodeBuilder code, String name, int bits) {
        switch (name) {
            // As a constant of the class, so that classes of all widths have the same code.
            case "LANES" -> code.ldc(code.constantPool().intEntry(bits / Float.SIZE));
            case "FLOATS" -> emit(code, FloatVector.class, bits);
            case "INTS" -> emit(code, IntVector.class, bits);
            case "HALF_FLOATS" -> emit(code, FloatVector.class, bits / 2);
            case "DOUBLES" -> emit(code, DoubleVector.class, bits);
            case "SHORTS" -> emit(code, ShortVector.class, bits / 2);
            default -> throw new AssertionError(name);
        }
    }

    private static void emit(CodeBuilder code, Class<?> vector, int bits) {
        code.getstatic(vector.describeConstable().orElseThrow(), "SPECIES_" + bits, SPECIES);
    }
}
