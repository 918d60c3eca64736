package org.lanewise.generators;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Learning rates. */
public final class LearningRates {
    private LearningRates() {}

    /** 0 and from 1e-30 to 9e3; they shrink towards 0 and 1. */
    public static Arbitrary<Double> all() {
        return Combinators.combine(Arbitraries.integers().between(0, 9), Arbitraries.integers().between(-30, 3))
                .as((digit, exponent) -> Double.parseDouble(digit + "e" + exponent));
    }
}
