package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Adagrad against Duchi, Hazan and Singer, PyTorch, Keras and optax. */
class AdagradTest extends RuleContract<Adagrad> {
    @Override
    List<Adagrad> cases() {
        Adagrad plain = new Adagrad(0.01);
        return List.of(plain, plain.withLearningRateDecay(0.2), plain.withInitialAccumulator(0.1), plain.withWeightDecay(0.3),
                plain.withEpsilon(0), plain.withEpsilon(0.01).withLearningRateDecay(3).withWeightDecay(0.1),
                plain.withEpsilon(0.01).withEpsilonInRoot(true), plain.withEpsilonInRoot(true).withInitialAccumulator(0.1));
    }

    @Override
    void describe(Facts<Adagrad> facts) {
        facts.state(Held.squareOfGradient("sum", Adagrad::initialAccumulator));
        facts.defaults("torch.optim 2.x", new Adagrad(0.5, 0, 0, 1e-10, 0));
        facts.defaults("other frameworks' conventions are off", new Adagrad(0.5, 0, 0, 1e-10, 0, false));
        facts.range(FROM_0, "learningRate", "learningRateDecay", "initialAccumulator", "epsilon", "weightDecay");
        facts.hostile(new Adagrad(RATE), 2 / 1e-10, NAN, NAN);
        facts.converges(new Adagrad(1), WELL_CONDITIONED, 42);
        facts.converges(new Adagrad(1), ILL_CONDITIONED, 42);
        facts.converges(new Adagrad(0.5), ROSENBROCK, 13_000);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.weightDecay() == 0 && rule.initialAccumulator() == 0);
        facts.published("Keras 3: Adagrad(0.2, 0.3, 1e-6)", Published.keras("""
                0.9963
                0.9604 0.9278 0.9003 0.8784 0.8615 0.8487 0.8388 0.8313 0.8255 0.8209
                0.9251 0.8629 0.8137 0.7768 0.7497 0.7298 0.7151 0.704 0.6956 0.6891
                0.8903 0.8012 0.7342 0.6862 0.6521 0.6277 0.6099 0.5967 0.5867 0.579
                0.856 0.7422 0.6604 0.6037 0.5644 0.5367 0.5168 0.5021 0.491 0.4825"""));
        facts.published("burn: AdaGrad, 0.01, decay 0.5, epsilon 1e-8", Published.burn(-0.334989, 0.066144, -0.033462, -0.312636,
                0.315896, -0.030305, -0.405214));
        // Beside a first sum of 0.1 an epsilon of 1e-7 is below a rounding, wherever it is added.
        facts.formula("optax: adagrad(0.01)", new FrameworkFormula((s, g, lr, t) -> {
            s[1] = (t == 1 ? 0.1 : s[1]) + g * g;
            s[0] -= lr * g / Math.sqrt(s[1] + 1e-7);
        }, Set.of("epsilonInRoot")));
    }

    /** Duchi, Hazan and Singer with a diagonal matrix, and PyTorch's falling learning rate. */
    @Override
    ElementOracle oracle(Adagrad rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double sum = x[2] + g * g;
            double rate = learningRate / (1 + (step - 1) * rule.learningRateDecay());
            double root = rule.epsilonInRoot() ? Math.sqrt(sum + rule.epsilon()) : Math.sqrt(sum) + rule.epsilon();
            return new double[] {w - rate * g / root, gradient, sum};
        };
    }

    /**
     * {@code g}: {@link Rounding#descent}. {@code sum}: {@code g^2} moves by at most {@code (2 |g| + gError) gError}, 1 of the sum.
     * Divisor: that of the {@link Rounding#root}, 1 of epsilon, 1 of the sum, the last two under the root with epsilonInRoot. {@code rate
     * g}: {@code rate} times that of {@code g}, 2 of its own. Then the {@link Rounding#quotient}, and 1 of {@code w}.
     */
    @Override
    ElementBound bound(Adagrad rule) {
        return (x, y, step, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            double sumError = (2 * Math.abs(g) + gError) * gError + rounded(y[2]);
            double below = y[2] + rule.epsilon();
            double divisor = rule.epsilonInRoot() ? Math.sqrt(below) : Math.sqrt(y[2]) + rule.epsilon();
            double divisorError = rule.epsilonInRoot() ? root(below, sumError + rounded(rule.epsilon()) + rounded(below))
                    : root(y[2], sumError) + rounded(rule.epsilon()) + rounded(divisor);
            double rate = learningRate / (1 + (step - 1) * rule.learningRateDecay());
            double a = rate * g;
            double move = quotient(a, rate * gError + 2 * rounded(a), divisor, divisorError);
            return new double[] {move + rounded(y[0]), 0, sumError};
        };
    }

    @Test
    void detectsEpsilonOnTheOtherSideOfAdagradsRoot() {
        Adagrad inside = new Adagrad(0.01).withEpsilon(0.01).withEpsilonInRoot(true);
        assertDetects(inside, oracle(inside.withEpsilonInRoot(false)));
    }

    @Test
    void detectsALearningRateThatFallsAStepTooEarly() {
        Adagrad rule = new Adagrad(0.01).withLearningRateDecay(0.2);
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, step + 1, learningRate));
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new Adagrad(RATE));
        Hostile.assertHugeGradientStops(new Adagrad(RATE));
    }

    @Test
    void tinyGradientsAreDividedByEpsilonAlone() {
        float[] planes = Hostile.after(new Adagrad(1e27), 1e-30f);
        assertEquals(0, planes[1]);
        assertEquals(START + 1e-30f * -1e27f / 1e-10f, planes[0]);
    }
}
