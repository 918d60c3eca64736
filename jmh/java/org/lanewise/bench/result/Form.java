package org.lanewise.bench.result;

import com.google.gson.annotations.JsonAdapter;
import java.util.Locale;

/** The loops that this project measures, in the order in which people see them. */
@JsonAdapter(Stepper.ById.class)
public enum Form implements Stepper {
    /** Lanewise. */
    LANEWISE("Lanewise"),
    /** Lanewise in a JVM with {@code -XX:UseAVX=2}. */
    LANEWISE_AVX2("Lanewise, AVX2 code"),
    /** Lanewise after all storages and foreign code on heap segments ran in the same JVM. */
    LANEWISE_POLLUTED("Lanewise, polluted JVM"),
    /** A Vector API loop written by hand, not spliced. */
    CONTROL("hand-written"),
    /** Passes by hand, one for each thing that PyTorch does in a training step. */
    TORCH_PASSES("PyTorch's passes, hand-written"),
    /** The rule's plain Java loop with {@code -XX:-UseSuperWord}: one element at a time. */
    SCALAR("true scalar"),
    /** The same loop over one slab with an offset for each plane. */
    AUTO_SOA("C2, struct of arrays"),
    /** The same loop over separate arrays with one index, as C2 vectorizes it. */
    AUTO("C2 at best"),
    /** The loop of {@link #AUTO} in a JVM with {@code -XX:UseAVX=2}. */
    AUTO_AVX2("C2 at best, AVX2 code"),
    /** A plain Java loop written by hand over separate arrays. */
    CONTROL_AUTO("hand-written, plain"),
    /** A stream of as many bytes without arithmetic. */
    ROOF("stream"),
    /** Such a stream written by hand, without any of Lanewise. */
    ROOF_CONTROL("stream, hand-written"),
    /** Square roots and divisions alone, in cache. */
    ARITHMETIC("arithmetic alone");

    private final String label;

    Form(String label) {
        this.label = label;
    }

    @Override
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String label() {
        return label;
    }

    /** Whether this is Lanewise, in whatever JVM. */
    public boolean isLanewise() {
        return this == LANEWISE || this == LANEWISE_AVX2 || this == LANEWISE_POLLUTED;
    }

    /** Whether it trains nothing and shows what the machine allows. */
    public boolean isLimit() {
        return this == ROOF || this == ROOF_CONTROL || this == ARITHMETIC;
    }

    /** Whether it was measured at several widths. */
    public boolean hasWidths() {
        return isLanewise() || this == CONTROL || this == TORCH_PASSES || this == ARITHMETIC;
    }
}
