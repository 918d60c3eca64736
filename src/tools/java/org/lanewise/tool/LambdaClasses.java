package org.lanewise.tool;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a class for each lambda and method reference of compiled classes: a step of the build. The JVM makes the same classes when it
 * comes to them, but it takes a millisecond for each in a JVM that has just been started, and a third of that to load one.
 *
 * <p>What would have to box or unbox is left as it is.
 */
public final class LambdaClasses {
    private static final String CLASS = ".class";
    /** Between the name of a class and the number of one that is written here. */
    private static final String MARK = "$$";
    private static final String ONE = "ONE", OF = "of", FIELD = "captured";

    private final Path root;
    private final Predicate<String> leftAlone;
    private final ClassFile format;
    private final Map<Path, byte[]> files = new LinkedHashMap<>();
    private final Map<ClassDesc, List<ClassDesc>> members = new HashMap<>();

    private LambdaClasses(Path root, Predicate<String> leftAlone, ClassFile format) {
        this.root = root;
        this.leftAlone = leftAlone;
        this.format = format;
    }

    /**
     * Rewrites classes.
     *
     * @param args the folder of classes
     */
    public static void main(String... args) throws IOException {
        // Kernels are spliced from their class files, into classes of other names.
        write(Path.of(args[0]), name -> name.matches(".*Kernel(\\$.*)?"));
    }

    /**
     * Rewrites the classes of a folder, and deletes what an earlier build wrote and nobody uses now.
     *
     * @param root the folder
     * @param leftAlone classes that stay as they are, by name with slashes
     * @throws IOException if a file cannot be read or written
     */
    static void write(Path root, Predicate<String> leftAlone) throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {root.toUri().toURL()})) {
            ClassFile format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver())));
            new LambdaClasses(root, leftAlone, format).write();
        }
    }

    private void write() throws IOException {
        Map<String, ClassModel> classes = read();
        classes.forEach((name, model) -> {
            if (!leftAlone.test(name) && !name.contains(MARK)) {
                rewrite(model);
            }
        });
        members.forEach((host, added) -> {
            String name = name(host);
            byte[] rewritten = files.get(file(name));
            ClassModel model = rewritten == null ? classes.get(name) : format.parse(rewritten);
            files.put(file(name), withMembers(model, added));
        });
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        Map<String, ClassModel> now = read();
        for (String name : now.keySet()) {
            if (name.contains(MARK) && !isMember(name, now)) {
                Files.delete(file(name));
            }
        }
    }

    private Map<String, ClassModel> read() throws IOException {
        Map<String, ClassModel> classes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(one -> one.toString().endsWith(CLASS)).toList()) {
                ClassModel model = format.parse(file);
                if (!model.isModuleInfo()) {
                    String name = root.relativize(file).toString().replace(File.separatorChar, '/');
                    classes.put(name.substring(0, name.length() - CLASS.length()), model);
                }
            }
        }
        return classes;
    }

    private static boolean isMember(String name, Map<String, ClassModel> classes) {
        return host(classes.get(name)).map(host -> classes.get(name(host))).map(LambdaClasses::members).orElse(Set.of())
                .contains(name);
    }

    private static Set<String> members(ClassModel host) {
        return host.findAttribute(Attributes.nestMembers()).stream().flatMap(found -> found.nestMembers().stream())
                .map(member -> member.asInternalName()).collect(Collectors.toSet());
    }

    private static Optional<ClassDesc> host(ClassModel model) {
        return model.findAttribute(Attributes.nestHost()).map(found -> found.nestHost().asSymbol());
    }

    private Path file(String name) {
        return root.resolve(name + CLASS);
    }

    private static String name(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private byte[] withMembers(ClassModel host, List<ClassDesc> added) {
        List<ClassDesc> all = new ArrayList<>();
        host.findAttribute(Attributes.nestMembers()).ifPresent(
                found -> found.nestMembers().forEach(member -> all.add(member.asSymbol())));
        all.addAll(added);
        return format.transformClass(host, ClassTransform.dropping(NestMembersAttribute.class::isInstance)
                .andThen(ClassTransform.endHandler(builder -> builder.with(NestMembersAttribute.ofSymbols(all)))));
    }

    private void rewrite(ClassModel model) {
        ClassDesc type = model.thisClass().asSymbol(), host = host(model).orElse(type);
        List<ClassDesc> made = new ArrayList<>();
        byte[] rewritten = format.transformClass(model, ClassTransform.transformingMethodBodies(
                (builder, element) -> rewrite(builder, element, type, host, made)));
        if (!made.isEmpty()) {
            files.put(file(name(type)), rewritten);
            members.computeIfAbsent(host, _ -> new ArrayList<>()).addAll(made);
        }
    }

    private void rewrite(CodeBuilder builder, CodeElement element, ClassDesc type, ClassDesc host, List<ClassDesc> made) {
        Optional<Lambda> lambda = element instanceof InvokeDynamicInstruction call ? Lambda.of(call) : Optional.empty();
        if (lambda.isEmpty()) {
            builder.with(element);
            return;
        }
        Lambda it = lambda.get();
        ClassDesc name = ClassDesc.ofDescriptor("L" + name(type) + MARK + (made.size() + 1) + ";");
        made.add(name);
        files.put(file(name(name)), format.build(name, of -> it.write(of, name, host)));
        if (it.captures().parameterCount() == 0) {
            builder.getstatic(name, ONE, it.captures().returnType());
        } else {
            builder.invokestatic(name, OF, it.captures());
        }
    }

    /**
     * A lambda.
     *
     * @param captures types of what it captures, and the interface
     * @param method name of the interface's method
     * @param erased that method
     * @param body what is called
     */
    private record Lambda(MethodTypeDesc captures, String method, MethodTypeDesc erased, DirectMethodHandleDesc body) {
        private static final ClassDesc FACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");

        static Optional<Lambda> of(InvokeDynamicInstruction call) {
            DirectMethodHandleDesc factory = call.bootstrapMethod();
            if (!factory.owner().equals(FACTORY) || !factory.methodName().equals("metafactory")) {
                return Optional.empty();
            }
            Lambda lambda = new Lambda(call.typeSymbol(), call.name().stringValue(), (MethodTypeDesc) call.bootstrapArgs().getFirst(),
                    (DirectMethodHandleDesc) call.bootstrapArgs().get(1));
            MethodTypeDesc as = (MethodTypeDesc) call.bootstrapArgs().get(2);
            return lambda.fits(as) ? Optional.of(lambda) : Optional.empty();
        }

        /** Whether nothing is to be boxed or converted. */
        private boolean fits(MethodTypeDesc as) {
            ClassDesc given = body.invocationType().returnType(), wanted = erased.returnType();
            boolean fits = wanted.equals(ConstantDescs.CD_void) || fits(given, wanted);
            for (int k = 0; k < as.parameterCount(); k++) {
                fits &= fits(as.parameterType(k), parameter(k)) && fits(erased.parameterType(k), as.parameterType(k));
            }
            return fits;
        }

        private static boolean fits(ClassDesc from, ClassDesc to) {
            return from.isPrimitive() || to.isPrimitive() ? from.equals(to) : true;
        }

        /** What the body takes as a parameter of the interface's method. */
        private ClassDesc parameter(int k) {
            return body.invocationType().parameterType(captures.parameterCount() + k);
        }

        /** Without captures there is one object, as the JVM makes it. */
        void write(ClassBuilder type, ClassDesc name, ClassDesc host) {
            ClassDesc face = captures.returnType();
            MethodTypeDesc constructor = MethodTypeDesc.of(ConstantDescs.CD_void, captures.parameterList());
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER).withInterfaceSymbols(face)
                    .with(NestHostAttribute.of(host));
            for (int k = 0; k < captures.parameterCount(); k++) {
                type.withField(FIELD + k, captures.parameterType(k), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            }
            type.withMethodBody(ConstantDescs.INIT_NAME, constructor, ClassFile.ACC_PRIVATE, code -> construct(code, name));
            if (captures.parameterCount() == 0) {
                type.withField(ONE, face, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
                type.withMethodBody(ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC,
                        code -> code.new_(name).dup().invokespecial(name, ConstantDescs.INIT_NAME, constructor).putstatic(name, ONE, face)
                                .return_());
            } else {
                type.withMethodBody(OF, captures, ClassFile.ACC_STATIC, code -> {
                    code.new_(name).dup();
                    for (int k = 0; k < captures.parameterCount(); k++) {
                        code.loadLocal(TypeKind.from(captures.parameterType(k)), code.parameterSlot(k));
                    }
                    code.invokespecial(name, ConstantDescs.INIT_NAME, constructor).areturn();
                });
            }
            type.withMethodBody(method, erased, ClassFile.ACC_PUBLIC, code -> call(code, name));
        }

        private void construct(CodeBuilder code, ClassDesc name) {
            code.aload(0).invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
            for (int k = 0; k < captures.parameterCount(); k++) {
                ClassDesc type = captures.parameterType(k);
                code.aload(0).loadLocal(TypeKind.from(type), code.parameterSlot(k)).putfield(name, FIELD + k, type);
            }
            code.return_();
        }

        private void call(CodeBuilder code, ClassDesc name) {
            boolean constructs = body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
            if (constructs) {
                code.new_(body.owner()).dup();
            }
            for (int k = 0; k < captures.parameterCount(); k++) {
                code.aload(0).getfield(name, FIELD + k, captures.parameterType(k));
            }
            for (int k = 0; k < erased.parameterCount(); k++) {
                code.loadLocal(TypeKind.from(erased.parameterType(k)), code.parameterSlot(k));
                if (!parameter(k).equals(erased.parameterType(k))) {
                    code.checkcast(parameter(k));
                }
            }
            invoke(code);
            ClassDesc given = constructs ? body.owner() : body.invocationType().returnType();
            if (!erased.returnType().equals(ConstantDescs.CD_void)) {
                code.return_(TypeKind.from(erased.returnType()));
                return;
            }
            if (!given.equals(ConstantDescs.CD_void)) {
                if (TypeKind.from(given).slotSize() == 2) {
                    code.pop2();
                } else {
                    code.pop();
                }
            }
            code.return_();
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
    }
}
