package org.lanewise.check;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What HotSpot, as it was started, lacks that makes kernels fast. Each reason is a clause with the flag or property it was read from, and
 * the cure.
 *
 * @param c2 why C2 does not compile; empty if it does, or nothing says that it does not
 * @param vectors why C2 does not know vectors; as above
 * @param fma why {@code Math.fma} is computed by {@code BigDecimal}; as above
 */
public record HotSpot(Optional<String> c2, Optional<String> vectors, Optional<String> fma) {
    private static final String MANAGEMENT = "jdk.management";
    /** Without any one of them C2 calls a method for each operation, or makes an object of each vector. */
    private static final List<String> NEEDED_BY_VECTORS = List.of("EnableVectorSupport", "EnableVectorReboxing", "Inline");
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /** This one: some 20 ms where flags can be read, for the classes of the module that reads them. */
    private static final class This {
        static final HotSpot INSTANCE = of(HotSpot::value, System.getProperty("java.vm.info", ""), HotSpot::isFmaSlow);
    }

    /** Ends when {@link This} is there. */
    private static final class Reader {
        static {
            try {
                Thread.ofPlatform().name("lanewise-flags").daemon().inheritInheritableThreadLocals(false).start(HotSpot::current);
            } catch (OutOfMemoryError _) {
                // The system has no thread left: what nobody has read is read when it is asked for.
            }
        }

        static void begin() {}
    }

    /** Has a thread of its own read meanwhile what {@link #current} returns. */
    public static void read() {
        Reader.begin();
    }

    /**
     * {@return this JVM}
     */
    public static HotSpot current() {
        return This.INSTANCE;
    }

    /**
     * By flags, which are "" if unknown, and by the probe if no flag tells. {@code java.vm.info} alone tells the modes of C1 (quick-only
     * and the like), flags alone tell levels 2 and 3. Without tiers the level has no effect.
     */
    static HotSpot of(UnaryOperator<String> flags, String info, BooleanSupplier probe) {
        String level = flags.apply("TieredStopAtLevel");
        Optional<String> c2 = Optional.empty();
        if (info.contains("interpreted")) {
            c2 = Optional.of("this JVM interprets all code (java.vm.info: " + info + "), start java without -Xint");
        } else if (flags.apply("UseCompiler").equals("false")) {
            c2 = Optional.of("this JVM interprets all code (UseCompiler: false), start java without -XX:-UseCompiler and "
                    + "-XX:TieredStopAtLevel=0");
        } else if (flags.apply("TieredCompilation").equals("true") && List.of("0", "1", "2", "3").contains(level)) {
            c2 = Optional.of("this JVM compiles without C2 (TieredStopAtLevel: " + level + "), start java without -XX:TieredStopAtLevel, "
                    + "which some IDEs and build tools add");
        } else if (info.contains("emulated-client")) {
            c2 = Optional.of("this JVM compiles without C2 (java.vm.info: " + info + "), start java without -XX:TieredStopAtLevel=1, "
                    + "-XX:CompilationMode=quick-only and -XX:+NeverActAsServerClassMachine");
        }
        Optional<String> vectors = Optional.empty();
        for (String flag : NEEDED_BY_VECTORS) {
            if (vectors.isEmpty() && flags.apply(flag).equals("false")) {
                vectors = Optional.of("C2 does not compile vectors (" + flag + ": false), start java without -XX:-" + flag);
            }
        }
        String useFma = flags.apply("UseFMA");
        boolean isSlow = useFma.isEmpty() ? probe.getAsBoolean() : useFma.equals("false");
        Optional<String> fma = isSlow ? Optional.of("Math.fma is computed by BigDecimal, because this CPU has no fused multiply-add or the "
                + "JVM does not use it (" + (useFma.isEmpty() ? "measured" : "UseFMA: false") + "), start java without -XX:-UseFMA and "
                + "-XX:UseAVX=0") : Optional.empty();
        return new HotSpot(c2, vectors, fma);
    }

    /**
     * Whether plain loops are faster than vectors of any width.
     *
     * @return true if this JVM lacks anything
     */
    public boolean prefersPlainLoops() {
        return c2.isPresent() || vectors.isPresent() || fma.isPresent();
    }

    /**
     * Logs a warning to the logger {@code org.lanewise}, once in a JVM, if kernels are slow in this one.
     *
     * @param vectors whether vectors are used, or plain loops
     */
    public static void warnIfSlow(boolean vectors) {
        HotSpot it = current();
        if (!it.prefersPlainLoops()) {
            return;
        }
        String reasons = Stream.of(it.c2, vectors ? it.vectors : Optional.<String>empty(), it.fma).flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        if (!reasons.isEmpty() && WARNED.compareAndSet(false, true)) {
            System.getLogger("org.lanewise").log(Level.WARNING, "steps are slow: " + reasons);
        }
    }

    /**
     * Whether this JVM can be asked for its flags and for what it has compiled.
     *
     * @return false where the module {@code jdk.management} is missing
     */
    public static boolean hasManagement() {
        Optional<Module> management = ModuleLayer.boot().findModule(MANAGEMENT);
        return management.isPresent() && HotSpot.class.getModule().canRead(management.get());
    }

    /**
     * Whether other code runs before C2's.
     *
     * @return false with {@code -XX:-TieredCompilation}
     */
    public static boolean hasTiers() {
        return !value("TieredCompilation").equals("false");
    }

    /**
     * A flag that is a number.
     *
     * @param name its name
     * @param unknown its value where it cannot be read
     * @return its value
     */
    public static int flag(String name, int unknown) {
        String value = value(name);
        return value.isEmpty() ? unknown : Integer.parseInt(value);
    }

    private static String value(String flag) {
        return hasManagement() ? Flags.value(flag) : "";
    }

    /** A class of its own, because it names one that may be missing. */
    private static final class Flags {
        private static final HotSpotDiagnosticMXBean BEAN = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

        static String value(String name) {
            try {
                return BEAN == null ? "" : BEAN.getVMOption(name).getValue();
            } catch (IllegalArgumentException _) {
                return "";
            }
        }
    }

    /** Interpreter and compilers know both methods: 15 ns each, 20,000 ns by {@code BigDecimal}. */
    private static boolean isFmaSlow() {
        long fma = Long.MAX_VALUE, sqrt = Long.MAX_VALUE;
        float x = 1.1f;
        for (int trial = 0; trial < 8; trial++) {
            long start = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                x = Math.fma(x, 1.3f, 0.7f);
            }
            long middle = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                x += (float) Math.sqrt(x);
            }
            fma = Math.min(fma, middle - start);
            sqrt = Math.min(sqrt, System.nanoTime() - middle);
        }
        return x > 0 && fma > 10 * Math.max(sqrt, 40);
    }
}
