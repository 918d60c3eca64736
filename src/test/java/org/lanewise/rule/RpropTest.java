package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.BY_SIGN;
import static org.lanewise.rule.Hostile.Left.FINITE;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.ABOVE_ONE;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Range.INSIDE_0_AND_1;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;

/** iRprop- as {@code torch.optim.Rprop} has it. */
class RpropTest extends RuleContract<Rprop> {
    @Override
    List<Rprop> cases() {
        Rprop plain = new Rprop(0.01);
        return List.of(plain, plain.withEtas(0.3, 1.7), plain.withSteps(3e-3, 0.7), new Rprop(70),
                plain.withEtas(0.9, 1.1).withSteps(0, 1e3));
    }

    @Override
    void describe(Facts<Rprop> facts) {
        facts.state(Held.likeGradient("gPrev"));
        facts.state(Held.even("s", (random, _) -> Scale.number(random, random.nextInt(-20, 6)), Rprop::learningRate));
        facts.defaults("torch.optim 2.x", new Rprop(0.5, 0.5, 1.2, 1e-6, 50));
        Rprop wide = new Rprop(1, 0.5, 1.2, 0, Float.MAX_VALUE);
        facts.range(wide, FROM_0, "learningRate", "minStep");
        facts.range(wide, INSIDE_0_AND_1, "etaMinus");
        facts.range(wide, ABOVE_ONE, "etaPlus");
        facts.range(new Rprop(1, 0.5, 1.2, 1e-6, 50), new Range("finite and at least 0", Range.values(1e-6, Float.MAX_VALUE),
                Range.values(-1, Double.POSITIVE_INFINITY, Double.NaN), FROM_0.floatWords(), FROM_0.beyondFloat()), "maxStep");
        facts.hostile(new Rprop(RATE), BY_SIGN, FINITE, FINITE);
        facts.converges(new Rprop(0.05), WELL_CONDITIONED, 60);
        facts.converges(new Rprop(0.05), ILL_CONDITIONED, 60);
        facts.converges(new Rprop(0.01), ROSENBROCK, 5_000);
        facts.normalizing(_ -> true);
    }

    /**
     * iRprop-, the sign of agreement taken from the product rounded to float, as the rule says. The step size is clamped without agreement
     * too, as PyTorch does; that shows only with a first step size out of bounds.
     */
    @Override
    ElementOracle oracle(Rprop rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1], gPrev = x[2], s = x[3];
            double g = gradient;
            float agreement = (float) (g * gPrev);
            if (agreement > 0) {
                s *= rule.etaPlus();
            } else if (agreement < 0) {
                s *= rule.etaMinus();
                g = 0;
            }
            s = Math.clamp(step == 1 ? learningRate : s, rule.minStep(), rule.maxStep());
            return new double[] {w - Math.signum(g) * s, gradient, g, s};
        };
    }

    /**
     * The product {@code g gPrev} of two floats is exact in double, so the oracle takes the same branch always, and {@code gPrev} has no
     * error. The factor of {@code s} and the product with it are rounded, and clamping to bounds that are rounded once keeps a relative
     * error of 2 roundings what it is: 2 errors of the new {@code s}, none if it stays. {@code w} has these, if it moves, and 1 of its own.
     */
    @Override
    ElementBound bound(Rprop rule) {
        return (x, y, _, _) -> {
            double s = y[3] == x[3] ? 0 : 2 * rounded(y[3]);
            double w = y[2] == 0 ? 0 : s + rounded(y[0]);
            return new double[] {w, 0, 0, s};
        };
    }

    @Test
    void theFirstStepTakesItsOwnLearningRateAndLaterOnesNone() {
        float[] w = {1, 1, 1}, g = {2, -3, 0};
        Optimizer optimizer = Optimizer.of(new Rprop(0.5), ParameterStore.wrap(w, g));
        optimizer.setLearningRate(0.25);
        optimizer.step();
        assertArrayEquals(new float[] {0.75f, 1.25f, 1}, w);
        optimizer.setLearningRate(7);
        optimizer.step();
        assertArrayEquals(new float[] {0.75f - 0.3f, 1.25f + 0.3f, 1}, w);
    }

    @Test
    void detectsRpropThatMovesAfterAFlip() {
        Rprop rule = new Rprop(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - Math.signum(x[1]) * y[3];
            return y;
        });
    }

    @Test
    void detectsRpropThatRemembersTheGradientOfAFlip() {
        Rprop rule = new Rprop(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[2] = x[1];
            return y;
        });
    }

    @Test
    void detectsAgreementOfGradientsWhoseProductUnderflows() {
        Rprop rule = new Rprop(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] larger = {x[0], x[1] * 0x1p80, x[2] * 0x1p80, x[3]};
            double[] y = oracle(rule).step(larger, step, learningRate);
            return new double[] {y[0], x[1], y[2] * 0x1p-80, y[3]};
        });
    }

    @Test
    void refusesStepBoundsInTheWrongOrder() {
        assertRefused(IllegalArgumentException.class, "maxStep must be at least minStep 51.0, got 50.0",
                () -> new Rprop(1).withSteps(51, 50));
        assertEquals(50, new Rprop(1).withSteps(50, 50).minStep());
    }
}
