package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.lanewise.Rule;

/** The comparison finds mistakes that are commonly made: double arithmetic with the mistake in it, rounded to float. */
final class Mutants {
    /** Several vectors of every width and a tail. */
    static final int ELEMENTS = 75;

    private static final int TRIES = 4;

    private Mutants() {}

    /** The mistake is found, and nothing to object to in the oracle itself. */
    static <R extends Rule> void assertDetects(RuleCase<R> rule, Oracle mistaken) {
        assertDetects(rule, shapes(rule), Comparison.rounded(mistaken, shapes(rule)));
    }

    /** The same with tensors of these shapes, all of which the mistake may mix up. */
    static <R extends Rule> void assertDetects(RuleCase<R> rule, List<long[]> shapes, Comparison.Stepper mistaken) {
        assertDoesNotThrow(() -> tryOut(rule, shapes, Comparison.rounded(rule.oracle(), shapes)));
        assertThrows(AssertionError.class, () -> tryOut(rule, shapes, mistaken));
    }

    /** {@return one vector for rules that step each element by itself, some tensors for others} */
    static List<long[]> shapes(RuleCase<?> rule) {
        return rule.isByElement() ? List.of(new long[] {ELEMENTS}) : Planes.SHAPES;
    }

    /** {@return any states: magnitudes by element or by tensor} */
    static Situation situation(RuleCase<?> rule, List<long[]> shapes, SplittableRandom random) {
        return rule.isByElement() ? Situation.randomElements(rule.contract(), ELEMENTS, random)
                : Situation.random(rule.contract(), shapes, random);
    }

    private static <R extends Rule> void tryOut(RuleCase<R> rule, List<long[]> shapes, Comparison.Stepper stepper) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TRIES; i++) {
            new Comparison<>(rule).steps(Gradients.random(shapes, 3, random), stepper);
            new Comparison<>(rule).step(situation(rule, shapes, random), stepper);
        }
    }
}
