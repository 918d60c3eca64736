package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.SUMS;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** LARS against You, Gitman and Ginsburg and by hand. */
class LarsTest extends RuleContract<Lars> {
    @Override
    List<Lars> cases() {
        Lars plain = new Lars(0.1);
        return List.of(plain, plain.withMomentum(0.5).withTrustCoefficient(0.02), plain.withMomentum(0), plain.withWeightDecay(0),
                plain.withWeightDecay(0.3), plain.withEpsilon(0.01), plain.withNesterov(true),
                plain.withNesterov(true).withMomentum(0.7).withWeightDecay(0.1).withEpsilon(1e-3).withTrustCoefficient(1),
                new Lars(0).withTrustCoefficient(1));
    }

    @Override
    void describe(Facts<Lars> facts) {
        facts.state(Held.odd("v", (random, scale) -> Scale.number(random, scale.w() - 5)));
        facts.defaults("the paper", new Lars(0.5, 0.9, 0.0005, 0.001, 0, false));
        facts.range(FROM_0, "learningRate", "weightDecay", "trustCoefficient", "epsilon");
        facts.range(FRACTION, "momentum");
        // From 0, where trust is 1: the second step moves by 0.9 of the first and, as the parameter has a length by then, hardly more.
        facts.hostile(new Lars(RATE).withWeightDecay(0), 1.9, NAN, NAN);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Lars(0.003).withTrustCoefficient(1).withWeightDecay(0), 350, 430, 2600);
        // Without decay only the gradient's direction counts; without epsilon nothing else has a size.
        facts.normalizing(new Lars(0.1).withWeightDecay(0));
        facts.normalizing(new Lars(0.1).withWeightDecay(0).withNesterov(true).withTrustCoefficient(0.3));
    }

    /** You, Gitman and Ginsburg, algorithm 1; trust 1 where a norm is zero, and Nesterov's look-ahead as with {@code torch.optim.SGD}. */
    @Override
    Oracle oracle(Lars rule) {
        return (_, x, _, learningRate) -> {
            double[][] y = Doubles.copy(x);
            double scale = learningRate * trust(rule, x[0], x[1]);
            for (int i = 0; i < x[0].length; i++) {
                double move = scale * ElementOracle.descent(x[1][i], rule.weightDecay(), x[0][i]);
                y[2][i] = rule.momentum() * x[2][i] + move;
                y[0][i] = x[0][i] - (rule.nesterov() ? rule.momentum() * y[2][i] + move : y[2][i]);
            }
            return y;
        };
    }

    /** What a tensor's learning rate is multiplied by. */
    static double trust(Lars rule, double[] w, double[] g) {
        double ofW = norm(w), ofG = norm(g);
        return ofW == 0 || ofG == 0 ? 1 : rule.trustCoefficient() * ofW / (ofG + rule.weightDecay() * ofW + rule.epsilon());
    }

    /**
     * Direction: {@link Rounding#descent}. Learning rate times trust: {@link Rounding#SUMS}, 1. {@code v}: 2 of {@code momentum v}, the
     * direction's times the scale and the scale's times the direction, 1 of the sum. {@code w}: that of {@code v}, and 1. With nesterov
     * {@code momentum} times that of {@code v}, 1 of {@code momentum v}, the new term's again, 1 of the sum, and 1 of {@code w}.
     */
    @Override
    Bound bound(Lars rule) {
        return (_, x, y, _, learningRate) -> {
            double scale = learningRate * trust(rule, x[0], x[1]);
            double scaleError = SUMS * scale + rounded(scale);
            double[][] errors = Doubles.zeros(x);
            for (int i = 0; i < x[0].length; i++) {
                double direction = ElementOracle.descent(x[1][i], rule.weightDecay(), x[0][i]);
                double directionError = Rounding.descent(rule.weightDecay(), x[0][i], direction);
                double move = (scale + scaleError) * directionError + Math.abs(direction) * scaleError;
                errors[2][i] = 2 * rounded(rule.momentum() * x[2][i]) + move + rounded(y[2][i]);
                double ahead = rule.momentum() * y[2][i];
                errors[0][i] = rounded(y[0][i]) + (rule.nesterov()
                        ? rule.momentum() * errors[2][i] + rounded(ahead) + move + rounded(ahead + scale * direction) : errors[2][i]);
            }
            return errors;
        };
    }

    /** {@code |w| = 5, |g| = 1}: trust {@code 0.2 5 / (1 + 0.1 5 + 0.5) = 0.5}. */
    @Test
    void larsByHand() {
        Lars rule = new Lars(1).withMomentum(0.5).withWeightDecay(0.1).withTrustCoefficient(0.2).withEpsilon(0.5);
        double[][] x = {{3, 4}, {0.6, 0.8}, {1, 0}};
        assertStep(oracle(rule), 7, 0.5, x, new double[] {2.275, 3.7}, new double[] {0.725, 0.3});
        assertStep(oracle(rule.withNesterov(true)), 7, 0.5, x, new double[] {2.4125, 3.55}, new double[] {0.725, 0.3});
    }

    @Test
    void detectsLarsThatTakesTheNormOfTheDecayedGradient() {
        Lars rule = new Lars(0.1).withWeightDecay(0.3);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[] decayed = new double[x[0].length];
            for (int i = 0; i < decayed.length; i++) {
                decayed[i] = x[1][i] + 0.3 * x[0][i];
            }
            double[][] undecayed = {x[0], decayed, x[2]};
            return oracle(new Lars(0.1).withWeightDecay(0)).step(shape, undecayed, step, learningRate);
        });
    }

    @Test
    void detectsLarsWithItsLearningRateOutside() {
        Lars rule = new Lars(0.1);
        assertDetects(rule, (shape, x, step, _) -> {
            double[][] y = oracle(rule).step(shape, x, step, 1);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] = x[0][i] - 0.1 * y[2][i];
            }
            return y;
        });
    }

    @Test
    void detectsLarsThatStandsStillWhereANormIsZero() {
        Lengths.assertStandingStillIsDetected(new RuleCase<>(this, new Lars(0.1)));
    }

    /** With decay too: all of {@code w}, {@code g}, {@code v} and what is divided by have a unit, and so has the result. */
    @Property(tries = 20)
    void scalesWithParametersAndGradientsByPowersOfTwo(
            @ForAll("gradients") Gradients gradients, @ForAll @IntRange(min = -20, max = 20) int exponent) {
        for (Lars rule : List.of(new Lars(0.1), new Lars(0.1).withWeightDecay(0.3).withNesterov(true))) {
            Gradients few = gradients.upTo(4).withoutZeros();
            List<float[][]> expected = Run.after(rule, few).planes();
            List<float[][]> actual = Run.after(rule, few.map(x -> Math.scalb(x, exponent))).planes();
            for (int k = 0; k < expected.size(); k++) {
                assertArrayEquals(FloatArrays.scaled(expected.get(k)[0], exponent), actual.get(k)[0], rule::toString);
                assertArrayEquals(FloatArrays.scaled(expected.get(k)[2], exponent), actual.get(k)[2], rule::toString);
            }
        }
    }

    @Property(tries = 20)
    void movesATensorByItsTrustCoefficientTimesItsLength(@ForAll("vectors") TensorNumbers vector) {
        Lars rule = new Lars(0.25).withTrustCoefficient(0.3).withWeightDecay(0);
        Lengths.assertMovesBy(0.25 * 0.3 * norm(Doubles.of(vector.plane(0))), new RuleCase<>(this, rule), vector);
    }

    @Provide
    Arbitrary<TensorNumbers> vectors() {
        return Lengths.vectors();
    }

    /** Learning rate and decay are powers of two, and the gradient is one, so that nothing is rounded. */
    @Test
    void whereANormIsZeroTrustIsOne() {
        Lars rule = new Lars(0.25).withWeightDecay(0.5).withTrustCoefficient(0.001);
        assertArrayEquals(of(-0.125f, -0.125f), new Run(rule, 0, 0).step(0.5f, 0.5f).parameters());
        assertArrayEquals(of(0.875f, 0.875f), new Run(rule, 1, 1).step(0, 0).parameters());
    }

    /** The length of {@code w} is 4 and {@code v} starts at 0, so {@code v} is the product of two floats, rounded. */
    @Property(tries = 60)
    void dividesByTheNormOfTheExactSum(@ForAll("sizes") int size, @ForAll @IntRange(max = 1000) int pattern) {
        float[] g = Lengths.exactlySummed(size, pattern), w = new float[size];
        w[size - 1] = 4;
        float scale = (float) (0.5 * (4 / Math.sqrt(Lengths.sumOfSquares(g))));
        Run run = new Run(new Lars(0.5).withTrustCoefficient(1).withWeightDecay(0), w).step(g);
        assertArrayEquals(FloatArrays.map(g, x -> x * scale), run.planes(0)[2], "size " + size);
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Lengths.sizes();
    }

    @Test
    void zerosMoveNothingExceptByDecay() {
        assertArrayEquals(of(3, 4), afterPair(new Lars(0.25).withWeightDecay(0), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), afterPair(new Lars(0.25).withWeightDecay(2), of(0, 0)));
    }

    /** The length of {@code {3, 4}} is 5, and the direction is all that is left of a gradient of one element. */
    @Test
    void takesGradientsOfAnySizeAlike() {
        Lars rule = new Lars(0.5).withTrustCoefficient(0.125).withWeightDecay(0);
        float moved = 4 - 0.0625f * 5;
        for (int exponent : new int[] {-100, 0, 100, 127}) {
            float[] w = afterPair(rule, of(0, Math.scalb(1f, exponent)));
            assertEquals(3, w[0]);
            assertTrue(Math.abs(w[1] - moved) <= Math.ulp(moved), () -> w[1] + " with 2^" + exponent);
        }
    }

    /** Its trust is beyond a float: the step is as long as floats allow, and zeros stay where they are. */
    @Test
    void smallestGradientsLeaveParametersFinite() {
        float[] w = afterPair(new Lars(1).withTrustCoefficient(1).withWeightDecay(0), of(0, Float.MIN_VALUE));
        assertArrayEquals(of(3, 4 - Float.MAX_VALUE * Float.MIN_VALUE), w);
    }

    @Test
    void afterAnInfinityTheTensorIsNaN() {
        Lars rule = new Lars(0.5).withTrustCoefficient(0.125).withWeightDecay(0);
        float coasting = afterPair(rule, of(1, 1), of(0, 0))[0];
        assertArrayEquals(of(coasting, NaN), afterPair(rule, of(1, 1), of(0, POSITIVE_INFINITY)));
        assertArrayEquals(of(NaN, NaN), afterPair(rule, of(1, 1), of(0, POSITIVE_INFINITY), of(1, 1)));
        assertArrayEquals(of(NaN, NaN), afterPair(rule, of(1, 1), of(0, NaN)));
    }

    /** Against {@code weightDecay |w|} of 0.0025 a tiny gradient is nothing, whichever way it points. */
    @Test
    void withDecayATinyGradientLeavesTheDirectionToDecay() {
        Lars rule = new Lars(0.5).withTrustCoefficient(0.125);
        float[] expected = {3 - 3 * 0.0625f, 4 - 4 * 0.0625f};
        assertArrayEquals(expected, afterPair(rule, of(1e-30f, 0)), 1e-6f);
        assertArrayEquals(expected, afterPair(rule, of(-1e-30f, 0)), 1e-6f);
    }

    @Test
    void anInfinityInATensorOfZerosIsInfiniteFirst() {
        Run run = new Run(new Lars(0.5), 0, 0);
        assertArrayEquals(of(0, Float.NEGATIVE_INFINITY), run.step(0, POSITIVE_INFINITY).parameters());
        assertArrayEquals(of(NaN, NaN), run.step(1, 1).parameters());
    }
}
