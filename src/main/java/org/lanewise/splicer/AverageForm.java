package org.lanewise.splicer;

/** How a parameter {@code w} enters its average {@code a}; every operation but {@code fma} is rounded by itself. */
public enum AverageForm {
    /** {@code a = w}. */
    COPY("copy"),
    /** {@code a = fma(taken, w - a, a)}. */
    LERP("lerp"),
    /** {@code a = fma(taken, w - a, w)}, where {@code taken} is the weight of {@code w} minus 1: exact if that weight is 1. */
    LERP_FROM_PARAMETER("lerpFromParameter"),
    /** {@code a = kept a + taken w}. */
    PRODUCTS("products"),
    /** {@code a = a + (w - a) / taken}. */
    MEAN("mean");

    private final String method;

    AverageForm(String method) {
        this.method = method;
    }

    /** The method of {@code Averages} that computes it, which a copy needs not. */
    String method() {
        return method;
    }
}
