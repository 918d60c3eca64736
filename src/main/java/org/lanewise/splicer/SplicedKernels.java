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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
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

    private static final ClassValue<Recent<Variant, Executed>> BUILT = new ClassValue<>() {
        @Override
        protected Recent<Variant, Executed> computeValue(Class<?> kernel) {
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

    /** Fusions that are known not to be possible, with the options. */
    private static final ClassValue<Set<List<Object>>> NOT_FUSIBLE = new ClassValue<>() {
        @Override
        protected Set<List<Object>> computeValue(Class<?> kernel) {
            return ConcurrentHashMap.newKeySet();
        }
    };

    private static final ClassValue<Optional<PlainLoops>> PLAIN_LOOPS = new ClassValue<>() {
        @Override
        protected Optional<PlainLoops> computeValue(Class<?> kernel) {
            return PlainLoops.of(kernel);
        }
    };

    /** A final boolean field, which reads it from a kernel. */
    private record Option(String name, MethodHandle getter) {}

    private static final ClassValue<AtomicReference<List<Option>>> OPTIONS = new ClassValue<>() {
        @Override
        protected AtomicReference<List<Option>> computeValue(Class<?> kernel) {
            return new AtomicReference<>(List.of());
        }
    };

    private static final ThreadLocal<Consumer<Executed>> OBSERVER = new ThreadLocal<>();

    private SplicedKernels() {}

    /**
     * Does something, and tells of the kernels made meanwhile on this thread. A variant that is held is found again by {@link #of}.
     *
     * @param <T> type of what is made
     * @param observer is given the variant of every one
     * @param making what to do
     * @return what that gave
     */
    public static <T> T observed(Consumer<Executed> observer, Supplier<T> making) {
        Consumer<Executed> outer = OBSERVER.get();
        OBSERVER.set(observer);
        try {
            return making.get();
        } finally {
            OBSERVER.set(outer);
        }
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
        return make(find(written, rule, planes, bits, form, true), rule);
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
     * @return its executed form, which may not be built yet; empty if the parameter is not kept as it is stored. {@link Executed#built}
     *         throws {@link NotFusibleException} if it cannot be told that both loops load the gradient they are to clear, and store the
     *         parameter that enters an average, once for each element
     */
    public static Optional<Executed> fused(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form, Fusion fusion) {
        return fusion.average().isPresent() && !planes.getFirst().keepsFloats() ? Optional.empty()
                : Optional.of(find(written, rule, new Variant(bits, form, fusion, planes, options(written)), true));
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
        return make(find(written, owner, planes, bits, form, false), owner);
    }

    /**
     * Makes a kernel, and tells who observes this thread.
     *
     * @param variant its executed form
     * @param owner the only argument of its constructor
     * @return a new kernel
     * @throws IllegalArgumentException if its loops are refused
     */
    public static Kernel make(Executed variant, Object owner) {
        Kernel executed = variant.built().make(owner);
        if (areObserved()) {
            OBSERVER.get().accept(variant);
        }
        return executed;
    }

    /**
     * Whether kernels made on this thread are told of.
     *
     * @return true inside of {@link #observed}
     */
    public static boolean areObserved() {
        return OBSERVER.get() != null;
    }

    /**
     * Finds the executed form of a kernel, which may not be built yet.
     *
     * @param written what the rule gave
     * @param rule the only argument of the kernel's constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors
     * @param form what the loops make of gradients
     * @param checked whether its loops may do only what {@link Kernel} allows
     * @return the same object while somebody holds it
     * @throws IllegalArgumentException if the kernel has another constructor
     */
    public static Executed find(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form, boolean checked) {
        return find(written, rule, new Variant(bits, form, Fusion.NONE, planes, options(written)), checked);
    }

    private static Executed find(Kernel written, Object rule, Variant variant, boolean checked) {
        Class<? extends Kernel> type = written.getClass();
        MethodType constructor = constructorType(type, rule);
        Lookup lookup = KernelAccess.get().lookup(written);
        return BUILT.get(type).get(variant, () -> new Executed(() -> build(lookup, constructor, variant, checked)));
    }

    /**
     * Finds the plain loop of a kernel of the library, over planes that each are floats in an array from its start on, as it was built
     * with the library.
     *
     * @param written the kernel
     * @return a class whose vector loop is not to be run; empty for kernels of others
     */
    public static Optional<Executed> overFloats(Kernel written) {
        Optional<PlainLoops> loops = PLAIN_LOOPS.get(written.getClass());
        return loops.isPresent() ? Optional.of(loops.get().loop(written)) : Optional.empty();
    }

    /**
     * The same, where its loop was built for the kernel's options and no other.
     *
     * @param written the kernel
     * @return empty if it reads options as it runs, which keeps C2 from using vectors
     */
    public static Optional<Executed> exactlyOverFloats(Kernel written) {
        Optional<PlainLoops> loops = PLAIN_LOOPS.get(written.getClass());
        return loops.isPresent() && loops.get().isExact(written) ? overFloats(written) : Optional.empty();
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

    /**
     * Whether the loops of a kernel may use a plane: as {@link #planes} says, but for kernels of the library perhaps whatever their
     * options are, which needs no class file.
     *
     * @param written what the rule gave; one that {@link #of} takes
     * @param plane number of the plane
     * @return false if they do not
     */
    public static boolean mayUse(Kernel written, int plane) {
        Optional<Executed> given = overFloats(written);
        return given.isPresent() ? (given.get().accesses().used() >> plane & 1) == 1 : planes(written).contains(plane);
    }

    static Map<String, Boolean> options(Kernel written) {
        Optional<PlainLoops> loops = PLAIN_LOOPS.get(written.getClass());
        return loops.isPresent() ? loops.get().optionsOf(written) : readOptions(written);
    }

    static Map<String, Boolean> readOptions(Kernel written) {
        Map<String, Boolean> options = new HashMap<>();
        try {
            for (Option option : OPTIONS.get(written.getClass()).updateAndGet(known -> known.isEmpty() ? findOptions(written) : known)) {
                options.put(option.name(), (boolean) option.getter().invokeExact(written));
            }
        } catch (Throwable e) {
            throw new IllegalStateException("final boolean fields of " + written.getClass().getName() + " not readable", e);
        }
        return Map.copyOf(options);
    }

    private static List<Option> findOptions(Kernel written) {
        List<Option> options = new ArrayList<>();
        for (Field field : written.getClass().getDeclaredFields()) {
            int flags = field.getModifiers();
            if (field.getType() == boolean.class && Modifier.isFinal(flags) && !Modifier.isStatic(flags)) {
                try {
                    options.add(new Option(field.getName(), KernelAccess.get().lookup(written).unreflectGetter(field)
                            .asType(MethodType.methodType(boolean.class, Kernel.class))));
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return options;
    }

    /** That a fusion is not possible is found out once, as it does not depend on storages and widths. */
    private static byte[] splice(Splicer splicer, Class<?> type, Variant variant) {
        List<Object> fusion = List.of(variant.fusion(), variant.options());
        if (NOT_FUSIBLE.get(type).contains(fusion)) {
            throw new NotFusibleException(type.getName());
        }
        try {
            return splicer.splice();
        } catch (NotFusibleException e) {
            NOT_FUSIBLE.get(type).add(fusion);
            throw e;
        }
    }

    private static Executed.Built build(Lookup lookup, MethodType constructor, Variant variant, boolean checked) {
        Optional<GivenVariants.Given> given = checked ? Optional.empty()
                : GivenVariants.find(lookup.lookupClass().asSubclass(Kernel.class), variant);
        if (given.isPresent()) {
            dump(lookup.lookupClass(), variant, given.get().file());
            try {
                return define(lookup, constructor, given.get().file(), given.get().accesses());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("constructor of " + lookup.lookupClass().getName() + " not found", e);
            }
        }
        Splicer splicer = new Splicer(lookup, variant, checked);
        byte[] spliced = splice(splicer, lookup.lookupClass(), variant);
        dump(lookup.lookupClass(), variant, spliced);
        try {
            return define(lookup, constructor, spliced, splicer.accesses());
        } catch (LinkageError e) {
            throw Verification.refused(splicer, spliced, e);
        } catch (ReflectiveOperationException e) {
            throw splicer.refused("has a form that cannot be spliced: " + Splicer.firstLine(e), e);
        }
    }

    private static Executed.Built define(Lookup lookup, MethodType constructor, byte[] file, Accesses accesses)
            throws ReflectiveOperationException {
        Lookup hidden = lookup.defineHiddenClass(file, true, Lookup.ClassOption.NESTMATE);
        return new Executed.Hidden(hidden.findConstructor(hidden.lookupClass(), constructor), accesses);
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
