package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;

/** Schedule-free SGD against Defazio et al., and where it trains and evaluates. */
class ScheduleFreeSgdTest extends RuleContract<ScheduleFreeSgd> {
    @Override
    List<ScheduleFreeSgd> cases() {
        ScheduleFreeSgd plain = new ScheduleFreeSgd(0.1);
        return List.of(plain, plain.withBeta(0.5), plain.withBeta(0), plain.withWeightDecay(0.3), plain.withWarmup(20),
                plain.withBeta(0.98).withWeightDecay(0.1).withWarmup(4), plain.withExactAverage(true));
    }

    @Override
    void describe(Facts<ScheduleFreeSgd> facts) {
        facts.state(Held.likeParameter("z"));
        facts.state(Held.likeParameter("x"));
        facts.defaults("the authors' code", new ScheduleFreeSgd(0.5, 0.9, 0, 0, false));
        facts.range(FROM_0, "learningRate", "weightDecay");
        facts.range(FRACTION, "beta");
        // Parameters of 32 bits are exact averages already.
        facts.idle(_ -> Set.of("exactAverage"));
        // The second step moves the average by half of its own move.
        facts.hostile(new ScheduleFreeSgd(RATE), 1.5, NAN, NAN);
        // Its average of all points forgets the first ones slowly; each objective has a learning rate of its own.
        facts.converges(new ScheduleFreeSgd(0.3), WELL_CONDITIONED, 380);
        facts.converges(new ScheduleFreeSgd(0.015), ILL_CONDITIONED, 8000);
        facts.converges(new ScheduleFreeSgd(0.005), ROSENBROCK, 47_000);
        facts.linear();
        // It does not start from a z of 0.
        facts.neverRests();
    }

    /** Defazio et al., look-ahead and step together, for a gradient that does not depend on where it is taken. */
    @Override
    ElementOracle oracle(ScheduleFreeSgd rule) {
        return (planes, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2];
            double y = (1 - rule.beta()) * z + rule.beta() * x;
            z -= learningRate * warmed(step, rule.warmup()) * (g + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * y));
            double c = averaged(step, rule.warmup());
            return new double[] {(1 - c) * x + c * z, g, z, x};
        };
    }

    static double warmed(long step, long warmup) {
        return warmup == 0 ? 1 : Math.min(1, (double) step / warmup);
    }

    /** The square of this step's learning rate by the sum of all squares, added up. */
    static double averaged(long step, long warmup) {
        double sum = 0;
        for (long k = 1; k <= step; k++) {
            sum += Math.pow(warmed(k, warmup), 2);
        }
        return Math.pow(warmed(step, warmup), 2) / sum;
    }

    /**
     * Direction: with decay {@code weightDecay} times that of {@code y}, 1 of the product's factor, 1 of the sum. {@code z}: the learning
     * rate times that, 1 of the product's factor, 1 of its own. Then {@link #averageError}.
     */
    @Override
    ElementBound bound(ScheduleFreeSgd rule) {
        return (planes, next, step, learningRate) -> {
            double x = planes[0], z = step == 1 ? x : planes[2], decay = rule.weightDecay();
            double y = (1 - rule.beta()) * z + rule.beta() * x;
            double u = planes[1] + decay * y;
            double uError = decay == 0 ? 0 : decay * betweenError(rule.beta(), z, x, step) + rounded(decay * y) + rounded(u);
            double scale = learningRate * warmed(step, rule.warmup());
            double zError = scale * uError + rounded(scale * u) + rounded(next[2]);
            double c = averaged(step, rule.warmup());
            return new double[] {averageError(c, next[2], zError, x, next[0]), 0, zError, 0};
        };
    }

    /** {@code y}: 2 of the part of {@code z} (factor and product), 1 of that of {@code x}, 1 of the sum; exact in the first step. */
    static double betweenError(double beta, double z, double x, long step) {
        return step == 1 ? 0 : 2 * rounded((1 - beta) * z) + rounded(beta * x) + rounded((1 - beta) * z + beta * x);
    }

    /** {@code x + c (z - x)}: {@code c} times that of {@code z} and 1 of the difference, 1 of {@code c}, 1 of the new {@code x}. */
    static double averageError(double c, double z, double zError, double before, double after) {
        return c * (zError + rounded(z - before)) + rounded(c * (z - before)) + rounded(after);
    }

    /** An exact average is computed anew from the points of the step before; where both are the parameter, so is the average. */
    @Override
    void makeReachable(ScheduleFreeSgd rule, float[][] planes) {
        if (rule.exactAverage()) {
            planes[2] = planes[0].clone();
            planes[3] = planes[0].clone();
        }
    }

    @Test
    void detectsScheduleFreeThatDecaysAtTheAverage() {
        ScheduleFreeSgd rule = new ScheduleFreeSgd(0.1).withWeightDecay(0.3);
        ElementOracle undecayed = oracle(new ScheduleFreeSgd(0.1));
        assertDetects(rule, (x, step, learningRate) ->
                undecayed.step(new double[] {x[0], x[1] + 0.3 * x[0], x[2], x[3]}, step, learningRate));
    }

    @Test
    void detectsScheduleFreeThatStartsAtZero() {
        ScheduleFreeSgd rule = new ScheduleFreeSgd(0.1);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[2] -= step == 1 ? x[0] : 0;
            return y;
        });
    }

    @Test
    void refusesAWarmupBelowZero() {
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -2", () -> new ScheduleFreeSgd(1).withWarmup(-2));
    }

    /** The parameter after each look-ahead and after each step with these gradients, from 1. */
    static float[] seen(Rule rule, float... gradients) {
        Run run = new Run(rule, 1);
        float[] seen = new float[2 * gradients.length];
        for (int i = 0; i < gradients.length; i++) {
            seen[2 * i] = run.lookAhead()[0];
            seen[2 * i + 1] = run.stepFromHere(gradients[i]).parameters()[0];
        }
        return seen;
    }

    /** z: 1, 0.5, 0, -0.5; averages of all but the first, and halfway between that and z. */
    @Test
    void trainsBetweenTheLastPointAndTheAverageAndEvaluatesAtTheAverage() {
        float[] seen = seen(new ScheduleFreeSgd(0.5).withBeta(0.5), 1, 1, 1);
        assertArrayEquals(new float[] {1, 0.5f, 0.5f, 0.25f, 0.125f, 0}, seen, 1e-7f);
    }

    /** Learning rates 0.25 and 0.5: z is 0.75 and 0.25, with weights 1 and 4 of 5. */
    @Test
    void warmupWeighsPointsByTheSquaresOfTheirLearningRates() {
        float[] seen = seen(new ScheduleFreeSgd(0.5).withWarmup(2), 1, 1);
        assertEquals(0.75, seen[1]);
        assertEquals((0.75 + 4 * 0.25) / 5, seen[3], 1e-7);
    }

    /** As the documentation says: z moves by the rates of that shape, and x averages with the weights of the linear warm-up. */
    @Test
    void takesAWarmupOfAnyShapeByItsLearningRates() {
        int warmup = 8;
        ScheduleFreeSgd rule = new ScheduleFreeSgd(0.5).withWarmup(warmup);
        Run run = new Run(rule, 1);
        double z = 1, x = 1;
        for (int step = 1; step <= 12; step++) {
            double rate = step < warmup ? 0.25 * (1 - Math.cos(Math.PI * step / warmup)) : 0.5;
            run.optimizer().setLearningRate(step < warmup ? rate * warmup / step : rate);
            float[][] planes = run.step(1).planes(0);
            z -= rate;
            double c = averaged(step, warmup);
            x += c * (z - x);
            assertEquals(z, planes[2][0], 1e-6);
            assertEquals(x, planes[0][0], 1e-6);
        }
    }

    @Test
    void restsWithoutGradientsAndDriftsToItsLastPointAfterThem() {
        assertRestsAndDrifts(new ScheduleFreeSgd(0.5));
    }

    static void assertRestsAndDrifts(Rule rule) {
        for (float w : seen(rule, 0, -0f, 1e-30f)) {
            assertEquals(1, w, 2e-7, rule::toString);
        }
        float[] seen = seen(rule, 1, 1, 0, 0);
        assertTrue(seen[7] < seen[5] && seen[5] < seen[3], rule::toString);
    }

    @Test
    void isNeverFiniteAgainAfterAnInfiniteOrNaNGradient() {
        assertIsNeverFiniteAgain(new ScheduleFreeSgd(0.5));
    }

    static void assertIsNeverFiniteAgain(Rule rule) {
        for (float g : new float[] {POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, NaN}) {
            float[] seen = seen(rule, 1, g, 1, 1);
            for (int i = 3; i < seen.length; i++) {
                assertTrue(!Float.isFinite(seen[i]), rule::toString);
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
        ScheduleFreeSgd rule = new ScheduleFreeSgd(0.3).withWarmup(4);
        float[] gradients = {0.3f, -1, 7, 1e-30f, -0.01f, 0, 5, POSITIVE_INFINITY, 1, NaN, 2};
        assertArrayEquals(seen(rule, gradients), seen(rule.withExactAverage(true), gradients));
    }
}
