package org.lanewise.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    /** Such a stream written by hand, without any of Lanewise. */
    public static final String ROOF_CONTROL = "roof-control";
    /** Square roots and divisions alone, in cache. */
    public static final String ARITHMETIC = "arithmetic";

    private static final Map<String, String> LABELS = ordered();

    private Form() {}

    private static Map<String, String> ordered() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(LANEWISE, "Lanewise");
        labels.put(LANEWISE_AVX2, "Lanewise, AVX2 code");
        labels.put(LANEWISE_POLLUTED, "Lanewise, polluted JVM");
        labels.put(CONTROL, "hand-written");
        labels.put(SCALAR, "true scalar");
        labels.put(AUTO_SOA, "C2, struct of arrays");
        labels.put(AUTO, "C2 at best");
        labels.put(AUTO_AVX2, "C2 at best, AVX2 code");
        labels.put(CONTROL_AUTO, "hand-written, plain");
        labels.put(ROOF, "roof");
        labels.put(ROOF_CONTROL, "roof, hand-written");
        labels.put(ARITHMETIC, "arithmetic alone");
        return Collections.unmodifiableMap(labels);
    }

    /** What people read for each of these forms, in the order in which they are to see them. */
    public static Map<String, String> labels() {
        return LABELS;
    }

    /** All of these forms, in the order in which people are to see them. */
    public static List<String> all() {
        return List.copyOf(LABELS.keySet());
    }

    /** Whether a form is none of these but another library. */
    public static boolean isRival(String form) {
        return !LABELS.containsKey(form);
    }

    /** Whether a form trains nothing but shows what the machine allows. */
    public static boolean isLimit(String form) {
        return form.equals(ROOF) || form.equals(ROOF_CONTROL) || form.equals(ARITHMETIC);
    }
}
