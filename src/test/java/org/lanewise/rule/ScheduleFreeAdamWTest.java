package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Schedule-free AdamW against Defazio et al., and where it trains and evaluates. */
class ScheduleFreeAdamWTest extends RuleContract<ScheduleFreeAdamW> {
    @Override
    List<ScheduleFreeAdamW> cases() {
        ScheduleFreeAdamW plain = new ScheduleFreeAdamW(0.01);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                plain.withWarmup(20), plain.withBetas(0, 0).withWeightDecay(0.1).withWarmup(4), plain.withExactAverage(true));
    }

    @Override
    void describe(Facts<ScheduleFreeAdamW> facts) {
        facts.state(Held.likeParameter("z"));
        facts.state(Held.likeParameter("x"));
        facts.state(Held.squareOfGradient("v"));
        facts.defaults("the authors' code", new ScheduleFreeAdamW(0.5, 0.9, 0.999, 1e-8, 0, 0, false));
        facts.rangesOfAdamsKind();
        // Parameters of 32 bits are exact averages already.
        facts.idle(_ -> Set.of("exactAverage"));
        // The second step moves the average by half of its own move.
        facts.hostile(new ScheduleFreeAdamW(RATE), 1.5 / 1e-8, NAN, NAN);
        // Its average of all points forgets the first ones slowly; each objective has a learning rate of its own.
        facts.converges(new ScheduleFreeAdamW(0.2), WELL_CONDITIONED, 570);
        facts.converges(new ScheduleFreeAdamW(0.2), ILL_CONDITIONED, 570);
        facts.converges(new ScheduleFreeAdamW(0.05).withBetas(0.98, 0.99), ROSENBROCK, 11_500);
        // It does not start from a z of 0.
        facts.neverRests();
    }

    /** Defazio et al., algorithm 1, as {@link ScheduleFreeSgdTest#oracle}, with the warm-up linear. */
    @Override
    ElementOracle oracle(ScheduleFreeAdamW rule) {
        return (planes, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2];
            double y = (1 - rule.beta1()) * z + rule.beta1() * x;
            double v = rule.beta2() * planes[4] + (1 - rule.beta2()) * g * g;
            double u = g / (Math.sqrt(v / (1 - Math.pow(rule.beta2(), step))) + rule.epsilon());
            double rate = learningRate * ScheduleFreeSgdTest.warmed(step, rule.warmup());
            z -= rate * (u + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * y));
            double c = ScheduleFreeSgdTest.averaged(step, rule.warmup());
            return new double[] {(1 - c) * x + c * z, g, z, x, v};
        };
    }

    /**
     * {@code v}: {@link Rounding#meanOfSquares}. Direction: {@link Rounding#normalized}, and decay as of {@link
     * ScheduleFreeSgdTest#bound}, as is the rest.
     */
    @Override
    ElementBound bound(ScheduleFreeAdamW rule) {
        return (planes, next, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2], decay = rule.weightDecay();
            double y = (1 - rule.beta1()) * z + rule.beta1() * x;
            double vError = meanOfSquares(rule.beta2(), planes[4], g, 0, next[4]);
            double correction = correction(rule.beta2(), step);
            double u = g / (Math.sqrt(next[4] / correction) + rule.epsilon());
            double uError = normalized(g, 0, next[4], vError, correction, rule.epsilon());
            if (decay != 0) {
                u += decay * y;
                uError += decay * ScheduleFreeSgdTest.betweenError(rule.beta1(), z, x, step) + rounded(decay * y) + rounded(u);
            }
            double scale = learningRate * ScheduleFreeSgdTest.warmed(step, rule.warmup());
            double zError = scale * uError + rounded(scale * u) + rounded(next[2]);
            double c = ScheduleFreeSgdTest.averaged(step, rule.warmup());
            return new double[] {ScheduleFreeSgdTest.averageError(c, next[2], zError, x, next[0]), 0, zError, 0, vError};
        };
    }

    /** An exact average is computed anew from the points of the step before; where both are the parameter, so is the average. */
    @Override
    void makeReachable(ScheduleFreeAdamW rule, float[][] planes) {
        if (rule.exactAverage()) {
            planes[2] = planes[0].clone();
            planes[3] = planes[0].clone();
        }
    }

    @Test
    void detectsScheduleFreeWithTheWeightOfTheNextStep() {
        ScheduleFreeAdamW rule = new ScheduleFreeAdamW(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] + (y[2] - x[0]) / (step + 1);
            return y;
        });
    }

    @Test
    void refusesAWarmupBelowZero() {
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -3", () -> new ScheduleFreeAdamW(1).withWarmup(-3));
    }

    /** A constant gradient divided by its root mean square is 1. */
    @Test
    void movesAsSgdByGradientsOfOneSize() {
        float[] seen = ScheduleFreeSgdTest.seen(new ScheduleFreeAdamW(0.5).withBetas(0.5, 0.5).withEpsilon(0), 7, 7, 7);
        assertArrayEquals(new float[] {1, 0.5f, 0.5f, 0.25f, 0.125f, 0}, seen, 1e-6f);
    }

    @Test
    void restsWithoutGradientsAndDriftsToItsLastPointAfterThem() {
        ScheduleFreeSgdTest.assertRestsAndDrifts(new ScheduleFreeAdamW(0.5));
        assertEquals(NaN, ScheduleFreeSgdTest.seen(new ScheduleFreeAdamW(0.5).withEpsilon(0), 0)[1]);
    }

    @Test
    void isNeverFiniteAgainAfterAnInfiniteOrNaNGradient() {
        ScheduleFreeSgdTest.assertIsNeverFiniteAgain(new ScheduleFreeAdamW(0.5));
    }

    @Test
    void exactAverageChangesNoBitOf32BitParameters() {
        ScheduleFreeAdamW rule = new ScheduleFreeAdamW(0.3).withWarmup(4);
        float[] gradients = {0.3f, -1, 7, 1e-30f, -0.01f, 0, 5, POSITIVE_INFINITY, 1, NaN, 2};
        assertArrayEquals(ScheduleFreeSgdTest.seen(rule, gradients), ScheduleFreeSgdTest.seen(rule.withExactAverage(true), gradients));
    }
}
