package org.lanewise.splicer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.tool.NestMembers;
import org.lanewise.tool.RuleTable;

/**
 * Splices the plain loops of the library's kernels, and writes them beside their class files: a step of the build. There is one that reads
 * options as fields, and one for the options of each row of the table of rules: with constants the interpreter has half as much to do.
 * Vector loops with these options are written too.
 */
final class LoopsWriter {
    private static final String CLASS = ".class";
    private static final int BITS_UNUSED = 128;
    /** With the constants that are used, and without numbers of lines. */
    private static final ClassFile SMALL =
            ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL, ClassFile.DebugElementsOption.DROP_DEBUG);
    private static final ClassDesc KERNEL = describe(Kernel.class), LOOPS = describe(PlainLoops.class);
    private static final MethodTypeDesc ADD = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int,
            ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_boolean);

    private final Class<?> kernel;
    private final Lookup lookup;
    private final List<String> options;
    private final Map<String, byte[]> written = new LinkedHashMap<>();
    private final List<Loop> loops = new ArrayList<>();

    /** One that was spliced. */
    private record Loop(int options, Accesses accesses) {}

    LoopsWriter(Class<?> kernel) throws IllegalAccessException {
        this.kernel = kernel;
        this.lookup = MethodHandles.privateLookupIn(kernel, MethodHandles.lookup());
        this.options = Stream.of(kernel.getDeclaredFields()).filter(LoopsWriter::isOption).map(Field::getName).toList();
    }

    private static boolean isOption(Field field) {
        return field.getType() == boolean.class && Modifier.isFinal(field.getModifiers()) && !Modifier.isStatic(field.getModifiers());
    }

    public static void main(String... args) throws IOException, IllegalAccessException {
        Path folder = Path.of(args[0]);
        Map<Class<?>, Set<String>> members = new LinkedHashMap<>();
        try (Stream<Path> old = Files.walk(folder)) {
            for (Path file : old.filter(one -> one.toString().endsWith(GivenVariants.SUFFIX)).toList()) {
                Files.delete(file);
            }
        }
        for (Class<?> kernel : kernels(folder)) {
            Map<String, byte[]> classes = classes(kernel);
            for (Map.Entry<String, byte[]> one : classes.entrySet()) {
                Files.write(folder.resolve(one.getKey() + CLASS), one.getValue());
            }
            for (Map.Entry<String, byte[]> one : files(kernel).entrySet()) {
                Files.write(folder.resolve(one.getKey()), one.getValue());
            }
            members.computeIfAbsent(kernel.getNestHost(), _ -> new LinkedHashSet<>()).addAll(classes.keySet());
        }
        for (Map.Entry<Class<?>, Set<String>> host : members.entrySet()) {
            Path file = folder.resolve(host.getKey().getName().replace('.', '/') + CLASS);
            // Private members are for the nest, to which these classes belong.
            Files.write(file, NestMembers.changed(ClassFile.of(), ClassFile.of().parse(file),
                    member -> !member.descriptorString().contains(PlainLoops.SUFFIX),
                    host.getValue().stream().map(ClassDesc::ofInternalName).toList()));
        }
    }

    /** All kernels that have loops. */
    static List<Class<?>> kernels(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString()).filter(name -> name.endsWith(CLASS) && name.startsWith("org")
                    && !name.contains(PlainLoops.SUFFIX))
                    .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.').replace('\\', '.'))
                    .<Class<?>>map(LoopsWriter::load).filter(LoopsWriter::hasLoops).toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, LoopsWriter.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasLoops(Class<?> type) {
        return Kernel.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())
                && !type.getPackageName().equals("org.lanewise.staging");
    }

    /** The class files of a kernel's plain loops, by name with slashes. */
    static Map<String, byte[]> classes(Class<?> kernel) throws IllegalAccessException {
        LoopsWriter writer = new LoopsWriter(kernel);
        writer.splice(0, Map.of());
        used(kernel).stream().filter(one -> !one.isEmpty()).forEach(one -> writer.splice(writer.bits(one), one));
        writer.written.put(writer.name(), ClassFile.of().build(writer.type(""), writer::write));
        return writer.written;
    }

    /** Options of a kernel in the table of rules; none if it is not in there. */
    private static Set<Map<String, Boolean>> used(Class<?> kernel) {
        Set<Map<String, Boolean>> used = new LinkedHashSet<>();
        for (Rule rule : RuleTable.all()) {
            kernels(rule).filter(one -> one.getClass() == kernel).forEach(one -> used.add(new TreeMap<>(SplicedKernels.readOptions(one))));
        }
        return used;
    }

    private static Stream<Kernel> kernels(Rule rule) {
        return Stream.of(Stream.of(rule.kernel()), rule.lookAhead().stream(), rule.measures().stream().map(Rule.Measure::kernel))
                .flatMap(all -> all);
    }

    /** What {@link GivenVariants} reads, by file name. */
    static Map<String, byte[]> files(Class<?> kernel) throws IOException, IllegalAccessException {
        LoopsWriter writer = new LoopsWriter(kernel);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Variant variant : writer.variants(GivenVariants.BITS)) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            GivenVariants.write(file, variant, writer.spliced(variant));
            files.put(kernel.getPackageName().replace('.', '/') + "/" + GivenVariants.fileName(kernel, variant), file.toByteArray());
        }
        return files;
    }

    /** Those that are given. */
    List<Variant> variants(int bits) {
        Set<Map<String, Boolean>> used = used(kernel);
        List<Variant> variants = new ArrayList<>();
        for (Map<String, Boolean> options : used.isEmpty() && this.options.isEmpty() ? Set.of(Map.<String, Boolean>of()) : used) {
            for (Class<? extends MemoryPlane> storage : GivenVariants.STORAGES) {
                Variant variant = variant(storage, bits, options);
                if (!variant.planes().isEmpty() && (storage == F32Native.class || isFromStart())) {
                    variants.add(variant);
                }
            }
        }
        return variants;
    }

    /** Whether it is run over whole arrays, and not only over tensors in them. */
    private boolean isFromStart() {
        List<Rule> rules = RuleTable.all().stream().filter(rule -> kernels(rule).anyMatch(one -> one.getClass() == kernel)).toList();
        return rules.isEmpty() ? !kernel.getPackageName().endsWith(".reduction") : rules.stream().anyMatch(rule -> rule.measures().isEmpty()
                && rule.states().stream().allMatch(state -> state.extent() == Extent.PARAMETER));
    }

    GivenVariants.Given spliced(Variant variant) {
        Splicer splicer = new Splicer(lookup, variant, false);
        return new GivenVariants.Given(small(splicer.splice()), splicer.accesses());
    }

    /** With each constant once, in the order of their use. */
    static byte[] small(byte[] file) {
        return SMALL.transformClass(SMALL.parse(file), ClassTransform.ACCEPT_ALL);
    }

    private int bits(Map<String, Boolean> values) {
        int bits = 0;
        for (int k = 0; k < options.size(); k++) {
            bits |= values.get(options.get(k)) ? 1 << k : 0;
        }
        return bits;
    }

    private String name() {
        return kernel.getName().replace('.', '/') + PlainLoops.SUFFIX;
    }

    private ClassDesc type(Object suffix) {
        return ClassDesc.ofInternalName(name() + suffix);
    }

    private void splice(int bits, Map<String, Boolean> values) {
        Splicer splicer = Splicer.ofPlainLoop(lookup, variant(F32Heap.class, BITS_UNUSED, values));
        String name = name() + loops.size();
        ClassModel spliced = ClassFile.of().parse(renamed(splicer.splice(), name));
        written.put(name, SMALL.transformClass(spliced, ClassTransform.endHandler(type -> type.with(host()))));
        loops.add(new Loop(bits, splicer.accesses()));
    }

    /** Under another name, in which it means itself where it meant the kernel. */
    private byte[] renamed(byte[] file, String name) {
        String from = kernel.getName().replace('.', '/');
        return ClassConstants.changed(file, text -> text.equals(from) ? name : text.replace("L" + from + ";", "L" + name + ";"),
                number -> number);
    }

    private NestHostAttribute host() {
        return NestHostAttribute.of(describe(kernel.getNestHost()));
    }

    /** With all planes that the loops use. */
    Variant variant(Class<? extends MemoryPlane> storage, int bits, Map<String, Boolean> options) {
        Variant ofNone = new Variant(bits, GradientForm.PLAIN, Fusion.NONE, List.of(), options);
        int planes = 1 + new Splicer(lookup, ofNone, false).planes().stream().mapToInt(plane -> plane).max().orElse(-1);
        return new Variant(bits, GradientForm.PLAIN, Fusion.NONE, Collections.nCopies(planes, new Layout(storage, true)), options);
    }

    /** The class that knows them all. Its access is for the splicer's package; synthetic, it is none that others can compile against. */
    private void write(ClassBuilder type) {
        type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER).withSuperclass(LOOPS)
                .with(host());
        type.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC, this::construct);
        type.withMethodBody("options", MethodTypeDesc.of(ConstantDescs.CD_int, KERNEL), ClassFile.ACC_PROTECTED, code -> {
            code.iconst_0();
            for (int k = 0; k < options.size(); k++) {
                code.aload(1).checkcast(describe(kernel)).getfield(describe(kernel), options.get(k), ConstantDescs.CD_boolean)
                        .loadConstant(k).ishl().ior();
            }
            code.ireturn();
        });
        type.withMethodBody("make", MethodTypeDesc.of(KERNEL, ConstantDescs.CD_int, ConstantDescs.CD_Object), ClassFile.ACC_PROTECTED,
                this::make);
    }

    private void construct(CodeBuilder code) {
        code.aload(0).loadConstant(String.join(",", options))
                .invokespecial(LOOPS, ConstantDescs.INIT_NAME, MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String));
        for (Loop loop : loops) {
            Accesses accesses = loop.accesses();
            code.aload(0).loadConstant(loop.options()).loadConstant(accesses.read()).loadConstant(accesses.written())
                    .loadConstant(accesses.leftOut()).loadConstant(accesses.rereads() ? 1 : 0).invokevirtual(LOOPS, "add", ADD);
        }
        code.return_();
    }

    private void make(CodeBuilder code) {
        ClassDesc owner = describe(kernel.getDeclaredConstructors()[0].getParameterTypes()[0]);
        List<Label> labels = loops.stream().map(_ -> code.newLabel()).toList();
        List<SwitchCase> cases = new ArrayList<>();
        for (int k = 0; k < loops.size(); k++) {
            cases.add(SwitchCase.of(k, labels.get(k)));
        }
        code.iload(1).tableswitch(0, loops.size() - 1, labels.getFirst(), cases);
        for (int k = 0; k < loops.size(); k++) {
            code.labelBinding(labels.get(k)).new_(type(k)).dup().aload(2).checkcast(owner)
                    .invokespecial(type(k), ConstantDescs.INIT_NAME, MethodTypeDesc.of(ConstantDescs.CD_void, owner))
                    // Else the JVM loads all of these classes, to verify that they are kernels.
                    .checkcast(KERNEL).areturn();
        }
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
