package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Rounding.lerp;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Adamax against Kingma and Ba, epsilon where PyTorch or where Keras has it. */
class AdamaxTest extends RuleContract<Adamax> {
    @Override
    List<Adamax> cases() {
        Adamax plain = new Adamax(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                plain.withEpsilon(0), plain.withBetas(0, 0).withWeightDecay(0.1),
                plain.withBetas(0.5, 0.9).withEpsilon(0.01).withEpsilonAfterMaximum(true), plain.withEpsilonAfterMaximum(true));
    }

    @Override
    void describe(Facts<Adamax> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.sizeOfGradient("u"));
        facts.defaults("torch.optim 2.x", new Adamax(0.5, 0.9, 0.999, 1e-8, 0));
        facts.defaults("other frameworks' conventions are off", new Adamax(0.5, 0.9, 0.999, 1e-8, 0, false));
        facts.rangesOfAdamsKind();
        facts.hostile(new Adamax(RATE), 2 / 1e-8, NAN, NAN);
        facts.converges(new Adamax(0.1), WELL_CONDITIONED, 220);
        facts.converges(new Adamax(0.1), ILL_CONDITIONED, 220);
        facts.convergesFalling(new Adamax(0.3), ROSENBROCK, 4_000);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.weightDecay() == 0);
        facts.published("Keras 3: Adamax(0.2, 0.85, 0.95, 1e-6)", Published.keras("""
                0.8
                0.6827 0.6873 0.6888 0.6896 0.6901 0.6904 0.6906 0.6908 0.6909 0.691
                0.5333 0.5407 0.5431 0.5444 0.5451 0.5456 0.546 0.5462 0.5464 0.5466
                0.368 0.3773 0.3804 0.382 0.3829 0.3835 0.384 0.3843 0.3846 0.3848
                0.1933 0.204 0.2076 0.2094 0.2105 0.2112 0.2117 0.2121 0.2124 0.2126"""));
    }

    /** Kingma and Ba, Algorithm 2, epsilon in the magnitude or, as Keras has it, in the divisor. */
    @Override
    ElementOracle oracle(Adamax rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double early = rule.epsilonAfterMaximum() ? 0 : rule.epsilon(), late = rule.epsilon() - early;
            double u = Math.max(rule.beta2() * x[3], Math.abs(g) + early);
            return new double[] {w - learningRate / (1 - Math.pow(rule.beta1(), step)) * m / (u + late), gradient, m, u};
        };
    }

    /**
     * {@code g} and {@code m} as in {@link AdamTest#bound}. {@code u}: the larger of {@code beta2 u}, with 2 errors (factor and product),
     * and {@code |g| + epsilon}, with that of {@code g}, 1 of epsilon and 1 of the sum, moves by no more than one of them. {@code w} as in
     * {@link AdamTest#bound}, with {@code u} for the divisor; with epsilonAfterMaximum the errors of epsilon and sum are in the divisor.
     */
    @Override
    ElementBound bound(Adamax rule) {
        return (x, y, step, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            double mError = lerp(rule.beta1(), x[2], g, gError, y[2]);
            boolean late = rule.epsilonAfterMaximum();
            double sizeError = late ? gError : gError + rounded(rule.epsilon()) + rounded(Math.abs(g) + rule.epsilon());
            double uError = Math.max(2 * rounded(rule.beta2() * x[3]), sizeError);
            double divisor = late ? y[3] + rule.epsilon() : y[3];
            double divisorError = late ? uError + rounded(rule.epsilon()) + rounded(divisor) : uError;
            double scale = learningRate / (1 - Math.pow(rule.beta1(), step));
            double a = scale * y[2];
            double move = quotient(a, scale * mError + 2 * rounded(a), divisor, divisorError);
            return new double[] {move + rounded(y[0]), 0, mError, uError};
        };
    }

    @Test
    void detectsEpsilonBesideTheMaximumOfAdamax() {
        Adamax before = new Adamax(0.002).withBetas(0.5, 0.9).withEpsilon(0.01), after = before.withEpsilonAfterMaximum(true);
        assertDetects(before, oracle(after));
        assertDetects(after, oracle(before));
    }

    @Test
    void nanStaysInEveryState() {
        Hostile.assertNaNStays(new Adamax(RATE));
    }

    @Test
    void takesGradientsOfAnySizeAlike() {
        Adamax rule = new Adamax(0.25).withEpsilon(0);
        float moved = Hostile.after(rule, 1, 3, -2)[0];
        assertTrue(moved < START);
        for (int exponent : new int[] {-100, 100}) {
            assertEquals(moved, Hostile.after(rule, FloatArrays.scaled(of(1, 3, -2), exponent))[0]);
        }
    }
}
