package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every rule against double arithmetic, within the bounds derived at {@link Bound} and {@link RootBound}. */
class OracleProperties {
    @Property(tries = 40)
    void oneStepFromAnyStatesIsTheFormulaUpToRounding(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            Comparison comparison = new Comparison(rule);
            Trial.fromAnyStates(rule, comparison, random);
            assertTrue(comparison.coverage() > 0.9, () -> rule + " has bounds for " + comparison.coverage());
        }
    }

    @Property(tries = 10)
    void fiftyStepsFromTheStartAreTheFormulaUpToRounding(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            Comparison comparison = new Comparison(rule);
            Trial.fromTheStart(rule, comparison, random, 50);
            assertTrue(comparison.coverage() > 0.9, () -> rule + " has bounds for " + comparison.coverage());
        }
    }
}
