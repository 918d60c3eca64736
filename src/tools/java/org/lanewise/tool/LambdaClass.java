package org.lanewise.tool;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A class that stands for several lambdas: it implements their interfaces, an int says which of them an object is, and they share fields
 * for what they capture.
 */
final class LambdaClass {
    private static final String WHICH = "which", ONE = "ONE", OF = "of";
    private static final List<TypeKind> KINDS = List.of(TypeKind.REFERENCE, TypeKind.INT, TypeKind.LONG, TypeKind.FLOAT, TypeKind.DOUBLE);

    private final ClassDesc name;
    /** Those of a method are next to each other. */
    private final List<Lambda> lambdas = new ArrayList<>();
    private final Map<String, List<Lambda>> bySignature = new LinkedHashMap<>();
    private final List<Captured> fields;
    private final MethodTypeDesc constructor;

    LambdaClass(ClassDesc name, Collection<Lambda> lambdas) {
        this.name = name;
        lambdas.forEach(lambda -> bySignature.computeIfAbsent(lambda.signature(), _ -> new ArrayList<>()).add(lambda));
        bySignature.values().forEach(this.lambdas::addAll);
        this.fields = KINDS.stream().flatMap(kind -> IntStream.range(0, most(kind)).mapToObj(k -> new Captured(kind, k))).toList();
        List<ClassDesc> parameters = new ArrayList<>(List.of(ConstantDescs.CD_int));
        fields.forEach(field -> parameters.add(field.type()));
        this.constructor = MethodTypeDesc.of(ConstantDescs.CD_void, parameters);
    }

    ClassDesc name() {
        return name;
    }

    private int most(TypeKind kind) {
        return (int) lambdas.stream().mapToLong(lambda -> lambda.captured().stream().filter(type -> kind(type) == kind).count()).max()
                .orElse(0);
    }

    private static TypeKind kind(ClassDesc type) {
        return TypeKind.from(type).asLoadable();
    }

    /**
     * Writes what is executed where the lambda stood in the code.
     *
     * @param lambda one that was added
     */
    void make(CodeBuilder code, Lambda lambda) {
        int which = lambdas.indexOf(lambda);
        if (lambda.captured().isEmpty()) {
            code.getstatic(name, ONE + which, lambda.face());
        } else {
            code.invokestatic(name, OF + which, lambda.captures());
        }
    }

    void write(ClassBuilder type, ClassDesc host) {
        type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER)
                .withInterfaceSymbols(lambdas.stream().map(Lambda::face).distinct().toList()).with(NestHostAttribute.of(host));
        type.withField(WHICH, ConstantDescs.CD_int, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
        fields.forEach(field -> type.withField(field.name(), field.type(), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL));
        type.withMethodBody(ConstantDescs.INIT_NAME, constructor, ClassFile.ACC_PRIVATE, this::construct);
        Predicate<Lambda> captures = lambda -> !lambda.captured().isEmpty();
        lambdas.stream().filter(captures).forEach(lambda -> type.withMethodBody(OF + lambdas.indexOf(lambda), lambda.captures(),
                ClassFile.ACC_STATIC, code -> construct(code, lambda).areturn()));
        List<Lambda> constants = lambdas.stream().filter(captures.negate()).toList();
        if (!constants.isEmpty()) {
            constants.forEach(lambda -> type.withField(ONE + lambdas.indexOf(lambda), lambda.face(),
                    ClassFile.ACC_STATIC | ClassFile.ACC_FINAL));
            type.withMethodBody(ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
                constants.forEach(lambda -> construct(code, lambda).putstatic(name, ONE + lambdas.indexOf(lambda), lambda.face()));
                code.return_();
            });
        }
        bySignature.values().forEach(same -> type.withMethodBody(same.getFirst().method(), same.getFirst().erased(), ClassFile.ACC_PUBLIC,
                code -> choose(code, same)));
    }

    private void construct(CodeBuilder code) {
        code.aload(0).invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
        code.aload(0).iload(1).putfield(name, WHICH, ConstantDescs.CD_int);
        for (int k = 0; k < fields.size(); k++) {
            Captured field = fields.get(k);
            code.aload(0).loadLocal(field.kind(), code.parameterSlot(1 + k)).putfield(name, field.name(), field.type());
        }
        code.return_();
    }

    private CodeBuilder construct(CodeBuilder code, Lambda lambda) {
        List<Captured> captured = captured(lambda);
        code.new_(name).dup().loadConstant(lambdas.indexOf(lambda));
        for (Captured field : fields) {
            int k = captured.indexOf(field);
            if (k < 0) {
                field.loadNothing(code);
            } else {
                code.loadLocal(field.kind(), code.parameterSlot(k));
            }
        }
        return code.invokespecial(name, ConstantDescs.INIT_NAME, constructor);
    }

    /** Where it keeps what it captures, in its order. */
    private static List<Captured> captured(Lambda lambda) {
        List<Captured> all = new ArrayList<>();
        for (ClassDesc type : lambda.captured()) {
            int before = (int) all.stream().filter(field -> field.kind() == kind(type)).count();
            all.add(new Captured(kind(type), before));
        }
        return all;
    }

    /** The last one is what is left if it is none of the others. */
    private void choose(CodeBuilder code, List<Lambda> same) {
        int first = lambdas.indexOf(same.getFirst()), last = same.size() - 1;
        List<Label> labels = same.stream().map(_ -> code.newLabel()).toList();
        if (last > 0) {
            List<SwitchCase> cases = IntStream.range(0, last).mapToObj(k -> SwitchCase.of(first + k, labels.get(k))).toList();
            code.aload(0).getfield(name, WHICH, ConstantDescs.CD_int).tableswitch(first, first + last - 1, labels.get(last), cases);
        }
        for (int k = 0; k <= last; k++) {
            Lambda lambda = same.get(k);
            List<Captured> captured = captured(lambda);
            code.labelBinding(labels.get(k));
            lambda.write(code, (c, type) -> {
                code.aload(0).getfield(name, captured.get(c).name(), captured.get(c).type());
                if (!type.isPrimitive()) {
                    Lambda.cast(code, captured.get(c).type(), type);
                }
            });
        }
    }

    /**
     * A field for what is captured.
     *
     * @param kind its type
     * @param k which one of that type
     */
    private record Captured(TypeKind kind, int k) {
        String name() {
            return type().descriptorString().substring(0, 1).toLowerCase(Locale.ROOT) + k;
        }

        ClassDesc type() {
            return kind.upperBound();
        }

        void loadNothing(CodeBuilder code) {
            switch (kind) {
                case REFERENCE -> code.aconst_null();
                case LONG -> code.lconst_0();
                case FLOAT -> code.fconst_0();
                case DOUBLE -> code.dconst_0();
                default -> code.iconst_0();
            }
        }
    }
}
