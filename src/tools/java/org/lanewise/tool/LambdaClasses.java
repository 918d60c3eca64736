package org.lanewise.tool;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes a class for all lambdas and method references of a compiled class: a step of the build. The JVM makes a class for each when it
 * comes to them, but it takes a millisecond for each in a JVM that has just been started, and a fifth of that to load one.
 *
 * <p>References to the same method as the same interface, without captures, are one object.
 */
public final class LambdaClasses {
    private static final String CLASS = ".class";
    /** Between the name of a class and the number of one that is written here. */
    private static final String MARK = "$$";

    private final Path root;
    private final Predicate<String> leftAlone;
    private final ClassFile format;
    private final LambdaInterfaces interfaces;
    private final Map<Path, byte[]> files = new LinkedHashMap<>();
    private final Map<ClassDesc, List<ClassDesc>> members = new HashMap<>();

    private LambdaClasses(Path root, Predicate<String> leftAlone, ClassFile format, LambdaInterfaces interfaces) {
        this.root = root;
        this.leftAlone = leftAlone;
        this.format = format;
        this.interfaces = interfaces;
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
            new LambdaClasses(root, leftAlone, format, new LambdaInterfaces(loader)).write();
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
            files.put(file(name), NestMembers.changed(format, model, _ -> true, added));
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

    private void rewrite(ClassModel model) {
        Set<Lambda> lambdas = new LinkedHashSet<>();
        model.methods().stream().flatMap(method -> method.code().stream()).flatMap(CodeModel::elementStream)
                .forEach(element -> lambda(element).ifPresent(lambdas::add));
        if (lambdas.isEmpty()) {
            return;
        }
        ClassDesc type = model.thisClass().asSymbol(), host = host(model).orElse(type);
        Map<Lambda, LambdaClass> places = new HashMap<>();
        for (List<Lambda> together : interfaces.together(lambdas)) {
            List<ClassDesc> made = members.computeIfAbsent(host, _ -> new ArrayList<>());
            LambdaClass written = new LambdaClass(free(type, made), together);
            made.add(written.name());
            together.forEach(lambda -> places.put(lambda, written));
            files.put(file(name(written.name())), format.build(written.name(), of -> written.write(of, host)));
        }
        files.put(file(name(type)), format.transformClass(model, ClassTransform.transformingMethodBodies((builder, element) ->
                lambda(element).ifPresentOrElse(lambda -> places.get(lambda).make(builder, lambda), () -> builder.with(element)))));
    }

    /** Nearly always one class will do, so that is the one without a number. */
    private static ClassDesc free(ClassDesc type, List<ClassDesc> taken) {
        return IntStream.iterate(1, k -> k + 1).mapToObj(k -> ClassDesc.ofDescriptor("L" + name(type) + MARK + (k == 1 ? "" : k) + ";"))
                .filter(name -> !taken.contains(name)).findFirst().orElseThrow();
    }

    private static Optional<Lambda> lambda(CodeElement element) {
        return element instanceof InvokeDynamicInstruction call ? Lambda.of(call) : Optional.empty();
    }
}
