package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Convergence.Schedule.CONSTANT;
import static org.lanewise.rule.Hostile.Left.INFINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradient descent against its formula. */
class GradientDescentTest extends RuleContract<GradientDescent> {
    @Override
    List<GradientDescent> cases() {
        return List.of(new GradientDescent(0.1), new GradientDescent(1), new GradientDescent(0));
    }

    @Override
    void describe(Facts<GradientDescent> facts) {
        facts.defaults("none", new GradientDescent(0.5));
        facts.range(FROM_0, "learningRate");
        facts.hostile(new GradientDescent(RATE), 2, INFINITE, NAN);
        facts.converges(new GradientDescent(0.4), WELL_CONDITIONED, 30);
        facts.converges(new GradientDescent(0.0019), ILL_CONDITIONED, 6000);
        facts.converges(new GradientDescent(0.002), ROSENBROCK, 12_000);
        facts.linear();
    }

    /** {@code w - learningRate g}. */
    @Override
    ElementOracle oracle(GradientDescent rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1];
            return new double[] {w - learningRate * g, g};
        };
    }

    /**
     * {@code fma(-learningRate, g, w)}: learning rate and result are rounded, so 2 errors, of {@code learningRate g} and the new {@code w}.
     */
    @Override
    ElementBound bound(GradientDescent rule) {
        return (x, y, _, learningRate) -> new double[] {rounded(learningRate * x[1]) + rounded(y[0]), 0};
    }

    @Test
    void detectsALearningRateOffByAMillionth() {
        GradientDescent rule = new GradientDescent(1);
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, step, learningRate * (1 + 1e-6)));
    }

    @Test
    void isFarAwayWhereMomentumHasConverged() {
        double distance = new Convergence(new GradientDescent(0.0019), ILL_CONDITIONED, 420, CONSTANT, 1).distance();
        assertTrue(distance > 1, () -> "already " + distance + " away");
    }
}
