package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Published.FOUR_DIGITS;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.lerp;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Adam against Kingma and Ba, PyTorch and the frameworks that add epsilon elsewhere. */
class AdamTest extends RuleContract<Adam> {
    @Override
    List<Adam> cases() {
        Adam plain = new Adam(0.002);
        List<Adam> rules = new ArrayList<>();
        for (Adam rule : List.of(plain, plain.withAmsgrad(true))) {
            rules.addAll(List.of(rule, rule.withBetas(0.5, 0.9).withEpsilon(0.01), rule.withWeightDecay(0.3),
                rule.withEpsilon(0), rule.withBetas(0, 0).withWeightDecay(0.1)));
        }
        for (Adam rule : List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3))) {
            rules.addAll(List.of(rule.withEpsilonHat(true), rule.withEpsilonHat(true).withAmsgrad(true), rule.withEpsilonRoot(1e-3),
                rule.withEpsilonRoot(1e-3).withAmsgrad(true), rule.withAmsgrad(true).withCorrectedMaximum(true),
                rule.withEpsilonRoot(1e-3).withAmsgrad(true).withCorrectedMaximum(true)));
        }
        return rules;
    }

    @Override
    void describe(Facts<Adam> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.state(Held.squareOfGradient("vMax"));
        facts.defaults("torch.optim 2.x", new Adam(0.5, 0.9, 0.999, 1e-8, 0, false));
        facts.defaults("other frameworks' conventions are off", new Adam(0.5, 0.9, 0.999, 1e-8, 0, false, false, 0, false));
        facts.rangesOfAdamsKind();
        facts.range(FROM_0, "epsilonRoot");
        facts.idle(rule -> rule.amsgrad() ? Set.of() : Set.of("correctedMaximum"));
        facts.hostile(new Adam(RATE), 2 / 1e-8, NAN, NAN);
        facts.converges(new Adam(0.05), WELL_CONDITIONED, 260);
        facts.converges(new Adam(0.1).withAmsgrad(true), WELL_CONDITIONED, 220);
        facts.converges(new Adam(0.05), ILL_CONDITIONED, 260);
        facts.converges(new Adam(0.1).withAmsgrad(true), ILL_CONDITIONED, 220);
        facts.convergesFalling(new Adam(0.05), ROSENBROCK, 4_000);
        facts.convergesFalling(new Adam(0.1).withAmsgrad(true), ROSENBROCK, 4_000);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.epsilonRoot() == 0 && rule.weightDecay() == 0);
        // Keras has one number for all where Adam's ten parameters are up to 1.25e-4 apart; it is that of the tenth.
        facts.published("Keras 3: Adam(amsgrad=True)", Published.keras(FOUR_DIGITS + 1.25e-4, """
                0.999
                0.9982
                0.9974
                0.9965
                0.9955"""));
        facts.published("DJL: Adam, 0.1", Published.djl(2e-6, 1, 0.9, -0.10000064, 2, 0.80060977, -0.19939029));
        facts.formula("TensorFlow Java: Adam(graph, 0.001f)", new FrameworkFormula(AdamTest::withEpsilonHat));
        facts.formula("ND4J: Adam(1e-3)", new FrameworkFormula(AdamTest::withEpsilonHat));
        facts.formula("optax: adam(1e-3, eps_root=1e-12)", new FrameworkFormula((s, g, lr, t) -> {
            FrameworkFormula.moments(s, g);
            s[0] -= lr * (s[1] / correction(0.9, t)) / (Math.sqrt(s[2] / correction(0.999, t) + 1e-12) + 1e-8);
        }));
        facts.formula("optax: amsgrad(1e-3)", new FrameworkFormula((s, g, lr, t) -> {
            FrameworkFormula.moments(s, g);
            s[3] = Math.max(s[3], s[2] / correction(0.999, t));
            s[0] -= lr * (s[1] / correction(0.9, t)) / (Math.sqrt(s[3]) + 1e-8);
        }));
    }

    /**
     * Kingma and Ba, Algorithm 1, or with epsilon hat the last three lines of their section 2; with amsgrad the largest {@code v} so far in
     * its place, before or after the correction.
     */
    @Override
    ElementOracle oracle(Adam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double[] y = x.clone();
            double m = y[2] = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = y[3] = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double c1 = 1 - Math.pow(rule.beta1(), step), c2 = 1 - Math.pow(rule.beta2(), step);
            double vHat = v / c2;
            if (rule.amsgrad() && rule.correctedMaximum()) {
                vHat = y[4] = Math.max(x[4], vHat);
            } else if (rule.amsgrad()) {
                v = y[4] = Math.max(x[4], v);
                vHat = v / c2;
            }
            y[0] = rule.epsilonHat() ? w - learningRate * Math.sqrt(c2) / c1 * m / (Math.sqrt(v) + rule.epsilon())
                    : w - learningRate * (m / c1) / (Math.sqrt(vHat + rule.epsilonRoot()) + rule.epsilon());
            return y;
        };
    }

    /**
     * {@code g} and {@code v} as in {@link RmsPropTest#bound}, {@code m} as {@code gAvg} there; the larger of {@code vMax} and {@code v}
     * moves by no more than {@code v}. Divisor: that of the root over {@code sqrt(c2)}, 1 of the factor {@code sqrt(c2)} and 1 of the
     * division, both of the quotient; 1 of epsilon, 1 of the sum. {@code learningRate / c1 m}: that of {@code m}, 2 of its own (factor and
     * product). Then the {@link Rounding#quotient}, and 1 of {@code w}. With epsilonHat the root is not divided, and {@code sqrt(c2)} is in
     * the step size's factor. {@code v / c2}: that of {@code v}, 1 of {@code c2}, 1 of the division; under the root 1 of epsilonRoot and 1
     * of the sum.
     */
    @Override
    ElementBound bound(Adam rule) {
        return (x, y, step, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double mError = errors[2] = lerp(rule.beta1(), x[2], g, gError, y[2]);
            double vError = errors[3] = meanOfSquares(rule.beta2(), x[3], g, gError, y[3]);
            double v = y[3];
            double c2 = 1 - Math.pow(rule.beta2(), step), c = Math.sqrt(c2);
            boolean correctsMaximum = rule.amsgrad() && rule.correctedMaximum();
            if (rule.amsgrad()) {
                vError = errors[4] = correctsMaximum ? vError / c2 + 2 * rounded(v / c2) : vError;
                v = y[4];
            }
            double divisor, divisorError;
            if (rule.epsilonHat()) {
                divisor = Math.sqrt(v);
                divisorError = root(v, vError);
            } else if (rule.epsilonRoot() != 0 || correctsMaximum) {
                double vHat = correctsMaximum ? v : v / c2;
                double vHatError = correctsMaximum ? vError : vError / c2 + 2 * rounded(vHat);
                double below = vHat + rule.epsilonRoot();
                divisor = Math.sqrt(below);
                divisorError = root(below, vHatError + rounded(rule.epsilonRoot()) + rounded(below));
            } else {
                divisor = Math.sqrt(v) / c;
                divisorError = root(v, vError) / c + 2 * rounded(divisor);
            }
            divisor += rule.epsilon();
            divisorError += rounded(rule.epsilon()) + rounded(divisor);
            double scale = learningRate * (rule.epsilonHat() ? c : 1) / (1 - Math.pow(rule.beta1(), step));
            double a = scale * y[2];
            errors[0] = quotient(a, scale * mError + 2 * rounded(a), divisor, divisorError) + rounded(y[0]);
            return errors;
        };
    }

    private static void withEpsilonHat(double[] s, double g, double lr, int t) {
        FrameworkFormula.moments(s, g);
        s[0] -= lr * Math.sqrt(correction(0.999, t)) / correction(0.9, t) * s[1] / (Math.sqrt(s[2]) + 1e-8);
    }

    @Test
    void holdsFarFromTheStart() {
        Adam rule = new Adam(0.002);
        RuleCase<Adam> one = new RuleCase<>(this, rule);
        SplittableRandom random = new SplittableRandom(3);
        for (long step : new long[] {100, 2_000, 20_000}) {
            Situation any = Situation.randomElements(this, 33, random);
            new Comparison<>(one).step(new Situation(any.tensors(), step, any.learningRate()), Comparison.library(rule, any.shapes()));
        }
    }

    @Test
    void detectsEpsilonInsideTheRootOfAdam() {
        Adam rule = new Adam(0.002);
        assertDetects(rule, (x, step, learningRate) -> adamStep(x, oracle(rule).step(x, step, learningRate), step, learningRate,
                v -> Math.sqrt(v / (1 - Math.pow(0.999, step)) + 1e-8)));
    }

    @Test
    void detectsEpsilonOutsideTheCorrection() {
        Adam rule = new Adam(0.002);
        assertDetects(rule, (x, step, learningRate) -> adamStep(x, oracle(rule).step(x, step, learningRate), step, learningRate,
                v -> (Math.sqrt(v) + 1e-8) / Math.sqrt(1 - Math.pow(0.999, step))));
    }

    @Test
    void detectsWhatEpsilonAndTheMaximumAreCorrectedBy() {
        Adam plain = new Adam(0.002).withBetas(0.5, 0.9).withEpsilon(0.01);
        assertDetects(plain.withEpsilonHat(true), oracle(plain));
        assertDetects(plain.withEpsilonRoot(1e-3), oracle(plain));
        Adam corrected = plain.withAmsgrad(true).withCorrectedMaximum(true);
        assertDetects(corrected, oracle(plain.withAmsgrad(true)));
        assertDetects(plain.withAmsgrad(true), oracle(corrected));
    }

    @Test
    void detectsMissingBiasCorrection() {
        Adam rule = new Adam(0.002);
        assertDetects(rule, (x, _, learningRate) -> oracle(rule).step(x, Long.MAX_VALUE, learningRate));
    }

    @Test
    void detectsDecayApartFromTheGradient() {
        Adam rule = new Adam(0.002).withWeightDecay(0.3);
        ElementOracle undecayed = oracle(new Adam(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = undecayed.step(x, step, learningRate);
            y[0] -= learningRate * 0.3 * x[0];
            return y;
        });
    }

    private static double[] adamStep(
            double[] x, double[] y, long step, double learningRate, DoubleUnaryOperator divisor) {
        y[0] = x[0] - learningRate / (1 - Math.pow(0.9, step)) * y[2] / divisor.applyAsDouble(y[3]);
        return y;
    }

    @Test
    void refusesEpsilonHatWithWhatIsSaidOfCorrectedSquares() {
        for (double first : new double[] {0, 1e-8}) {
            assertRefused(IllegalArgumentException.class, "epsilonRoot must be 0 with epsilonHat, got 1.0E-8",
                    () -> new Adam(1).withEpsilonRoot(first).withEpsilonHat(true).withEpsilonRoot(1e-8));
        }
        assertRefused(IllegalArgumentException.class, "correctedMaximum must be false with epsilonHat, got true",
                () -> new Adam(1).withEpsilonHat(true).withCorrectedMaximum(true));
        assertRefused(IllegalArgumentException.class, "beta1 must be in [0, 1), got 1.0", () -> new Adam(1).withBetas(1, 0.5));
        assertRefused(IllegalArgumentException.class, "beta2 must be in [0, 1), got 1.2", () -> new Adam(1).withBetas(0.5, 1.2));
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new Adam(RATE));
        Hostile.assertHugeGradientStops(new Adam(RATE));
    }

    /** {@code g^2} above {@code v} by 2 % lets {@code v} grow by far more than it is rounded. */
    @Property(tries = 20)
    void amsgradIsAdamWhileGradientsGrow(
            @ForAll("gradients") Gradients gradients, @ForAll @DoubleRange(min = 1.01, max = 2) double growth) {
        Gradients growing = gradients.upTo(6).growing(growth);
        for (Adam adam : List.of(new Adam(0.01), new Adam(0.01).withBetas(0.5, 0.9))) {
            float[][] expected = Run.after(adam, growing).planes(0), actual = Run.after(adam.withAmsgrad(true), growing).planes(0);
            assertArrayEquals(expected[0], actual[0]);
            assertArrayEquals(expected[3], actual[3]);
            assertArrayEquals(expected[3], actual[4]);
        }
    }
}
