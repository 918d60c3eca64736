package org.lanewise.execution;

/** How a parameter {@code w} enters its average {@code a}; every operation but {@code fma} is rounded by itself. */
public enum AverageForm {
    /** {@code a = w}. */
    COPY,
    /** {@code a = fma(taken, w - a, a)}. */
    LERP,
    /** {@code a = fma(taken, w - a, w)}, where {@code taken} is the weight of {@code w} minus 1: exact if that weight is 1. */
    LERP_FROM_PARAMETER,
    /** {@code a = kept a + taken w}. */
    PRODUCTS,
    /** {@code a = a + (w - a) / taken}. */
    MEAN
}
