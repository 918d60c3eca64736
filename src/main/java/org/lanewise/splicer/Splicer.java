package org.lanewise.splicer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.EnclosingMethodAttribute;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    private static final Set<String> LOOPS = Set.of("vector", "scalar");
    private static final String STORAGES = MemoryPlane.class.getPackageName().replace('.', '/') + "/";

    private final Lookup lookup;
    private final Variant variant;
    private final String kernel;
    private final Map<String, ClassModel> parsed = new HashMap<>();

    Splicer(Lookup lookup, Variant variant) {
        this.lookup = lookup;
        this.variant = variant;
        this.kernel = lookup.lookupClass().getName();
    }

    byte[] splice() {
        ClassModel model = parse(kernel.replace('.', '/'));
        LOOPS.forEach(loop -> method(model, loop, LOOP));
        try {
            return splice(model);
        } catch (Refusal e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw refused("has a form that cannot be spliced: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    /** Numbers of the planes that the two loops read or write. */
    Set<Integer> planes() {
        ClassModel model = parse(kernel());
        Set<Integer> planes = new TreeSet<>();
        for (String loop : LOOPS) {
            CodeAttribute body = method(model, loop, LOOP).findAttribute(Attributes.code()).orElseThrow();
            planes.addAll(new PlaneFlow(PlaneFlow.source(body), kernel(), variant.options()).planes());
        }
        return planes;
    }

    private byte[] splice(ClassModel model) {
        MethodTransform constants = MethodTransform.transformingCode((code, element) -> {
            if (element instanceof FieldInstruction field && SplicedLoop.isSpecies(field)) {
                SplicedLoop.constant(code, field.name().stringValue(), variant.bits());
            } else {
                code.with(element);
            }
        });
        // By the loader, not by the lookup: floats and ints in one local variable merge to a class of the JDK that is not public.
        var resolver = ClassHierarchyResolver.ofClassLoading(lookup.lookupClass().getClassLoader());
        var hierarchy = ClassFile.ClassHierarchyResolverOption.of(resolver);
        return ClassFile.of(hierarchy).transformClass(model, (builder, element) -> {
            switch (element) {
                case MethodModel m when LOOPS.contains(m.methodName().stringValue()) && m.methodTypeSymbol().equals(LOOP) ->
                    builder.withMethodBody(m.methodName(), m.methodType(), m.flags().flagsMask(),
                            code -> new SplicedLoop(this, variant, code, m.findAttribute(Attributes.code()).orElseThrow()).emit());
                case MethodModel m -> builder.transformMethod(m, constants);
                case NestHostAttribute _, EnclosingMethodAttribute _, InnerClassesAttribute _ -> { }
                default -> builder.with(element);
            }
        });
    }

    /** Whether calls to a static method are replaced by its body: a storage's helpers, and a kernel's own with vectors. */
    static boolean isSpliced(String owner, MethodTypeDesc type) {
        boolean fromJdk = owner.startsWith("java/") || owner.startsWith("jdk/");
        return owner.startsWith(STORAGES) || !fromJdk && type.descriptorString().contains("Ljdk/incubator/vector/");
    }

    MethodModel method(String owner, String name, MethodTypeDesc type) {
        return method(parse(owner), name, type);
    }

    private MethodModel method(ClassModel model, String name, MethodTypeDesc type) {
        return model.methods().stream()
                .filter(m -> m.methodName().equalsString(name) && m.methodTypeSymbol().equals(type) && m.code().isPresent())
                .findFirst()
                .orElseThrow(() -> refused("needs the method " + name + type.displayDescriptor() + " in "
                        + model.thisClass().asInternalName().replace('/', '.') + " itself"));
    }

    private ClassModel parse(String internalName) {
        return parsed.computeIfAbsent(internalName, name -> {
            Class<?> loadedLike = name.startsWith(STORAGES) ? Splicer.class : lookup.lookupClass();
            ClassLoader loader = loadedLike.getClassLoader();
            try (InputStream in = loader == null ? ClassLoader.getSystemResourceAsStream(name + ".class")
                    : loader.getResourceAsStream(name + ".class")) {
                if (in == null) {
                    throw refused("needs the class file of " + name.replace('/', '.') + ", which its class loader does not give");
                }
                return ClassFile.of().parse(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("class file of " + name.replace('/', '.') + " not readable", e);
            }
        });
    }

    /** Internal name of the kernel's class. */
    String kernel() {
        return kernel.replace('.', '/');
    }

    IllegalArgumentException refused(String reason) {
        return refused(reason, null);
    }

    private IllegalArgumentException refused(String reason, Throwable cause) {
        return new Refusal("kernel " + kernel + " " + reason, cause);
    }

    /** Tells what was refused on purpose from what went wrong. */
    private static final class Refusal extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Refusal(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
