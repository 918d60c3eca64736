package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;

/** Where the schedule-free rules train and evaluate, and what special gradients do. */
class ScheduleFreeTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    /** The parameter after each look-ahead and after each step with these gradients, from 1. */
    private static float[] parameters(Rule rule, float... gradients) {
        float[] w = {1}, g = new float[1], seen = new float[2 * gradients.length];
        Optimizer optimizer = Optimizer.of(rule, ParameterStore.wrap(w, g));
        for (int i = 0; i < gradients.length; i++) {
            optimizer.lookAhead();
            seen[2 * i] = w[0];
            g[0] = gradients[i];
            optimizer.step();
            seen[2 * i + 1] = w[0];
        }
        return seen;
    }

    /** z: 1, 0.5, 0, -0.5; averages of all but the first, and halfway between that and z. */
    @Test
    void trainsBetweenTheLastPointAndTheAverageAndEvaluatesAtTheAverage() {
        float[] seen = parameters(new ScheduleFreeSgd(0.5).withBeta(0.5), 1, 1, 1);
        assertArrayEquals(new float[] {1, 0.5f, 0.5f, 0.25f, 0.125f, 0}, seen, 1e-7f);
    }

    /** A constant gradient divided by its root mean square is 1. */
    @Test
    void adamWMovesAsSgdByGradientsOfOneSize() {
        float[] seen = parameters(new ScheduleFreeAdamW(0.5).withBetas(0.5, 0.5).withEpsilon(0), 7, 7, 7);
        assertArrayEquals(new float[] {1, 0.5f, 0.5f, 0.25f, 0.125f, 0}, seen, 1e-6f);
    }

    /** Learning rates 0.25 and 0.5: z is 0.75 and 0.25, with weights 1 and 4 of 5. */
    @Test
    void warmupWeighsPointsByTheSquaresOfTheirLearningRates() {
        float[] seen = parameters(new ScheduleFreeSgd(0.5).withWarmup(2), 1, 1);
        assertEquals(0.75, seen[1]);
        assertEquals((0.75 + 4 * 0.25) / 5, seen[3], 1e-7);
    }

    @Test
    void restsWithoutGradientsAndDriftsToItsLastPointAfterThem() {
        for (Rule rule : new Rule[] {new ScheduleFreeSgd(0.5), new ScheduleFreeAdamW(0.5)}) {
            float[] zero = parameters(rule, 0, -0f, 1e-30f);
            for (float w : zero) {
                assertEquals(1, w, 2e-7, rule::toString);
            }
            float[] seen = parameters(rule, 1, 1, 0, 0);
            assertTrue(seen[7] < seen[5] && seen[5] < seen[3], rule::toString);
        }
        assertEquals(NAN, parameters(new ScheduleFreeAdamW(0.5).withEpsilon(0), 0)[1]);
    }

    @Test
    void isNeverFiniteAgainAfterAnInfiniteOrNaNGradient() {
        for (Rule rule : new Rule[] {new ScheduleFreeSgd(0.5), new ScheduleFreeAdamW(0.5)}) {
            for (float g : new float[] {INF, -INF, NAN}) {
                float[] seen = parameters(rule, 1, g, 1, 1);
                for (int i = 3; i < seen.length; i++) {
                    assertTrue(!Float.isFinite(seen[i]), rule::toString);
                }
            }
        }
    }

    private static float afterSteps(Rule rule, Storage parameters, int steps) {
        try (ParameterStore store = ParameterStore.builder().parameters(parameters).tensor("w", 1).build()) {
            Optimizer optimizer = Optimizer.of(rule, store);
            store.tensor("w").parameter().set(0, 1);
            store.tensor("w").gradient().set(0, 1);
            for (int step = 0; step < steps; step++) {
                optimizer.lookAhead();
                optimizer.step();
            }
            return store.tensor("w").parameter().get(0);
        }
    }

    /** The exact average of z = 1 - k / 1000 over k = 1 to 400 is 0.7995; bfloat16 has steps of 2^-8 below 1. */
    @Test
    void keepsMovingInBfloat16WithAnExactAverageAndStopsWithout() {
        ScheduleFreeSgd plain = new ScheduleFreeSgd(1e-3);
        assertEquals(0.7995, afterSteps(plain, Storage.F32, 400), 1e-5);
        assertEquals(0.7995, afterSteps(plain.withExactAverage(true), Storage.BF16, 400), 0x1p-9 + 1e-5);
        assertEquals(1, afterSteps(plain, Storage.BF16, 400));
    }

    @Test
    void exactAverageChangesNoBitOf32BitParameters() {
        for (Rule[] pair : new Rule[][] {
            {new ScheduleFreeSgd(0.3).withWarmup(4), new ScheduleFreeSgd(0.3).withWarmup(4).withExactAverage(true)},
            {new ScheduleFreeAdamW(0.3).withWarmup(4), new ScheduleFreeAdamW(0.3).withWarmup(4).withExactAverage(true)}}) {
            float[] gradients = {0.3f, -1, 7, 1e-30f, -0.01f, 0, 5, INF, 1, NAN, 2};
            assertArrayEquals(parameters(pair[0], gradients), parameters(pair[1], gradients));
        }
    }
}
