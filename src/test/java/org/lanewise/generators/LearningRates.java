package org.lanewise.generators;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.Rule;

/** Learning rates. */
public final class LearningRates {
    private LearningRates() {}

    /** 0 and from 1e-30 to 9e3; they shrink towards 0 and 1. */
    public static Arbitrary<Double> all() {
        return Combinators.combine(Arbitraries.integers().between(0, 9), Arbitraries.integers().between(-30, 3))
                .as((digit, exponent) -> Double.parseDouble(digit + "e" + exponent));
    }

    /** Why the rule does not step with this one, if it does not. */
    public static Optional<String> refusal(Rule rule, double learningRate) {
        try {
            rule.requireLearningRate(learningRate);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }
}
