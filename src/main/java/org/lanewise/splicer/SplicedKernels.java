package org.lanewise.splicer;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;

/**
 * Turns kernels as written into kernels as executed. The variants of a kernel class that were asked for last are kept, and built once;
 * classes of others stay as long as there are kernels of them.
 */
public final class SplicedKernels {
    /** Variants that are kept of a kernel class. */
    static final int MOST_VARIANTS = 16;

    private static final String DUMP = "lanewise.dump";

    /** Bytes of the longest file name that Linux, macOS and Windows take. */
    private static final int LONGEST_NAME = 255;

    private static final ClassValue<Recent<Variant, MethodHandle>> BUILT = new ClassValue<>() {
        @Override
        protected Recent<Variant, MethodHandle> computeValue(Class<?> kernel) {
            return new Recent<>(MOST_VARIANTS);
        }
    };

    /** What {@link #planes} found, by options. */
    private static final ClassValue<Map<Map<String, Boolean>, Set<Integer>>> USED = new ClassValue<>() {
        @Override
        protected Map<Map<String, Boolean>, Set<Integer>> computeValue(Class<?> kernel) {
            return new ConcurrentHashMap<>();
        }
    };

    /** Whether loops can do more than the kernel says, by fusion and options. */
    private static final ClassValue<Map<List<Object>, Boolean>> FUSIBLE = new ClassValue<>() {
        @Override
        protected Map<List<Object>, Boolean> computeValue(Class<?> kernel) {
            return new ConcurrentHashMap<>();
        }
    };

    private static final ScopedValue<Consumer<MethodHandle>> OBSERVER = ScopedValue.newInstance();

    private SplicedKernels() {}

    /**
     * Does something, and tells of the kernels made meanwhile on this thread. A constructor that is held is found again by {@link #of}.
     *
     * @param <T> type of what is made
     * @param observer is given the constructor of every one, which returns its class
     * @param making what to do
     * @return what that gave
     */
    public static <T> T observed(Consumer<MethodHandle> observer, Supplier<T> making) {
        return ScopedValue.where(OBSERVER, observer).call(making::get);
    }

    /**
     * Makes the executed form of a kernel of a rule. What its loops must not do is refused.
     *
     * @param written what the rule gave
     * @param rule the only argument of the kernel's constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors
     * @param form what the loops make of gradients
     * @return a kernel of a class of its own
     * @throws IllegalArgumentException if it has another constructor, or loops that {@link Kernel} does not allow
     */
    public static Kernel of(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form) {
        return of(written, rule, new Variant(bits, form, Fusion.NONE, planes, options(written)), true);
    }

    /**
     * Makes the executed form of a kernel of a rule that does more than the kernel says.
     *
     * @param written what the rule gave; one that {@link #of} takes
     * @param rule the only argument of the kernel's constructor
     * @param planes the layout of each plane; with an average, that of floats after the kernel's own
     * @param bits width of the vectors
     * @param form what the loops make of gradients
     * @param fusion what they do besides
     * @return a kernel of a class of its own; empty if it cannot be told that both loops load the gradient they are to clear, and store the
     *         parameter that enters an average, once for each element, or if the parameter is not kept as it is stored
     */
    public static Optional<Kernel> fused(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form, Fusion fusion) {
        if (fusion.average().isPresent() && !planes.getFirst().keepsFloats()) {
            return Optional.empty();
        }
        Variant variant = new Variant(bits, form, fusion, planes, options(written));
        return isFusible(written, variant) ? Optional.of(of(written, rule, variant, true)) : Optional.empty();
    }

    private static boolean isFusible(Kernel written, Variant variant) {
        return FUSIBLE.get(written.getClass()).computeIfAbsent(List.of(variant.fusion(), variant.options()), _ ->
                new Splicer(KernelAccess.get().lookup(written), variant, false).isFusible());
    }

    /**
     * Makes the executed form of a kernel of the library, which may use arrays of its own and cross lanes.
     *
     * @param written the kernel
     * @param owner the only argument of its constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors
     * @param form what the loops make of gradients
     * @return a kernel of a class of its own
     */
    public static Kernel unchecked(Kernel written, Object owner, List<Layout> planes, int bits, GradientForm form) {
        return of(written, owner, new Variant(bits, form, Fusion.NONE, planes, options(written)), false);
    }

    private static Kernel of(Kernel written, Object rule, Variant variant, boolean checked) {
        Class<? extends Kernel> type = written.getClass();
        MethodType constructorType = constructorType(type, rule);
        MethodHandle constructor = BUILT.get(type)
                .get(variant, () -> build(KernelAccess.get().lookup(written), constructorType, variant, checked));
        try {
            Kernel executed = (Kernel) constructor.invoke(rule);
            if (OBSERVER.isBound()) {
                OBSERVER.get().accept(constructor);
            }
            return executed;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("constructor of " + type.getName() + " failed", e);
        }
    }

    /**
     * Which planes the loops of a kernel use.
     *
     * @param written what the rule gave; one that {@link #of} takes
     * @return the numbers of those that are read or written with the kernel's options
     */
    public static Set<Integer> planes(Kernel written) {
        return USED.get(written.getClass()).computeIfAbsent(options(written), options -> {
            Variant variant = new Variant(0, GradientForm.PLAIN, Fusion.NONE, List.of(), options);
            return new Splicer(KernelAccess.get().lookup(written), variant, false).planes();
        });
    }

    static Map<String, Boolean> options(Kernel written) {
        Map<String, Boolean> options = new HashMap<>();
        try {
            for (Field field : written.getClass().getDeclaredFields()) {
                int flags = field.getModifiers();
                if (field.getType() == boolean.class && Modifier.isFinal(flags) && !Modifier.isStatic(flags)) {
                    options.put(field.getName(), (boolean) KernelAccess.get().lookup(written).unreflectGetter(field).invoke(written));
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException("final boolean fields of " + written.getClass().getName() + " not readable", e);
        }
        return Map.copyOf(options);
    }

    private static MethodHandle build(Lookup lookup, MethodType constructor, Variant variant, boolean checked) {
        Class<?> type = lookup.lookupClass();
        Splicer splicer = new Splicer(lookup, variant, checked);
        byte[] spliced = splicer.splice();
        dump(type, variant, spliced);
        try {
            Lookup hidden = lookup.defineHiddenClass(spliced, true, Lookup.ClassOption.NESTMATE);
            return hidden.findConstructor(hidden.lookupClass(), constructor);
        } catch (LinkageError e) {
            throw Verification.refused(splicer, spliced, e);
        } catch (ReflectiveOperationException e) {
            throw splicer.refused("has a form that cannot be spliced: " + Splicer.firstLine(e), e);
        }
    }

    private static MethodType constructorType(Class<?> type, Object rule) {
        Constructor<?>[] constructors = type.getDeclaredConstructors();
        if (constructors.length == 1 && constructors[0].getParameterCount() == 1
                && constructors[0].getParameterTypes()[0].isInstance(rule)) {
            return MethodType.methodType(void.class, constructors[0].getParameterTypes());
        }
        throw new IllegalArgumentException("kernel " + type.getName()
                + " must have one constructor whose only parameter is the rule, a " + rule.getClass().getName());
    }

    private static void dump(Class<?> type, Variant variant, byte[] spliced) {
        String directory = System.getProperty(DUMP);
        if (directory == null) {
            return;
        }
        try {
            Path folder = Files.createDirectories(Path.of(directory));
            Files.write(folder.resolve(fileName(type.getName() + "_" + variant.label())), spliced);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalStateException("class spliced from " + type.getName() + " is not written to the folder of -D" + DUMP + "="
                    + directory + ": " + e, e);
        }
    }

    /** Cut where it is longer than file systems take, with a hash that keeps names apart. */
    private static String fileName(String name) {
        int most = LONGEST_NAME - ".class".length();
        if (name.getBytes(StandardCharsets.UTF_8).length <= most) {
            return name + ".class";
        }
        String ascii = name.replaceAll("[^\\x20-\\x7e]", "-");
        String hash = "_" + Integer.toHexString(name.hashCode());
        return ascii.substring(0, Math.min(ascii.length(), most - hash.length())) + hash + ".class";
    }
}
