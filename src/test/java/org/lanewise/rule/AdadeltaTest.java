package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FRACTION_OR_1;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.product;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Adadelta against Zeiler, the move times a learning rate. */
class AdadeltaTest extends RuleContract<Adadelta> {
    @Override
    List<Adadelta> cases() {
        Adadelta plain = new Adadelta(1);
        return List.of(plain, plain.withRho(0.5).withEpsilon(0.01), plain.withWeightDecay(0.3),
                plain.withEpsilon(0), plain.withRho(0), plain.withRho(1), new Adadelta(0.3).withRho(0.95).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<Adadelta> facts) {
        facts.state(Held.squareOfGradient("v"));
        facts.state(Held.even("vMove", (random, scale) -> Scale.number(random, 2 * (scale.w() - 3))));
        facts.defaults("torch.optim 2.x", new Adadelta(0.5, 0.9, 1e-6, 0));
        facts.range(FROM_0, "learningRate", "epsilon", "weightDecay");
        facts.range(FRACTION_OR_1, "rho");
        facts.hostile(new Adadelta(RATE), 2, NAN, NAN);
        facts.converges(new Adadelta(1), WELL_CONDITIONED, 1240);
        facts.converges(new Adadelta(1), ILL_CONDITIONED, 1240);
        facts.convergesFalling(new Adadelta(0.2), ROSENBROCK, 12_000);
        facts.published("Keras 3: Adadelta(1.0, 0.8, 1e-6)", Published.keras("""
                0.9978
                0.9947
                0.9915
                0.9882
                0.9849"""));
    }

    /** Zeiler, Algorithm 1, the move times a learning rate. */
    @Override
    ElementOracle oracle(Adadelta rule) {
        return (x, _, learningRate) -> {
            double w = x[0], gradient = x[1], rho = rule.rho();
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double v = rho * x[2] + (1 - rho) * g * g;
            double move = Math.sqrt(x[3] + rule.epsilon()) / Math.sqrt(v + rule.epsilon()) * g;
            return new double[] {w - learningRate * move, gradient, v, rho * x[3] + (1 - rho) * move * move};
        };
    }

    /**
     * {@code g} and {@code v} as in {@link RmsPropTest#bound}. The two roots: 1 of epsilon, 1 of the sum, that of {@code v} in the one
     * below; then that of the {@link Rounding#root}. {@code d}: their {@link Rounding#quotient}, and the {@link Rounding#product} with
     * {@code g}. {@code vMove} as {@code v}, of {@code d}. {@code w}: {@code learningRate} times that of {@code d}, 1 of the product
     * (factor), 1 of the sum.
     */
    @Override
    ElementBound bound(Adadelta rule) {
        return (x, y, _, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            double vError = meanOfSquares(rule.rho(), x[2], g, gError, y[2]);
            double above = x[3] + rule.epsilon(), below = y[2] + rule.epsilon();
            double quotient = Math.sqrt(above) / Math.sqrt(below);
            double quotientError = quotient(
                    Math.sqrt(above), root(above, rounded(rule.epsilon()) + rounded(above)),
                    Math.sqrt(below), root(below, vError + rounded(rule.epsilon()) + rounded(below)));
            double move = quotient * g;
            double moveError = product(quotient, quotientError, g, gError);
            double vMoveError = meanOfSquares(rule.rho(), x[3], move, moveError, y[3]);
            return new double[] {learningRate * moveError + rounded(learningRate * move) + rounded(y[0]), 0, vError, vMoveError};
        };
    }

    @Test
    void detectsAdadeltaThatRemembersMovesTimesTheLearningRate() {
        Adadelta rule = new Adadelta(0.3).withRho(0.95).withWeightDecay(0.1);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            double move = y[0] - x[0];
            y[3] = 0.95 * x[3] + (1 - 0.95) * move * move;
            return y;
        });
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new Adadelta(RATE));
        Hostile.assertHugeGradientStops(new Adadelta(RATE));
        assertEquals(START, Hostile.after(new Adadelta(1), 1e-30f, 1e-30f)[0]);
    }

    @Test
    void withoutEpsilonASquareOfZeroMakesNaN() {
        assertParameters(new Adadelta(1).withEpsilon(0), of(1, 1e-30f), 1, 1);
        assertParameters(new Adadelta(1).withEpsilon(0), of(1e-30f, 1), Float.NaN, Float.NaN);
    }
}
