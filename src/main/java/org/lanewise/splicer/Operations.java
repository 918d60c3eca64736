package org.lanewise.splicer;

import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * What a loop may call of the JDK: the operations that {@link org.lanewise.kernel.Kernel} lists under "Bits", which give the same bits
 * at every width, interpreted and compiled.
 */
final class Operations {
    static final String VECTORS = "jdk/incubator/vector/";

    private static final String OPERATORS = VECTORS + "VectorOperators";

    /** Of vectors; what moves numbers between lanes, or looks at one lane, is not among them. */
    private static final Set<String> OF_VECTORS = Set.of("abs", "add", "and", "bitwiseBlend", "blend", "broadcast", "castShape", "check",
            "compare", "convert", "convertShape", "div", "eq", "fma", "lanewise", "length", "lt", "max", "maskAll", "min", "mul", "neg",
            "not",
            "or", "reinterpretAsBytes", "reinterpretAsDoubles", "reinterpretAsFloats", "reinterpretAsInts", "reinterpretAsLongs",
            "reinterpretAsShorts", "reinterpretShape", "species", "sqrt", "sub", "test", "viewAsFloatingLanes", "viewAsIntegralLanes",
            "zero");

    private static final Set<String> OF_MASKS =
            Set.of("allTrue", "and", "andNot", "anyTrue", "cast", "check", "eq", "indexInRange", "length", "not", "or", "toVector", "xor");
    private static final Set<String> OF_SPECIES = Set.of("broadcast", "elementSize", "indexInRange", "length", "loopBound", "maskAll",
            "vectorBitSize", "vectorByteSize", "zero");

    /** Operators for arithmetic and bits. All comparisons, tests and conversions are exact too. */
    private static final Set<String> ARITHMETIC = Set.of("ABS", "ADD", "AND", "AND_NOT", "ASHR", "BITWISE_BLEND", "BIT_COUNT",
            "COMPRESS_BITS", "DIV", "EXPAND_BITS", "FIRST_NONZERO", "FMA", "LEADING_ZEROS_COUNT", "LSHL", "LSHR", "MAX", "MIN", "MUL",
            "NEG",
            "NOT", "OR", "REVERSE", "REVERSE_BYTES", "ROL", "ROR", "SADD", "SQRT", "SSUB", "SUADD", "SUB", "SUSUB",
            "TRAILING_ZEROS_COUNT", "UMAX", "UMIN", "XOR", "ZOMO");

    private static final Set<String> EXACT_TYPES = Set.of("Comparison", "Conversion", "Test");

    /** Of {@code Math}: rounded as the JVM sees fit, which differs between interpreted and compiled code, or not repeatable. */
    private static final Set<String> INEXACT = Set.of("acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "exp", "expm1", "hypot",
            "log",
            "log10", "log1p", "pow", "random", "sin", "sinh", "tan", "tanh");

    private static final Set<String> OF_NUMBERS = Set.of("lang/Boolean", "lang/Byte", "lang/Character", "lang/Double", "lang/Float",
            "lang/Integer", "lang/Long", "lang/Math", "lang/Short", "lang/StrictMath", "util/Objects");

    private Operations() {}

    static boolean isJdk(String owner) {
        return owner.startsWith("java/") || owner.startsWith("jdk/") || owner.startsWith("javax/") || owner.startsWith("[");
    }

    static boolean hasVectors(String descriptor) {
        return descriptor.contains("L" + VECTORS);
    }

    /** Whether a field of the JDK is an operator whose results depend on more than the operands. */
    static boolean isInexactOperator(FieldInstruction field) {
        return field.owner().asInternalName().equals(OPERATORS)
                && isInexactOperator(field.name().stringValue(), field.typeSymbol().displayName());
    }

    /** Whether the results of an operator depend on more than the operands. */
    static boolean isInexactOperator(String name, String type) {
        return !ARITHMETIC.contains(name) && !EXACT_TYPES.contains(type.replaceFirst(".*\\$", ""));
    }

    /** Whether a field of the JDK is a species of a fixed width, or of the width that the CPU prefers. */
    static boolean isForeignSpecies(FieldInstruction field) {
        return field.owner().asInternalName().startsWith(VECTORS) && field.name().stringValue().startsWith("SPECIES_");
    }

    /** Whether a method of the JDK gives bits that depend on width or compiler. */
    static boolean isInexact(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        if (owner.startsWith(VECTORS)) {
            String type = owner.substring(VECTORS.length());
            return !(type.equals("VectorMask") ? OF_MASKS : type.equals("VectorSpecies") ? OF_SPECIES : OF_VECTORS).contains(name);
        }
        return owner.equals("java/lang/Math") && INEXACT.contains(name);
    }

    /** Whether a method of the JDK that is not inexact may be called for every element: it takes and gives numbers, or javac adds it. */
    static boolean isRepeatable(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        boolean isOfNumbers = owner.startsWith("java/") && OF_NUMBERS.contains(owner.substring("java/".length()));
        return owner.startsWith(VECTORS) || isThrowable(owner) || call.name().equalsString("requireNonNull")
                || isOfNumbers && isPrimitive(call.typeSymbol()) && !INEXACT.contains(call.name().stringValue());
    }

    /** By its name, because not every class can be found here. */
    static boolean isThrowable(String owner) {
        return owner.endsWith("Error") || owner.endsWith("Exception");
    }

    private static boolean isPrimitive(MethodTypeDesc type) {
        return type.returnType().isPrimitive() && type.parameterList().stream().allMatch(ClassDesc::isPrimitive);
    }
}
