package org.lanewise.splicer;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.ConstantBootstraps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the short forms of the Vector API as the operations they stand for: {@code x.mul(2)} as
 * {@code x.lanewise(MUL, FloatVector.broadcast(FLOATS, 2))}.
 *
 * <p>The JDK's short forms are shared methods that call {@code lanewise} on {@code this}. Which class that is, the compiler takes
 * from the profile of the shared method, that is, from all code of the JVM; when another width was seen there first, a vector can
 * end up allocated in every iteration. Called from the kernel itself, the profile is the kernel's own and has one class.
 */
final class VectorCalls {
    private static final ClassDesc FLOATS = describe(FloatVector.class);
    private static final ClassDesc INTS = describe(IntVector.class);
    private static final ClassDesc DOUBLES = describe(DoubleVector.class);
    private static final ClassDesc VECTOR = describe(Vector.class);
    private static final ClassDesc SPECIES = describe(VectorSpecies.class);
    private static final ClassDesc OPERATORS = describe(VectorOperators.class);
    private static final List<ClassDesc> OPERATOR_OF_ARITY = List.of(
            describe(VectorOperators.Unary.class), describe(VectorOperators.Binary.class), describe(VectorOperators.Ternary.class));
    private static final Map<String, String> SHORT_FORMS = Map.ofEntries(
            Map.entry("add", "ADD"), Map.entry("sub", "SUB"), Map.entry("mul", "MUL"), Map.entry("div", "DIV"),
            Map.entry("min", "MIN"), Map.entry("max", "MAX"), Map.entry("neg", "NEG"), Map.entry("abs", "ABS"),
            Map.entry("sqrt", "SQRT"), Map.entry("fma", "FMA"), Map.entry("and", "AND"), Map.entry("or", "OR"));
    private static final List<String> LONG_FORMS = List.of("lanewise", "compare", "blend");

    private final CodeBuilder code;
    private final int bits;

    VectorCalls(CodeBuilder code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /** Emits a virtual call in its long form, with local variables from {@code free} on; returns false if there is none. */
    boolean emit(ClassDesc owner, String name, MethodTypeDesc type, int free) {
        if (!owner.equals(FLOATS) && !owner.equals(INTS) && !owner.equals(DOUBLES)) {
            return false;
        }
        boolean isShort = SHORT_FORMS.containsKey(name);
        if (isShort || LONG_FORMS.contains(name)) {
            operate(owner, isShort ? "lanewise" : name, SHORT_FORMS.get(name), type, free);
        } else if (name.equals("reinterpretAsInts") || name.equals("reinterpretAsFloats")) {
            reinterpret(type.returnType());
        } else {
            return false;
        }
        return true;
    }

    /**
     * Asks the vector on the stack whether it is of the class that its species has, and fails if not. It always is. But where C2's
     * budget of nodes is spent and an operation is inlined later than the one that gets its result, C2 would take that one's class from
     * the profile of a shared method of the JDK, and allocate the vector. It removes the question once it knows the answer.
     */
    void requireClass(ClassDesc type, int bits) {
        Label asExpected = code.newLabel();
        code.dup().invokevirtual(ConstantDescs.CD_Object, "getClass", MethodTypeDesc.of(ConstantDescs.CD_Class))
                .loadConstant(classOf(type, "SPECIES_" + bits)).if_acmpeq(asExpected).aconst_null().athrow().labelBinding(asExpected);
    }

    private static ConstantDesc classOf(ClassDesc type, String species) {
        ClassDesc constants = describe(ConstantBootstraps.class);
        var field = DynamicConstantDesc.ofNamed(ConstantDescs.ofConstantBootstrap(constants, "getStaticFinal", ConstantDescs.CD_Object,
                ConstantDescs.CD_Class), species, SPECIES, type);
        var getter = MethodHandleDesc.ofMethod(DirectMethodHandleDesc.Kind.INTERFACE_VIRTUAL, SPECIES, "vectorType",
                MethodTypeDesc.of(ConstantDescs.CD_Class));
        return DynamicConstantDesc.ofNamed(ConstantDescs.ofConstantBootstrap(constants, "invoke", ConstantDescs.CD_Object,
                ConstantDescs.CD_MethodHandle, ConstantDescs.CD_Object.arrayType()), "vectorType", ConstantDescs.CD_Class, getter, field);
    }

    private void operate(ClassDesc owner, String name, String operator, MethodTypeDesc type, int free) {
        List<ClassDesc> arguments = new ArrayList<>(type.parameterList());
        for (int i = arguments.size() - 1; i >= 0; i--) {
            code.storeLocal(TypeKind.from(arguments.get(i)), free + 2 * i);
        }
        if (operator != null) {
            code.getstatic(OPERATORS, operator, typeOf(operator));
        }
        for (int i = 0; i < arguments.size(); i++) {
            load(owner, arguments, i, free + 2 * i);
        }
        if (operator != null) {
            arguments.addFirst(OPERATOR_OF_ARITY.get(Collections.frequency(arguments, VECTOR)));
        }
        code.invokevirtual(owner, name, MethodTypeDesc.of(type.returnType(), arguments));
    }

    private void load(ClassDesc owner, List<ClassDesc> arguments, int i, int slot) {
        ClassDesc type = arguments.get(i);
        if (!type.isPrimitive()) {
            code.aload(slot);
            return;
        }
        code.getstatic(owner, "SPECIES_" + bits, SPECIES).loadLocal(TypeKind.from(type), slot)
                .invokestatic(owner, "broadcast", MethodTypeDesc.of(owner, SPECIES, type));
        if (owner.equals(INTS)) {
            // The JDK masks a vector of shift counts first, by a shared method that is called on that vector.
            requireClass(INTS, bits);
        }
        arguments.set(i, VECTOR);
    }

    /**
     * Not by {@code convertShape}: that calls a method which the compiler need not inline, and in the largest kernels, those with
     * bfloat16 in native memory, does not, as its budget of nodes is spent (Adam 0.86 instead of 0.48 ns per element).
     */
    private void reinterpret(ClassDesc target) {
        code.getstatic(target, "SPECIES_" + bits, SPECIES).iconst_0()
                .invokevirtual(VECTOR, "reinterpretShape", MethodTypeDesc.of(VECTOR, SPECIES, ConstantDescs.CD_int)).checkcast(target);
        // Who gets it as an argument checks its species by a shared method that is called on it.
        requireClass(target, bits);
    }

    private static ClassDesc typeOf(String operator) {
        try {
            return describe(VectorOperators.class.getField(operator).getType());
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
