package org.lanewise.tool;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A lambda or method reference: what it captures, and what is called with that and with arguments of the interface's method, which are
 * boxed, unboxed, widened and cast as {@link java.lang.invoke.LambdaMetafactory} has it.
 *
 * @param captures types of what it captures, and the interface
 * @param method name of the interface's method
 * @param erased that method
 * @param as that method where the interface's type parameters are known
 * @param body what is called
 */
record Lambda(MethodTypeDesc captures, String method, MethodTypeDesc erased, MethodTypeDesc as, DirectMethodHandleDesc body) {
    private static final ClassDesc FACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final Map<ClassDesc, ClassDesc> WRAPPERS = Map.of(
            ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean, ConstantDescs.CD_char, ConstantDescs.CD_Character,
            ConstantDescs.CD_byte, ConstantDescs.CD_Byte, ConstantDescs.CD_short, ConstantDescs.CD_Short,
            ConstantDescs.CD_int, ConstantDescs.CD_Integer, ConstantDescs.CD_long, ConstantDescs.CD_Long,
            ConstantDescs.CD_float, ConstantDescs.CD_Float, ConstantDescs.CD_double, ConstantDescs.CD_Double);
    private static final Map<ClassDesc, ClassDesc> PRIMITIVES =
            WRAPPERS.entrySet().stream().collect(Collectors.toUnmodifiableMap(Entry::getValue, Entry::getKey));

    /** {@return what a call makes, unless it is no lambda, or a serializable one or one with bridges, which are left to the JVM} */
    static Optional<Lambda> of(InvokeDynamicInstruction call) {
        DirectMethodHandleDesc factory = call.bootstrapMethod();
        if (!factory.owner().equals(FACTORY) || !factory.methodName().equals("metafactory")) {
            return Optional.empty();
        }
        return Optional.of(new Lambda(call.typeSymbol(), call.name().stringValue(), (MethodTypeDesc) call.bootstrapArgs().getFirst(),
                (MethodTypeDesc) call.bootstrapArgs().get(2), (DirectMethodHandleDesc) call.bootstrapArgs().get(1)));
    }

    ClassDesc face() {
        return captures.returnType();
    }

    List<ClassDesc> captured() {
        return captures.parameterList();
    }

    /** {@return name and descriptor of the interface's method} */
    String signature() {
        return method + erased.descriptorString();
    }

    /**
     * Writes what the interface's method does.
     *
     * @param code its code
     * @param getCaptured writes how to get what was captured
     */
    void write(CodeBuilder code, GetCaptured getCaptured) {
        if (body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
            code.new_(body.owner()).dup();
        }
        MethodTypeDesc called = body.invocationType();
        int own = captured().size();
        for (int k = 0; k < own; k++) {
            getCaptured.write(k, called.parameterType(k));
        }
        for (int k = 0; k < erased.parameterCount(); k++) {
            code.loadLocal(TypeKind.from(erased.parameterType(k)), code.parameterSlot(k));
            convert(code, erased.parameterType(k), called.parameterType(own + k), as.parameterType(k));
        }
        invoke(code);
        // What is returned to a method that returns nothing stays on the stack, where the JVM drops it.
        convert(code, called.returnType(), erased.returnType(), as.returnType());
        code.return_(TypeKind.from(erased.returnType()));
    }

    /** Private methods too: the class belongs to the nest. */
    private void invoke(CodeBuilder code) {
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
        switch (body.kind()) {
            case STATIC, INTERFACE_STATIC -> code.invokestatic(body.owner(), body.methodName(), type, body.isOwnerInterface());
            case VIRTUAL, SPECIAL -> code.invokevirtual(body.owner(), body.methodName(), type);
            case INTERFACE_VIRTUAL, INTERFACE_SPECIAL -> code.invokeinterface(body.owner(), body.methodName(), type);
            case CONSTRUCTOR -> code.invokespecial(body.owner(), ConstantDescs.INIT_NAME, type);
            default -> throw new IllegalStateException("a lambda cannot be a " + body.kind());
        }
    }

    private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to, ClassDesc as) {
        if (from.equals(ConstantDescs.CD_void) || to.equals(ConstantDescs.CD_void)) {
            return;
        }
        if (!from.isPrimitive()) {
            ClassDesc given = as.isPrimitive() ? from : as;
            cast(code, from, given);
            if (to.isPrimitive()) {
                unbox(code, given, to);
            } else {
                cast(code, given, to);
            }
        } else if (to.isPrimitive()) {
            code.conversion(TypeKind.from(from), TypeKind.from(to));
        } else {
            box(code, from, to);
        }
    }

    /** Upwards too: else the verifier would load both classes when it comes to this one. */
    static void cast(CodeBuilder code, ClassDesc from, ClassDesc to) {
        if (!from.equals(to) && !to.equals(ConstantDescs.CD_Object)) {
            code.checkcast(to);
        }
    }

    private static void box(CodeBuilder code, ClassDesc from, ClassDesc to) {
        ClassDesc primitive = PRIMITIVES.getOrDefault(to, from), wrapper = WRAPPERS.get(primitive);
        code.conversion(TypeKind.from(from), TypeKind.from(primitive));
        code.invokestatic(wrapper, "valueOf", MethodTypeDesc.of(wrapper, primitive));
        cast(code, wrapper, to);
    }

    private static void unbox(CodeBuilder code, ClassDesc from, ClassDesc to) {
        boolean number = !to.equals(ConstantDescs.CD_boolean) && !to.equals(ConstantDescs.CD_char);
        ClassDesc wrapper = PRIMITIVES.containsKey(from) ? from : number ? ConstantDescs.CD_Number : WRAPPERS.get(to);
        cast(code, from, wrapper);
        // Only a Character has no method for each primitive that it can be widened to.
        ClassDesc primitive = wrapper.equals(ConstantDescs.CD_Character) ? ConstantDescs.CD_char : to;
        code.invokevirtual(wrapper, primitive.displayName() + "Value", MethodTypeDesc.of(primitive));
        code.conversion(TypeKind.from(primitive), TypeKind.from(to));
    }

    /** Gets what was captured. */
    interface GetCaptured {
        void write(int k, ClassDesc type);
    }
}
