package org.lanewise.splicer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.EnclosingMethodAttribute;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.AccessFlag;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.MemoryPlane;

/**
 * Rewrites the class file of a kernel for one variant: its two loops are spliced, everything else stays.
 *
 * @see SplicedLoop
 */
final class Splicer {
    private static final ClassDesc PLANES = Plane.class.describeConstable().orElseThrow().arrayType();
    private static final MethodTypeDesc LOOP =
            MethodTypeDesc.of(ConstantDescs.CD_void, PLANES, ConstantDescs.CD_int, ConstantDescs.CD_int);
    static final String PLAIN = "scalar";
    private static final String VECTOR = "vector";
    private static final List<String> LOOPS = List.of(VECTOR, PLAIN);
    private static final String STORAGES = MemoryPlane.class.getPackageName().replace('.', '/') + "/";

    private final Lookup lookup;
    private final Variant variant;
    private final boolean checked;
    private final List<String> spliced;
    private final String kernel;
    private final Map<String, ClassModel> parsed = new HashMap<>();
    private final Inheritance inheritance = new Inheritance(name -> isGiven(name) ? Optional.of(parse(name)) : Optional.empty());
    private final Map<MethodModel, List<CodeElement>> elements = new IdentityHashMap<>();
    private final Map<MethodModel, Map<Label, Integer>> positions = new IdentityHashMap<>();

    private Accesses accesses = Accesses.NONE;

    /** Tells what was refused on purpose from what went wrong. */
    private IllegalArgumentException refusal;

    /** Of a kernel whose loops may do what {@link org.lanewise.kernel.Kernel} says, if they are checked, or anything. */
    Splicer(Lookup lookup, Variant variant, boolean checked) {
        this(lookup, variant, checked, LOOPS);
    }

    private Splicer(Lookup lookup, Variant variant, boolean checked, List<String> spliced) {
        this.lookup = lookup;
        this.variant = variant;
        this.checked = checked;
        this.spliced = spliced;
        this.kernel = lookup.lookupClass().getName();
    }

    /** Of a kernel of the library, of which the plain loop is spliced alone. */
    static Splicer ofPlainLoop(Lookup lookup, Variant variant) {
        return new Splicer(lookup, variant, false, List.of(PLAIN));
    }

    byte[] splice() {
        ClassModel model = parse(kernel.replace('.', '/'));
        List<MethodModel> loops = LOOPS.stream().map(loop -> method(model, loop, LOOP)).toList();
        try {
            byte[] spliced = splice(model);
            if (checked && variant.fusion().equals(Fusion.NONE)) {
                new IndexCheck(this, variant.options()).check(loops.get(0), loops.get(1));
            }
            return spliced;
        } catch (NotFusibleException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw e == refusal ? refusal : refused("has a form that cannot be spliced: " + firstLine(e), e);
        }
    }

    /** What the plain loop does with planes, once it is spliced. */
    Accesses accesses() {
        return accesses;
    }

    /** Numbers of the planes that the two loops read or write. */
    Set<Integer> planes() {
        Set<Integer> planes = new TreeSet<>();
        for (String loop : LOOPS) {
            List<CodeElement> source = elements(method(kernel(), loop, LOOP));
            planes.addAll(new PlaneFlow(source, kernel(), variant.options()).planes());
        }
        return planes;
    }

    private byte[] splice(ClassModel model) {
        MethodTransform constants = MethodTransform.transformingCode((code, element) -> {
            if (element instanceof FieldInstruction field && SpeciesConstant.isReadBy(field)) {
                SpeciesConstant.emit(code, field.name().stringValue(), variant.bits());
            } else {
                code.with(element);
            }
        });
        // By the loader, not by the lookup: floats and ints in one local variable merge to a class of the JDK that is not public.
        ClassLoader loader = lookup.lookupClass().getClassLoader();
        // Null is the boot loader, which the platform's asks first.
        var resolver = ClassHierarchyResolver.ofClassLoading(loader == null ? ClassLoader.getPlatformClassLoader() : loader);
        var hierarchy = ClassFile.ClassHierarchyResolverOption.of(resolver);
        return ClassFile.of(hierarchy).transformClass(model, (builder, element) -> {
            switch (element) {
                case MethodModel m when spliced.contains(m.methodName().stringValue()) && m.methodTypeSymbol().equals(LOOP) ->
                    builder.withMethodBody(m.methodName(), m.methodType(), m.flags().flagsMask(), code -> {
                        Accesses found = new SplicedLoop(this, variant, code, m).emit();
                        accesses = m.methodName().equalsString(PLAIN) ? found : accesses;
                    });
                case MethodModel m when m.methodName().equalsString(VECTOR) && m.methodTypeSymbol().equals(LOOP) ->
                    builder.withMethodBody(m.methodName(), m.methodType(), m.flags().flagsMask(), code -> code.aconst_null().athrow());
                case MethodModel m -> builder.transformMethod(m, constants);
                case NestHostAttribute _, NestMembersAttribute _, EnclosingMethodAttribute _, InnerClassesAttribute _ -> { }
                default -> builder.with(element);
            }
        });
    }

    /** Whether calls to a static method are replaced by its body: a storage's helpers, and a kernel's own with vectors. */
    static boolean isSpliced(String owner, MethodTypeDesc type) {
        boolean fromJdk = owner.startsWith("java/") || owner.startsWith("jdk/");
        return owner.startsWith(STORAGES) || !fromJdk && type.descriptorString().contains("Ljdk/incubator/vector/");
    }

    /** A method of a class, which may have inherited it. */
    MethodModel method(String owner, String name, MethodTypeDesc type) {
        return find(owner, name, type.descriptorString()).orElseGet(() -> method(parse(owner), name, type));
    }

    /**
     * A method of a class or, unless it is an initializer, of those that it inherits from, if the kernel's class loader gives the class
     * file.
     *
     * @param type its descriptor; null for the first of that name
     */
    Optional<MethodModel> find(String owner, String name, String type) {
        Set<String> classes = name.startsWith("<") ? Set.of(owner) : inheritance.of(owner);
        return classes.stream().filter(this::isGiven).flatMap(c -> parse(c).methods().stream()).filter(m -> m.methodName()
                .equalsString(name) && (type == null || m.methodType().equalsString(type)) && m.code().isPresent()).findFirst();
    }

    /** Where the JVM finds methods and fields of this class that it inherits. */
    Inheritance inheritance() {
        return inheritance;
    }

    /** Whether a field of a class whose class file is given is final. */
    boolean isFinal(String owner, String field) {
        return parse(owner).fields().stream().anyMatch(f -> f.fieldName().equalsString(field) && f.flags().has(AccessFlag.FINAL));
    }

    /** Whether code of another class may use a member of a class when it is copied into the kernel; true if that cannot be told. */
    boolean isAccessible(MemberRefEntry member, Opcode opcode) {
        try {
            Class<?> owner = lookup.findClass(member.owner().asInternalName().replace('/', '.'));
            String name = member.name().stringValue();
            switch (opcode) {
                case INVOKESTATIC -> lookup.findStatic(owner, name,
                        MethodTypeDesc.ofDescriptor(member.type().stringValue()).resolveConstantDesc(lookup));
                case GETSTATIC -> lookup.findStaticGetter(owner, name,
                        (Class<?>) ClassDesc.ofDescriptor(member.type().stringValue()).resolveConstantDesc(lookup));
                default -> { }
            }
            return true;
        } catch (IllegalAccessException _) {
            return false;
        } catch (ReflectiveOperationException | LinkageError _) {
            return true;
        }
    }

    /** Name of the operator in a static field, if it can be read. */
    Optional<String> operator(String owner, FieldInstruction field) {
        try {
            Class<?> type = (Class<?>) field.typeSymbol().resolveConstantDesc(lookup);
            Object value = lookup.findStaticGetter(lookup.findClass(owner.replace('/', '.')), field.name().stringValue(), type).invoke();
            return Optional.of(((VectorOperators.Operator) value).name());
        } catch (Throwable _) {
            return Optional.empty();
        }
    }

    private boolean isGiven(String internalName) {
        ClassLoader loader = lookup.lookupClass().getClassLoader();
        return parsed.containsKey(internalName) || (loader == null ? ClassLoader.getSystemResource(internalName + ".class")
                : loader.getResource(internalName + ".class")) != null;
    }

    private MethodModel method(ClassModel model, String name, MethodTypeDesc type) {
        return model.methods().stream()
                .filter(m -> m.methodName().equalsString(name) && m.methodTypeSymbol().equals(type) && m.code().isPresent())
                .findFirst()
                .orElseThrow(() -> refused("needs the method " + name + type.displayDescriptor() + " in "
                        + model.thisClass().asInternalName().replace('/', '.') + " itself", null));
    }

    private ClassModel parse(String internalName) {
        return parsed.computeIfAbsent(internalName, name -> {
            Class<?> loadedLike = name.startsWith(STORAGES) ? Splicer.class : lookup.lookupClass();
            ClassLoader loader = loadedLike.getClassLoader();
            try (InputStream in = loader == null ? ClassLoader.getSystemResourceAsStream(name + ".class")
                    : loader.getResourceAsStream(name + ".class")) {
                if (in == null) {
                    throw refused("needs the class file of " + name.replace('/', '.') + ", which its class loader does not give", null);
                }
                return ClassFile.of().parse(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("class file of " + name.replace('/', '.') + " not readable", e);
            }
        });
    }

    /** Which elements of code are run again and again: those between the target of a jump back and the jump. */
    static BitSet cycles(List<CodeElement> code, IntPredicate reached) {
        Map<Label, Integer> positions = positions(code);
        BitSet cycles = new BitSet();
        for (int at = 0; at < code.size(); at++) {
            if (reached.test(at) && code.get(at) instanceof BranchInstruction branch && positions.get(branch.target()) <= at) {
                cycles.set(positions.get(branch.target()), at + 1);
            }
        }
        return cycles;
    }

    /** Whether the kernel's loops may do no more than {@link org.lanewise.kernel.Kernel} says. */
    boolean isChecked() {
        return checked;
    }

    /** A method as messages name it: with its class if that is not the kernel's. */
    String shown(String owner, String method) {
        return method.equals("<init>") ? "the constructor" : owner.equals(kernel()) ? method : simpleName(owner) + "." + method;
    }

    /** Internal name of the kernel's class. */
    String kernel() {
        return kernel.replace('.', '/');
    }

    /** What a method with a body does, without checks for null, and where in its source that stands. */
    List<CodeElement> elements(MethodModel method) {
        return elements.computeIfAbsent(method, known -> NullChecks.removed(
                known.findAttribute(Attributes.code()).orElseThrow().elementStream()
                        .filter(e -> e instanceof Instruction || e instanceof LabelTarget || e instanceof LineNumber).toList(),
                known.methodTypeSymbol().equals(LOOP)));
    }

    /** Indices of labels in the {@link #elements} of a method. */
    Map<Label, Integer> positions(MethodModel method) {
        return positions.computeIfAbsent(method, known -> positions(elements(known)));
    }

    /** Indices of labels in code. */
    static Map<Label, Integer> positions(List<CodeElement> code) {
        Map<Label, Integer> positions = new HashMap<>();
        for (int at = 0; at < code.size(); at++) {
            if (code.get(at) instanceof LabelTarget target) {
                positions.put(target.label(), at);
            }
        }
        return positions;
    }

    /** Internal name of the class that declares a method. */
    static String owner(MethodModel method) {
        return method.parent().orElseThrow().thisClass().asInternalName();
    }

    static String simpleName(String internalName) {
        return internalName.substring(internalName.lastIndexOf('/') + 1).replace('$', '.');
    }

    /**
     * A refusal of something in a loop.
     *
     * @param what what it does or must not do
     * @param line where
     * @param cure what to do instead, or why
     */
    IllegalArgumentException refused(String what, SourceLine line, String cure) {
        return refused(what + " in " + line + ": " + cure, null);
    }

    /** A refusal of a whole class. */
    IllegalArgumentException refused(String reason, Throwable cause) {
        refusal = new IllegalArgumentException("kernel " + kernel + " " + reason, cause);
        return refusal;
    }

    static String firstLine(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
    }
}
