package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.Left.INFINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Published.FOUR_DIGITS;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** {@code torch.optim.SGD}, and what other frameworks make of it. */
class SgdTest extends RuleContract<Sgd> {
    @Override
    List<Sgd> cases() {
        Sgd plain = new Sgd(0.07);
        Sgd momentum = plain.withMomentum(0.9);
        return List.of(plain, plain.withWeightDecay(0.3), momentum, momentum.withMomentum(1.1), momentum.withDampening(0.4),
                momentum.withDampening(-0.5).withWeightDecay(0.01), momentum.withWeightDecay(0.3),
                momentum.withNesterov(true), momentum.withNesterov(true).withWeightDecay(0.3), momentum.withDampening(1),
                momentum.withLearningRateInside(true), momentum.withDampening(0.4).withLearningRateInside(true),
                momentum.withNesterov(true).withLearningRateInside(true),
                momentum.withNesterov(true).withWeightDecay(0.3).withLearningRateInside(true));
    }

    @Override
    void describe(Facts<Sgd> facts) {
        facts.state(Held.likeGradient("b"));
        facts.defaults("torch.optim 2.x", new Sgd(0.5, 0, 0, 0, false));
        facts.defaults("other frameworks' conventions are off", new Sgd(0.5, 0, 0, 0, false, false));
        facts.range(FROM_0, "learningRate", "momentum", "weightDecay");
        facts.range(Range.FINITE, "dampening");
        facts.idle(rule -> rule.momentum() == 0 ? Set.of("dampening", "learningRateInside") : Set.of());
        facts.hostile(new Sgd(RATE), 2, INFINITE, NAN);
        facts.converges(new Sgd(0.3).withMomentum(0.5), WELL_CONDITIONED, 40);
        facts.converges(new Sgd(0.3).withMomentum(0.5).withNesterov(true), WELL_CONDITIONED, 25);
        facts.converges(new Sgd(0.003).withMomentum(0.9), ILL_CONDITIONED, 250);
        facts.converges(new Sgd(0.0012).withMomentum(0.94).withNesterov(true), ILL_CONDITIONED, 420);
        facts.converges(new Sgd(0.0005).withMomentum(0.95), ROSENBROCK, 2_200);
        facts.converges(new Sgd(0.0005).withMomentum(0.95).withNesterov(true), ROSENBROCK, 2_200);
        facts.linear();
        facts.published("Keras 3: SGD(nesterov=True)", Published.keras("""
                0.9999
                0.9989 0.9979 0.9969 0.9959 0.9949 0.9939 0.9929 0.9919 0.9909 0.9899
                0.9979 0.9959 0.9939 0.9919 0.9899 0.9879 0.9859 0.9839 0.9819 0.9799
                0.9969 0.9939 0.9909 0.9879 0.9849 0.9819 0.9789 0.9759 0.9729 0.9699
                0.9959 0.9919 0.9879 0.9839 0.9799 0.9759 0.9719 0.9679 0.9639 0.9599"""));
        facts.published("DJL: Sgd, 0.1", Published.djl(1e-6, 1, 0.68, -0.16, 2, 0.4912, -0.2544));
        facts.published("DJL: Nag, 0.1, momentum 0.9", Published.djl(FOUR_DIGITS, 1, 0.392, -0.304, 2, -0.0016, -0.5008));
        facts.published("candle: SGD, 0.004", Published.candle(1000, 1e-6, 2.9983196, 0.99790204, -1.9796902));
        facts.formula("Keras 3: SGD(0.01, momentum=0.9, nesterov=True)", new FrameworkFormula((s, g, lr, _) -> {
            s[1] = 0.9 * s[1] - lr * g;
            s[0] += 0.9 * s[1] - lr * g;
        }));
    }

    /** {@code torch.optim.SGD}: the buffer is the bare gradient in the first step. */
    @Override
    ElementOracle oracle(Sgd rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            if (rule.momentum() == 0) {
                return new double[] {w - learningRate * g, gradient};
            }
            double inside = rule.learningRateInside() ? learningRate : 1, outside = rule.learningRateInside() ? 1 : learningRate;
            double b = step == 1 ? inside * g : rule.momentum() * x[2] + (1 - rule.dampening()) * inside * g;
            double direction = rule.nesterov() ? inside * g + rule.momentum() * b : b;
            return new double[] {w - outside * direction, gradient, b};
        };
    }

    /**
     * {@code g}: {@link Rounding#descent}. {@code b}: 2 errors of {@code momentum b}, 1 of {@code (1 - dampening) g}, 1 of the sum, and
     * that of {@code g}; in the first step that of {@code g} alone. With nesterov that of {@code g}, {@code momentum} times that of {@code
     * b}, 1 of {@code momentum b}, 1 of the sum. {@code w} as in {@link GradientDescentTest#bound}, and {@code learningRate} times the
     * direction's error.
     */
    @Override
    ElementBound bound(Sgd rule) {
        return (x, y, step, learningRate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Rounding.descent(rule.weightDecay(), x[0], g);
            if (rule.momentum() == 0) {
                return new double[] {learningRate * gError + rounded(learningRate * g) + rounded(y[0]), 0};
            }
            if (rule.learningRateInside()) {
                return learningRateInside(rule, x, y, step, learningRate, g, gError);
            }
            double kept = 1 - rule.dampening();
            double bError = step == 1 ? gError
                    : 2 * rounded(rule.momentum() * x[2]) + rounded(kept * g) + Math.abs(kept) * gError + rounded(y[2]);
            double direction = rule.nesterov() ? g + rule.momentum() * y[2] : y[2];
            double directionError = rule.nesterov()
                    ? gError + rule.momentum() * bError + rounded(rule.momentum() * y[2]) + rounded(direction) : bError;
            return new double[] {learningRate * directionError + rounded(learningRate * direction) + rounded(y[0]), 0, bError};
        };
    }

    /**
     * {@code b}: 2 errors of {@code momentum b}, 1 of the factor of {@code g}, 1 of the sum, and that of {@code g}. With nesterov
     * {@code momentum} times that of {@code b}, 1 of {@code momentum b}, 2 of {@code learningRate g} (factor and product), that of
     * {@code g}, 1 of the sum. {@code w} has that of the direction and 1.
     */
    private static double[] learningRateInside(Sgd rule, double[] x, double[] y, long step, double learningRate, double g, double gError) {
        double share = learningRate * (step == 1 ? 1 : 1 - rule.dampening());
        double bError = 2 * rounded(rule.momentum() * x[2]) + rounded(share * g) + Math.abs(share) * gError + rounded(y[2]);
        double direction = learningRate * g + rule.momentum() * y[2];
        double directionError = rule.nesterov() ? rule.momentum() * bError + rounded(rule.momentum() * y[2])
                + 2 * rounded(learningRate * g) + learningRate * gError + rounded(direction) : bError;
        return new double[] {directionError + rounded(y[0]), 0, bError};
    }

    @Test
    void detectsDampeningInTheFirstStep() {
        Sgd rule = new Sgd(0.07).withMomentum(0.9).withDampening(0.4);
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, Math.max(step, 2), learningRate));
    }

    @Test
    void detectsWhereTheLearningRateOfSgdStands() {
        Sgd outside = new Sgd(0.07).withMomentum(0.9);
        assertDetects(outside.withLearningRateInside(true), oracle(outside));
        assertDetects(outside, oracle(outside.withLearningRateInside(true)));
    }

    @Test
    void detectsNesterovCorrectionByTheMomentumBeforeTheGradient() {
        Sgd rule = new Sgd(0.07).withMomentum(0.9).withNesterov(true);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - learningRate * (x[1] + 0.9 * x[2]);
            return y;
        });
    }

    @Test
    void refusesNesterovWithoutMomentumOrWithDampening() {
        assertRefused(IllegalArgumentException.class, "momentum must be above 0 with nesterov, got 0.0",
                () -> new Sgd(1).withNesterov(true));
        assertRefused(IllegalArgumentException.class, "momentum must be above 0 with nesterov, got 0.0",
                () -> new Sgd(1).withMomentum(0.9).withNesterov(true).withMomentum(0));
        assertRefused(IllegalArgumentException.class, "dampening must be 0 with nesterov, got 0.1",
                () -> new Sgd(1).withMomentum(0.9).withDampening(0.1).withNesterov(true));
        assertRefused(IllegalArgumentException.class, "dampening must be 0 with nesterov, got -0.1",
                () -> new Sgd(1).withMomentum(0.9).withNesterov(true).withDampening(-0.1));
        assertTrue(new Sgd(1).withMomentum(Float.MIN_NORMAL).withNesterov(true).withDampening(-0.0).nesterov());
    }

    @Property(tries = 20)
    void isGradientDescentWithoutOptions(@ForAll("gradients") Gradients gradients, @ForAll @DoubleRange(max = 1) double learningRate) {
        float[][] expected = Run.after(new GradientDescent(learningRate), gradients).planes(0);
        assertArrayEquals(expected[0], Run.after(new Sgd(learningRate), gradients).planes(0)[0]);
    }
}
