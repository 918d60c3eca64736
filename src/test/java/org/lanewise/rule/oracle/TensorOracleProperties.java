package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every rule that looks at whole tensors against double arithmetic, within the bounds derived at {@link TensorBound}. */
class TensorOracleProperties {
    private interface Steps {
        void run(TensorTrial trial, TensorTrial.Stepper library);
    }

    private static void compare(List<long[]> shapes, long seed, Steps steps) {
        SplittableRandom random = new SplittableRandom(seed);
        for (TensorCase rule : TensorCases.all()) {
            TensorComparison comparison = new TensorComparison(rule);
            steps.run(new TensorTrial(rule, shapes, comparison, random), TensorTrial.library(rule.rule(), shapes));
            assertTrue(comparison.coverage() > 0.9, () -> rule + " has bounds for " + comparison.coverage());
        }
    }

    @Property(tries = 10)
    void oneStepFromAnyStatesIsTheFormulaUpToRounding(@ForAll long seed) {
        compare(TensorTrial.SHAPES, seed, TensorTrial::fromAnyStates);
    }

    @Property(tries = 3)
    void thirtyStepsFromTheStartAreTheFormulaUpToRounding(@ForAll long seed) {
        compare(TensorTrial.SHAPES, seed, (trial, library) -> trial.fromTheStart(library, 30));
    }

    @Property(tries = 1)
    void stepsOfTensorsLongerThanABlockAreTheFormulaUpToRounding(@ForAll long seed) {
        compare(TensorTrial.LONG_SHAPES, seed, (trial, library) -> trial.fromTheStart(library, 2));
        compare(TensorTrial.LONG_SHAPES, seed, TensorTrial::fromAnyStates);
    }
}
