package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FRACTION_OR_1;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.lerp;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** RMSprop against Tieleman and Hinton, Graves, PyTorch and what other frameworks make of it. */
class RmsPropTest extends RuleContract<RmsProp> {
    @Override
    List<RmsProp> cases() {
        RmsProp plain = new RmsProp(0.01);
        List<RmsProp> rules = new ArrayList<>();
        for (RmsProp rule : List.of(plain, plain.withCentered(true), plain.withMomentum(0.9), plain.withCentered(true).withMomentum(0.7))) {
            rules.addAll(List.of(rule, rule.withAlpha(0.5).withEpsilon(0.01), rule.withWeightDecay(0.3),
                rule.withEpsilon(0), rule.withAlpha(0.2).withWeightDecay(0.1)));
        }
        rules.addAll(List.of(plain.withAlpha(0), plain.withAlpha(1), plain.withInitialAccumulator(1),
                plain.withCentered(true).withClampedVariance(true), plain.withClampedVariance(true)));
        for (RmsProp rule : List.copyOf(rules)) {
            rules.add(rule.withEpsilonInRoot(true));
            rules.add(rule.withEpsilonInRoot(true).withLearningRateInside(true).withInitialAccumulator(0.5));
            rules.add(rule.withLearningRateInside(true));
        }
        return rules;
    }

    @Override
    void describe(Facts<RmsProp> facts) {
        facts.state(Held.squareOfGradient("v", RmsProp::initialAccumulator));
        facts.state(Held.likeGradient("gAvg"));
        facts.state(Held.likeGradient("b"));
        facts.defaults("torch.optim 2.x", new RmsProp(0.5, 0.99, 1e-8, 0, 0, false));
        facts.defaults("other frameworks' conventions are off", new RmsProp(0.5, 0.99, 1e-8, 0, 0, false, false, 0, false, false));
        facts.range(FROM_0, "learningRate", "epsilon", "weightDecay", "momentum", "initialAccumulator");
        facts.range(FRACTION_OR_1, "alpha");
        facts.idle(rule -> Stream.of(rule.momentum() == 0 ? "learningRateInside" : "", rule.centered() ? "" : "clampedVariance")
                .filter(option -> !option.isEmpty()).collect(Collectors.toSet()));
        facts.hostile(new RmsProp(RATE), 2 / 1e-8, NAN, NAN);
        facts.converges(new RmsProp(0.02), WELL_CONDITIONED, 400);
        facts.converges(new RmsProp(0.02), ILL_CONDITIONED, 400);
        facts.converges(new RmsProp(0.004).withMomentum(0.9), WELL_CONDITIONED, 220);
        facts.converges(new RmsProp(0.004).withMomentum(0.9), ILL_CONDITIONED, 220);
        facts.converges(new RmsProp(0.005).withCentered(true), WELL_CONDITIONED, 1000);
        facts.converges(new RmsProp(0.005).withCentered(true), ILL_CONDITIONED, 1000);
        facts.convergesFalling(new RmsProp(0.01), ROSENBROCK, 9_000);
        facts.convergesFalling(new RmsProp(0.01).withMomentum(0.9), ROSENBROCK, 3_000);
        facts.convergesFalling(new RmsProp(0.004).withMomentum(0.9).withCentered(true), ROSENBROCK, 3_000);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.weightDecay() == 0 && rule.initialAccumulator() == 0);
        facts.published("Keras 3: RMSprop(centered=True)", Published.keras("""
                0.9967
                0.9933
                0.9908
                0.9885
                0.9864"""));
        facts.published("burn: RmsProp, 0.01, alpha 0.99, momentum 0.9, decay 0.05", Published.burn(-0.576399, -0.135571, -0.275990,
                -0.557575, 0.078313, -0.271996, -0.651299));
        // Beside a first v of 1 an epsilon of 1e-10 is below a rounding, wherever it is added.
        facts.formula("Keras 3: RMSprop(momentum=0.9)", new FrameworkFormula((s, g, lr, _) -> withEpsilonInRoot(s, g, lr, 0.9, 1e-7)));
        facts.formula("optax: rmsprop(1e-3)", new FrameworkFormula((s, g, lr, _) -> withEpsilonInRoot(s, g, lr, 0, 1e-8)));
        facts.formula("TensorFlow Java: RMSProp(graph, 0.01f, 0.9f, 0.9f, 1e-10f, false)", new FrameworkFormula((s, g, lr, t) -> {
            s[1] = t == 1 ? 1 : s[1];
            withEpsilonInRoot(s, g, lr, 0.9, 1e-10);
        }, Set.of("epsilonInRoot")));
    }

    /** {@code v} is at least {@code gAvg^2}. */
    @Override
    void makeReachable(RmsProp rule, float[][] planes) {
        if (rule.centered()) {
            float[] v = planes[2], gAvg = planes[3];
            for (int i = 0; i < v.length; i++) {
                float square = gAvg[i] * gAvg[i] * (1 + 0x1p-20f);
                gAvg[i] = square < Float.MIN_NORMAL ? 0 : gAvg[i];
                v[i] += square < Float.MIN_NORMAL ? 0 : square;
            }
        }
    }

    /** Tieleman and Hinton, epsilon outside the root or as Graves has it inside; centered as his. */
    @Override
    ElementOracle oracle(RmsProp rule) {
        return (x, _, learningRate) -> {
            double w = x[0], gradient = x[1], alpha = rule.alpha();
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double[] y = x.clone();
            double v = y[2] = alpha * x[2] + (1 - alpha) * g * g;
            if (rule.centered()) {
                double gAvg = y[3] = alpha * x[3] + (1 - alpha) * g;
                v -= gAvg * gAvg;
                v = rule.clampedVariance() ? Math.max(v, 0) : v;
            }
            double u = g / (rule.epsilonInRoot() ? Math.sqrt(v + rule.epsilon()) : Math.sqrt(v) + rule.epsilon());
            int b = x.length - 1;
            if (rule.momentum() == 0) {
                y[0] = w - learningRate * u;
            } else if (rule.learningRateInside()) {
                y[b] = rule.momentum() * x[b] + learningRate * u;
                y[0] = w - y[b];
            } else {
                y[b] = rule.momentum() * x[b] + u;
                y[0] = w - learningRate * y[b];
            }
            return y;
        };
    }

    /**
     * {@code g}: {@link Rounding#descent}. {@code v} and {@code gAvg}: {@link Rounding#meanOfSquares} and {@link Rounding#lerp}. {@code v
     * - gAvg^2}: those of {@code v}, {@code (2 |gAvg| + e) e} for the error {@code e} of {@code gAvg}, 1 of the difference; there is no
     * bound where it may be negative. Divisor: that of the {@link Rounding#root}, 1 of epsilon, 1 of the sum. {@code u}: the {@link
     * Rounding#quotient}. Without momentum {@code learningRate g} has 2 errors of its own (factor and product) before the division, and
     * {@code w} 1. {@code b}: 2 of {@code momentum b}, that of {@code u}, 1 of the sum; then {@code w} has {@code learningRate} times
     * that, 1 of {@code learningRate b} and 1 of its own. With epsilonInRoot the errors of epsilon and sum are under the root; with
     * learningRateInside {@code b} adds what {@code w} would without momentum, and {@code w} has that of {@code b} and 1.
     */
    @Override
    ElementBound bound(RmsProp rule) {
        return (x, y, _, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double v = y[2];
            double vError = errors[2] = meanOfSquares(rule.alpha(), x[2], g, gError, v);
            if (rule.centered()) {
                double e = errors[3] = lerp(rule.alpha(), x[3], g, gError, y[3]);
                v -= y[3] * y[3];
                vError += (2 * Math.abs(y[3]) + e) * e + rounded(v);
            }
            double below = rule.epsilonInRoot() ? v + rule.epsilon() : v;
            double belowError = rule.epsilonInRoot() ? vError + rounded(rule.epsilon()) + rounded(below) : vError;
            double divisor = rule.epsilonInRoot() ? Math.sqrt(below) : Math.sqrt(below) + rule.epsilon();
            double divisorError = rule.centered() && !(below >= belowError) ? Double.POSITIVE_INFINITY
                    : root(below, belowError) + (rule.epsilonInRoot() ? 0 : rounded(rule.epsilon()) + rounded(divisor));
            double a = learningRate * g, aError = learningRate * gError + 2 * rounded(a);
            int b = x.length - 1;
            if (rule.momentum() == 0) {
                errors[0] = quotient(a, aError, divisor, divisorError) + rounded(y[0]);
            } else if (rule.learningRateInside()) {
                errors[b] = 2 * rounded(rule.momentum() * x[b]) + quotient(a, aError, divisor, divisorError) + rounded(y[b]);
                errors[0] = errors[b] + rounded(y[0]);
            } else {
                errors[b] = 2 * rounded(rule.momentum() * x[b]) + quotient(g, gError, divisor, divisorError) + rounded(y[b]);
                errors[0] = learningRate * errors[b] + rounded(learningRate * y[b]) + rounded(y[0]);
            }
            return errors;
        };
    }

    private static void withEpsilonInRoot(double[] s, double g, double lr, double momentum, double epsilon) {
        s[1] = 0.9 * s[1] + 0.1 * g * g;
        s[2] = momentum * s[2] + lr * g / Math.sqrt(s[1] + epsilon);
        s[0] -= s[2];
    }

    @Test
    void detectsEpsilonInsideTheRootOfRmsProp() {
        RmsProp rule = new RmsProp(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - learningRate * x[1] / Math.sqrt(y[2] + 1e-8);
            return y;
        });
    }

    @Test
    void detectsWhereEpsilonAndTheLearningRateOfRmsPropStand() {
        RmsProp plain = new RmsProp(0.01).withMomentum(0.9);
        assertDetects(plain.withEpsilonInRoot(true), oracle(plain));
        assertDetects(plain.withLearningRateInside(true), oracle(plain));
    }

    @Test
    void detectsAVarianceWithTheMeanBeforeTheGradient() {
        RmsProp rule = new RmsProp(0.01).withCentered(true);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - learningRate * x[1] / (Math.sqrt(y[2] - x[3] * x[3]) + 1e-8);
            return y;
        });
    }

    /** The same gradient in every step: the variance falls towards 0, and rounding takes it below. The step is PyTorch's. */
    @Test
    void aSteadyGradientMakesNaNAsInPyTorch() {
        assertEquals(133, firstNaN(new RmsProp(0.01).withAlpha(0.9).withCentered(true), 3, 300));
    }

    @Property(tries = 60)
    void aSteadyGradientNeverMakesNaNWithAClampedVariance(@ForAll("magnitudes") float gradient,
            @ForAll("variants") RmsProp rule) {
        assertEquals(0, firstNaN(rule.withCentered(true).withClampedVariance(true), gradient, 3_000));
    }

    @Provide
    Arbitrary<Float> magnitudes() {
        return Combinators.combine(Arbitraries.integers().between(1, 9), Arbitraries.integers().between(-15, 15))
                .as((digit, exponent) -> Float.parseFloat(digit + "e" + exponent));
    }

    @Provide
    Arbitrary<RmsProp> variants() {
        return Arbitraries.of(cases()).filter(rule -> rule.epsilon() > 0 && rule.momentum() < 1 && rule.weightDecay() == 0);
    }

    /** {@return the first step that leaves NaN, 0 if none does} */
    private static int firstNaN(RmsProp rule, float gradient, int steps) {
        Run run = new Run(rule, 1);
        for (int step = 1; step <= steps; step++) {
            if (Float.isNaN(run.step(gradient).parameters()[0])) {
                return step;
            }
        }
        return 0;
    }

    @Test
    void aVarianceThatIsNotNegativeIsNotClamped() {
        RmsProp rule = new RmsProp(0.01).withCentered(true);
        float[] gradients = of(1, -2, 0.5f, 3, -1);
        assertArrayEquals(parameters(rule, 1, gradients), parameters(rule.withClampedVariance(true), 1, gradients));
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new RmsProp(RATE));
        Hostile.assertHugeGradientStops(new RmsProp(RATE));
    }
}
