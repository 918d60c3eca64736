package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.lerp;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** NAdam against Dozat, with the momentum's schedule of {@code torch.optim.NAdam}. */
class NAdamTest extends RuleContract<NAdam> {
    @Override
    List<NAdam> cases() {
        NAdam plain = new NAdam(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3),
                plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withEpsilon(0),
                plain.withMomentumDecay(0).withBetas(0.99, 0.9), plain.withMomentumDecay(5),
                plain.withBetas(0, 0).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<NAdam> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.defaults("torch.optim 2.x", new NAdam(0.5, 0.9, 0.999, 1e-8, 0, 0.004, false));
        facts.rangesOfAdamsKind();
        facts.range(FROM_0, "momentumDecay");
        facts.idle(rule -> rule.weightDecay() == 0 ? Set.of("decoupledWeightDecay") : Set.of());
        facts.hostile(new NAdam(RATE), 1.84 / 1e-8, NAN, NAN);
        facts.converges(new NAdam(0.05), WELL_CONDITIONED, 280);
        facts.converges(new NAdam(0.05), ILL_CONDITIONED, 280);
        facts.convergesFalling(new NAdam(0.02), ROSENBROCK, 8_000);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.weightDecay() == 0);
        facts.published("Keras 3: Nadam(0.5, 0.5, 0.67, 1e-5)", Published.keras("""
                0.4281
                -0.1738 -0.1731 -0.1726 -0.1723 -0.1721 -0.172 -0.1719 -0.1718 -0.1718 -0.1717
                -0.7115 -0.7103 -0.7096 -0.7092 -0.709 -0.7088 -0.7086 -0.7085 -0.7085 -0.7084
                -1.2335 -1.2322 -1.2313 -1.2309 -1.2306 -1.2304 -1.2302 -1.2301 -1.23 -1.2299
                -1.7492 -1.7478 -1.7469 -1.7464 -1.7461 -1.7459 -1.7457 -1.7456 -1.7455 -1.7454"""));
    }

    /** Dozat, epsilon outside the root, {@code mu} as PyTorch schedules it. */
    @Override
    ElementOracle oracle(NAdam rule) {
        return oracle(rule, step -> productOfMu(rule, step + 1));
    }

    /** With this product of {@code mu} up to the next step. */
    private static ElementOracle oracle(NAdam rule, LongToDoubleFunction nextProduct) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1], decay = rule.weightDecay();
            double g = ElementOracle.descent(gradient, rule.decoupledWeightDecay() ? 0 : decay, w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double divisor = Math.sqrt(v / (1 - Math.pow(rule.beta2(), step))) + rule.epsilon();
            double byGradient = (1 - mu(rule, step)) / (1 - productOfMu(rule, step)) * g / divisor;
            double byMomentum = mu(rule, step + 1) / (1 - nextProduct.applyAsDouble(step)) * m / divisor;
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * decay : 1;
            return new double[] {w * kept - learningRate * (byGradient + byMomentum), gradient, m, v};
        };
    }

    /** NAdam's share of the momentum in a step. */
    static double mu(NAdam rule, long step) {
        return rule.beta1() * (1 - Math.pow(0.96, step * rule.momentumDecay()) / 2);
    }

    /** The product of those of all steps so far. */
    static double productOfMu(NAdam rule, long step) {
        return LongStream.rangeClosed(1, step).mapToDouble(i -> mu(rule, i)).reduce(1, (a, b) -> a * b);
    }

    /**
     * {@code g}, {@code m} and {@code v} as in {@link AdamTest#bound}. Divisor: {@code v / c2} has that of {@code v} over {@code c2}, and
     * 2 of its own (divisor and quotient); then that of the {@link Rounding#root}, 1 of epsilon, 1 of the sum. {@code p}: 2 for each step
     * so far (factor and product), and no more in the product with the next {@code mu}, which is one of doubles; a number
     * {@code c / (1 - p)} moves by {@code c / (1 - p)^2} times that. The two numerators: that of {@code g} or {@code m}, that of
     * {@code 1 - p}, 2 of their own (factor and product). Then two {@link Rounding#quotient}s, two sums, and what {@link Rounding#decayed}
     * says.
     */
    @Override
    ElementBound bound(NAdam rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = ElementOracle.descent(x[1], decay, x[0]);
            double gError = Rounding.descent(decay, x[0], g);
            double mError = lerp(rule.beta1(), x[2], g, gError, y[2]);
            double vError = meanOfSquares(rule.beta2(), x[3], g, gError, y[3]);
            double c = 1 - Math.pow(rule.beta2(), step);
            double root = Math.sqrt(y[3] / c);
            double divisor = root + rule.epsilon();
            double divisorError = root(y[3] / c, vError / c + 2 * rounded(y[3] / c)) + rounded(rule.epsilon()) + rounded(divisor);
            double mu = mu(rule, step), muNext = mu(rule, step + 1), p = productOfMu(rule, step);
            double pNext = p * muNext;
            double ofG = learningRate * (1 - mu) / (1 - p), ofM = learningRate * muNext / (1 - pNext);
            double ofGError = ofG * 2 * step * rounded(p) / (1 - p), ofMError = ofM * 2 * step * rounded(pNext) / (1 - pNext);
            double a = ofG * g, b = ofM * y[2];
            double first = quotient(a, ofG * gError + Math.abs(g) * ofGError + 2 * rounded(a), divisor, divisorError);
            double second = quotient(b, ofM * mError + Math.abs(y[2]) * ofMError + 2 * rounded(b), divisor, divisorError);
            double shrunk = rule.decoupledWeightDecay() ? decayed(rule.weightDecay(), x[0], learningRate) : 0;
            return new double[] {shrunk + first + second + rounded(y[0] + b / divisor) + rounded(y[0]), 0, mError, vError};
        };
    }

    @Test
    void detectsNAdamWithoutLookingAhead() {
        assertDetects(new NAdam(0.002), new AdamTest().oracle(new Adam(0.002)));
    }

    @Test
    void detectsMuThatIsCountedTwice() {
        NAdam rule = new NAdam(0.002);
        assertDetects(rule, oracle(rule, step -> productOfMu(rule, step + 1) * mu(rule, step)));
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new NAdam(RATE));
        Hostile.assertHugeGradientStops(new NAdam(RATE));
    }

    @Test
    void movesByDecoupledDecayAloneWithoutAGradient() {
        assertEquals(START / 2, Hostile.after(new NAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
    }

    @Property(tries = 20)
    void decoupledDecayShrinksTheParameterBeforeAnUndecayedStep(@ForAll("gradients") Gradients gradients) {
        NAdam plain = new NAdam(0.25);
        Laws.assertShrinks(plain, plain.withWeightDecay(2).withDecoupledWeightDecay(true), gradients);
    }

    /** Without memory {@code mu} is 0, and so is what is added for {@code m}; only a sum of two zeros may get another sign. */
    @Property(tries = 20)
    void isAdamWithoutMemory(@ForAll("gradients") Gradients gradients) {
        float[] expected = Run.after(new Adam(0.1).withBetas(0, 0), gradients).planes(0)[0];
        float[] actual = Run.after(new NAdam(0.1).withBetas(0, 0), gradients).planes(0)[0];
        Laws.assertSameUpToSignsOfZeros(expected, actual);
    }

    /** {@code v} is 1e37, and infinite over {@code 1 - 0.999^step} below 0.03. */
    @Test
    void aGradientFrom2e19OnStopsItsParameterInEarlySteps() {
        assertParameters(new NAdam(0.25), of(1e20f, 1, 1), 1, 1, 1);
        float[] later = parameters(new NAdam(0.25), 1, floats(1e20f, 100));
        assertTrue(later[99] != 1);
    }

    private static float[] floats(float first, int count) {
        float[] floats = FloatArrays.filled(count, 1);
        floats[0] = first;
        return floats;
    }
}
