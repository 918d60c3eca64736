package org.lanewise.bench;

import java.util.Set;

/** What steps in a benchmark, by the name it has in results. */
public final class Form {
    /** The rule's plain Java loop with {@code -XX:-UseSuperWord}: one element at a time. */
    public static final String SCALAR = "scalar";
    /** The same loop over separate arrays with one index, as C2 vectorizes it. */
    public static final String AUTO = "auto";
    /** The same loop over one slab with an offset for each plane. */
    public static final String AUTO_SOA = "auto-soa";
    /** The loop of {@link #AUTO} in a JVM with {@code -XX:UseAVX=2}. */
    public static final String AUTO_AVX2 = "auto-avx2";
    /** Lanewise. */
    public static final String LANEWISE = "lanewise";
    /** Lanewise in a JVM with {@code -XX:UseAVX=2}. */
    public static final String LANEWISE_AVX2 = "lanewise-avx2";
    /** Lanewise after all storages and foreign code on heap segments ran in the same JVM. */
    public static final String LANEWISE_POLLUTED = "lanewise-polluted";
    /** A Vector API loop written by hand, not spliced. */
    public static final String CONTROL = "control";
    /** A plain Java loop written by hand over separate arrays. */
    public static final String CONTROL_AUTO = "control-auto";
    /** A stream of as many bytes without arithmetic. */
    public static final String ROOF = "roof";
    /** Square roots and divisions alone, in cache. */
    public static final String ARITHMETIC = "arithmetic";

    private static final Set<String> ALL = Set.of(SCALAR, AUTO, AUTO_SOA, AUTO_AVX2, LANEWISE, LANEWISE_AVX2, LANEWISE_POLLUTED, CONTROL,
            CONTROL_AUTO, ROOF, ARITHMETIC);

    private Form() {}

    /** Whether a form is none of these but another library. */
    public static boolean isRival(String form) {
        return !ALL.contains(form);
    }
}
