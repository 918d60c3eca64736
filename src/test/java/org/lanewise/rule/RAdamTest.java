package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.lerp;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.product;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** RAdam against Liu et al., with epsilon and threshold of {@code torch.optim.RAdam}. */
class RAdamTest extends RuleContract<RAdam> {
    /** With {@code beta2} 0.6 no step is ever rectified, with 0.9 from the sixth on. */
    @Override
    List<RAdam> cases() {
        RAdam plain = new RAdam(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withEpsilon(0), plain.withBetas(0.9, 0.6),
                plain.withBetas(0, 0).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<RAdam> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.defaults("torch.optim 2.x", new RAdam(0.5, 0.9, 0.999, 1e-8, 0, false));
        facts.rangesOfAdamsKind();
        facts.idle(rule -> rule.weightDecay() == 0 ? Set.of("decoupledWeightDecay") : Set.of());
        facts.hostile(new RAdam(RATE), 2, NAN, NAN);
        // It does not normalize the gradient in its first steps.
        facts.converges(new RAdam(0.05), WELL_CONDITIONED, 770);
        facts.converges(new RAdam(0.002).withBetas(0.9, 0.99), ILL_CONDITIONED, 3060);
        facts.converges(new RAdam(0.001), ROSENBROCK, 15_400);
    }

    /** Liu et al., Algorithm 2, with PyTorch's epsilon and its 5 where the paper has 4. */
    @Override
    ElementOracle oracle(RAdam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1], decay = rule.weightDecay();
            double g = ElementOracle.descent(gradient, rule.decoupledWeightDecay() ? 0 : decay, w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * decay : 1;
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double rectified = rectification(rule, step);
            double l = Math.sqrt(1 - Math.pow(rule.beta2(), step)) / (Math.sqrt(v) + rule.epsilon());
            return new double[] {w * kept - learningRate * mHat * (rectified == 0 ? 1 : rectified * l), gradient, m, v};
        };
    }

    /** RAdam's {@code r}; 0 in the steps that have none. */
    static double rectification(RAdam rule, long step) {
        double longest = 2 / (1 - rule.beta2()) - 1;
        double power = Math.pow(rule.beta2(), step);
        double length = longest - 2 * step * power / (1 - power);
        return length <= 5 ? 0
                : Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
    }

    /**
     * {@code g}, {@code m} and {@code v} as in {@link AdamTest#bound}. {@code d}: {@code m / c1} has that of {@code m} over {@code c1} and
     * 2 of its own, times the learning rate, which is rounded; 1 of the product. That is all while nothing is rectified. The inverse: that
     * of the {@link Rounding#root}, 1 of epsilon, 1 of the sum, the {@link Rounding#quotient}; times {@code sqrt(c2)}, which is rounded.
     * Then the {@link Rounding#product} with {@code d}, and that with {@code r}, which is rounded. {@code w}: 1 of the sum, and what
     * {@link Rounding#decayed} says.
     */
    @Override
    ElementBound bound(RAdam rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = ElementOracle.descent(x[1], decay, x[0]);
            double gError = Rounding.descent(decay, x[0], g);
            double mError = lerp(rule.beta1(), x[2], g, gError, y[2]);
            double vError = meanOfSquares(rule.beta2(), x[3], g, gError, y[3]);
            double corrected = y[2] / (1 - Math.pow(rule.beta1(), step));
            double correctedError = mError / (1 - Math.pow(rule.beta1(), step)) + 2 * rounded(corrected);
            double move = corrected * learningRate;
            double moveError = product(corrected, correctedError, learningRate, rounded(learningRate));
            double r = rectification(rule, step);
            if (r != 0) {
                double divisor = Math.sqrt(y[3]) + rule.epsilon();
                double divisorError = root(y[3], vError) + rounded(rule.epsilon()) + rounded(divisor);
                double c = Math.sqrt(1 - Math.pow(rule.beta2(), step));
                double inverseError = product(1 / divisor, quotient(1, 0, divisor, divisorError), c, rounded(c));
                moveError = product(move, moveError, c / divisor, inverseError);
                move *= c / divisor;
                moveError = product(move, moveError, r, rounded(r));
            }
            double shrunk = rule.decoupledWeightDecay() ? decayed(rule.weightDecay(), x[0], learningRate) : 0;
            return new double[] {shrunk + moveError + rounded(y[0]), 0, mError, vError};
        };
    }

    @Test
    void detectsRAdamThatIsNotRectified() {
        RAdam rule = new RAdam(0.002);
        assertDetects(rule, new AdamTest().oracle(new Adam(0.002)));
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, Math.min(step, 5), learningRate));
    }

    @Test
    void nanStaysInEveryState() {
        Hostile.assertNaNStays(new RAdam(RATE));
    }

    @Test
    void oneInfinityIsAnInfiniteMoveWhereNothingDividesAndThenNaN() {
        assertEquals(Float.NEGATIVE_INFINITY, Hostile.after(new RAdam(0.25), 1, Float.POSITIVE_INFINITY)[0]);
        assertEquals(Float.NaN, Hostile.after(new RAdam(0.25), 1, Float.POSITIVE_INFINITY, 1)[0]);
        assertEquals(Float.NaN, Hostile.after(new RAdam(0.25).withBetas(0.5, 0.999), 1, Float.POSITIVE_INFINITY)[0]);
    }

    /** Its square overflows; as soon as it is divided by, the parameter stops. */
    @Test
    void aHugeGradientStops() {
        float[] once = Hostile.after(new RAdam(0.25), 1e21f, 0, 0, 0, 0);
        assertEquals(once[0], Hostile.after(new RAdam(0.25), 1e21f, 0, 0, 0, 0, 1, 1)[0]);
    }

    @Test
    void movesByDecoupledDecayAloneWithoutAGradient() {
        assertEquals(START / 2, Hostile.after(new RAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
    }

    @Property(tries = 20)
    void decoupledDecayShrinksTheParameterBeforeAnUndecayedStep(@ForAll("gradients") Gradients gradients) {
        RAdam plain = new RAdam(0.25);
        Laws.assertShrinks(plain, plain.withWeightDecay(2).withDecoupledWeightDecay(true), gradients);
    }

    @Property(tries = 20)
    void doesNotDivideInItsFirstFiveSteps(@ForAll("gradients") Gradients gradients) {
        RAdam rule = new RAdam(0.1);
        Gradients firstFive = gradients.upTo(5);
        assertArrayEquals(Run.after(rule, firstFive).planes(0)[0], Run.after(rule.withEpsilon(100), firstFive).planes(0)[0]);
    }

    @Test
    void dividesInItsSixthStep() {
        RAdam rule = new RAdam(0.1);
        float[] ones = FloatArrays.filled(6, 1);
        assertFalse(Arrays.equals(parameters(rule, 1, ones), parameters(rule.withEpsilon(100), 1, ones)));
    }
}
