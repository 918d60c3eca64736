package org.lanewise.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says which lambdas one class can stand for, so that each does what it would do in a class of its own. */
final class LambdaInterfaces {
    private static final ClassDesc DECLARED = ClassDesc.of("java.lang.FunctionalInterface");

    private final ClassLoader loader;
    private final Map<ClassDesc, ClassModel> models = new HashMap<>();
    private final Map<ClassDesc, Map<String, ClassDesc>> bodies = new HashMap<>();

    LambdaInterfaces(ClassLoader loader) {
        this.loader = loader;
    }

    /** {@return the lambdas, those together that one class can stand for, in the given order} */
    List<List<Lambda>> together(Collection<Lambda> lambdas) {
        List<List<Lambda>> all = new ArrayList<>();
        for (Lambda lambda : lambdas) {
            List<Lambda> fitting = all.stream().filter(group -> group.stream().allMatch(other -> fit(lambda, other))).findFirst()
                    .orElseGet(() -> {
                        List<Lambda> group = new ArrayList<>();
                        all.add(group);
                        return group;
                    });
            fitting.add(lambda);
        }
        return all;
    }

    private boolean fit(Lambda one, Lambda other) {
        if (one.face().equals(other.face())) {
            return true;
        }
        Map<String, ClassDesc> ones = bodies(one.face()), others = bodies(other.face());
        return isOnlyCalled(one.face()) && isOnlyCalled(other.face())
                && !ones.containsKey(other.signature()) && !others.containsKey(one.signature())
                && ones.entrySet().stream().allMatch(each -> others.getOrDefault(each.getKey(), each.getValue()).equals(each.getValue()));
    }

    /** The JDK asks objects whether they are, for example, {@link Comparable}, {@link AutoCloseable} or {@link java.util.Formattable}. */
    private boolean isOnlyCalled(ClassDesc face) {
        return !face.packageName().startsWith("java") || model(face).findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(found -> found.annotations().stream()).anyMatch(each -> each.classSymbol().equals(DECLARED));
    }

    /**
     * Methods that objects have without the lambda: of each, the interface that it is from. If two interfaces have one, it counts as the
     * interface's that extends both.
     */
    private Map<String, ClassDesc> bodies(ClassDesc face) {
        Map<String, ClassDesc> known = bodies.get(face);
        if (known != null) {
            return known;
        }
        // Nothing else may become public, or be called when the object is collected.
        Map<String, ClassDesc> all = new HashMap<>(
                Map.of("clone()Ljava/lang/Object;", ConstantDescs.CD_Object, "finalize()V", ConstantDescs.CD_Object));
        ClassModel model = model(face);
        model.interfaces().forEach(each -> bodies(each.asSymbol()).forEach(
                (signature, from) -> all.merge(signature, from, (one, other) -> one.equals(other) ? one : face)));
        for (MethodModel method : model.methods()) {
            String signature = method.methodName().stringValue() + method.methodType().stringValue();
            if (method.flags().has(AccessFlag.ABSTRACT)) {
                all.remove(signature);
            } else if (!method.flags().has(AccessFlag.STATIC) && !method.flags().has(AccessFlag.PRIVATE)) {
                all.put(signature, face);
            }
        }
        bodies.put(face, all);
        return all;
    }

    private ClassModel model(ClassDesc face) {
        return models.computeIfAbsent(face, _ -> {
            String descriptor = face.descriptorString(), name = descriptor.substring(1, descriptor.length() - 1) + ".class";
            try (InputStream file = loader.getResourceAsStream(name)) {
                if (file == null) {
                    throw new IllegalStateException("there is no class file " + name);
                }
                return ClassFile.of().parse(file.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
