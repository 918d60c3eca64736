package org.lanewise.bench;

/** What steps in a benchmark, by the name it has in results. */
public final class Form {
    /** The rule's plain Java loop with {@code -XX:-UseSuperWord}: one element at a time. */
    public static final String SCALAR = "scalar";
    /** The same loop over separate arrays with one index, as C2 vectorizes it. */
    public static final String AUTO = "auto";
    /** The same loop over one slab with an offset for each plane. */
    public static final String AUTO_SOA = "auto-soa";
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
    /** Square roots or divisions alone, in the first-level cache. */
    public static final String ARITHMETIC = "arithmetic";

    private Form() {}
}
