package org.lanewise.rule;

import static java.lang.Double.MAX_VALUE;
import static java.lang.Float.NaN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.ofNorm;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** LAMB against You et al. and by hand. */
class LambTest extends RuleContract<Lamb> {
    @Override
    List<Lamb> cases() {
        Lamb plain = new Lamb(0.01);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withWeightDecay(0), plain.withWeightDecay(0.3),
                plain.withBiasCorrection(false), plain.withTrustBounds(0, 10), plain.withTrustBounds(0.5, 0.75),
                plain.withBetas(0, 0).withWeightDecay(0.1).withTrustBounds(0.01, 1).withBiasCorrection(false));
    }

    @Override
    void describe(Facts<Lamb> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.defaults("the paper; epsilon of its authors' code", new Lamb(0.5, 0.9, 0.999, 1e-6, 0.01, true, 0,
                Double.POSITIVE_INFINITY));
        facts.rangesOfAdamsKind();
        facts.range(FROM_0, "lowerTrustBound");
        facts.range(new Lamb(1).withTrustBounds(0.5, 1), Range.of("at least lowerTrustBound 0.5",
                        Range.values(0.5, MAX_VALUE, Double.POSITIVE_INFINITY),
                        Range.values(Math.nextDown(0.5), -1, Double.NEGATIVE_INFINITY, Double.NaN)), "upperTrustBound");
        facts.hostile(new Lamb(RATE).withWeightDecay(0), (1 + RATE) / 1e-6, NAN, NAN);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Lamb(0.02).withWeightDecay(0), 430, 540, 4000);
        facts.normalizing(new Lamb(0.01).withEpsilon(0));
        facts.normalizing(new Lamb(0.01).withEpsilon(0).withTrustBounds(0.1, 2).withBiasCorrection(false));
    }

    /** You et al., algorithm 2, with Adam's bias corrections; trust 1 where a norm is zero. */
    @Override
    Oracle oracle(Lamb rule) {
        return (_, x, step, learningRate) -> {
            double[][] y = Doubles.copy(x);
            for (int i = 0; i < x[0].length; i++) {
                y[2][i] = rule.beta1() * x[2][i] + (1 - rule.beta1()) * x[1][i];
                y[3][i] = rule.beta2() * x[3][i] + (1 - rule.beta2()) * x[1][i] * x[1][i];
            }
            double[] u = update(rule, x[0], y[2], y[3], step);
            double scale = learningRate * trust(rule, x[0], u);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - scale * u[i];
            }
            return y;
        };
    }

    /** The direction, from the new moments. */
    static double[] update(Lamb rule, double[] w, double[] m, double[] v, long step) {
        double c1 = rule.biasCorrection() ? 1 - Math.pow(rule.beta1(), step) : 1;
        double c2 = rule.biasCorrection() ? 1 - Math.pow(rule.beta2(), step) : 1;
        double[] u = new double[w.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = ElementOracle.descent(m[i] / c1 / (Math.sqrt(v[i] / c2) + rule.epsilon()), rule.weightDecay(), w[i]);
        }
        return u;
    }

    /** What a tensor's learning rate is multiplied by. */
    static double trust(Lamb rule, double[] w, double[] u) {
        double ofW = norm(w), ofU = norm(u);
        return ofW == 0 || ofU == 0 ? 1 : Math.min(Math.max(ofW, rule.lowerTrustBound()), rule.upperTrustBound()) / ofU;
    }

    /**
     * {@code m} and {@code v}: {@link Rounding#mean} and {@link Rounding#meanOfSquares}. {@code r}: with correction 2 of {@code m / c1}
     * (factor and product), then {@link Rounding#normalized}. {@code u}: that, and with decay {@link Rounding#descent}. Learning rate
     * times trust: if the error of {@code u}'s norm is less than the norm, what the quotient of the two is after it, {@link
     * Rounding#SUMS}, 1. {@code w}: the scale's times {@code u}, the scale times that of {@code u}, 1 of the sum.
     */
    @Override
    Bound bound(Lamb rule) {
        return (_, x, y, step, learningRate) -> {
            double c1 = rule.biasCorrection() ? correction(rule.beta1(), step) : 1;
            double c2 = rule.biasCorrection() ? correction(rule.beta2(), step) : 1;
            double[] u = update(rule, x[0], y[2], y[3], step);
            double[] uErrors = new double[u.length];
            double[][] errors = Doubles.zeros(x);
            for (int i = 0; i < u.length; i++) {
                boolean still = x[1][i] == 0 && x[2][i] == 0;
                errors[2][i] = still ? 0 : mean(rule.beta1(), x[2][i], x[1][i], 0, y[2][i]);
                errors[3][i] = meanOfSquares(rule.beta2(), x[3][i], x[1][i], 0, y[3][i]);
                double a = y[2][i] / c1;
                double aError = errors[2][i] / c1 + (rule.biasCorrection() ? 2 * rounded(a) : 0);
                boolean zero = still && (y[3][i] > 0 || rule.epsilon() > 0);
                uErrors[i] = (zero ? 0 : normalized(a, aError, y[3][i], errors[3][i], c2, rule.epsilon()))
                        + (u[i] == 0 && zero ? 0 : Rounding.descent(rule.weightDecay(), x[0][i], u[i]));
            }
            double scale = learningRate * trust(rule, x[0], u);
            double scaleError = rounded(scale) + (norm(x[0]) == 0 ? 0 : scale * ofNorm(norm(u), norm(uErrors)));
            for (int i = 0; i < u.length; i++) {
                errors[0][i] = scaleError == Double.POSITIVE_INFINITY ? scaleError
                        : Math.abs(u[i]) * scaleError + (scale + scaleError) * uErrors[i] + rounded(y[0][i]);
            }
            return errors;
        };
    }

    /** Corrections of {@code 1 - 0.5^2}: {@code r = (1.5 / 0.75) / sqrt(3 / 0.75)}; without memory {@code r} is the sign. */
    @Test
    void lambByHand() {
        Lamb corrected = new Lamb(1).withBetas(0.5, 0.5).withEpsilon(0).withWeightDecay(0);
        assertStep(oracle(corrected), 2, 0.25, new double[][] {{1, 1}, {1, -1}, {2, -2}, {5, 5}},
                new double[] {0.75, 1.25}, new double[] {1.5, -1.5}, new double[] {3, 3});
        Lamb bounded = new Lamb(1).withBetas(0, 0).withEpsilon(0).withWeightDecay(1).withTrustBounds(0, 2);
        assertStep(oracle(bounded), 2, 0.5, new double[][] {{2, 3}, {7, 0.1}, {0, 0}, {0, 0}}, new double[] {1.4, 2.2});
    }

    @Test
    void detectsLambWhoseTrustLeavesDecayOut() {
        Lamb lamb = new Lamb(0.01).withWeightDecay(0.3);
        assertDetects(lamb, (shape, x, step, learningRate) -> {
            double[][] y = oracle(lamb).step(shape, x, step, learningRate);
            double[] u = update(lamb, x[0], y[2], y[3], step);
            double[] r = update(lamb.withWeightDecay(0), x[0], y[2], y[3], step);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - learningRate * trust(lamb, x[0], r) * u[i];
            }
            return y;
        });
    }

    @Test
    void detectsLambWithoutCorrections() {
        assertDetects(new Lamb(0.01), oracle(new Lamb(0.01).withBiasCorrection(false)));
    }

    @Test
    void detectsLambThatBoundsTheTrust() {
        Lamb bounded = new Lamb(0.01).withTrustBounds(0, 10);
        assertDetects(bounded, (shape, x, step, learningRate) -> {
            double[][] y = oracle(bounded).step(shape, x, step, learningRate);
            double[] u = update(bounded, x[0], y[2], y[3], step);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - learningRate * Math.min(10, trust(new Lamb(0.01), x[0], u)) * u[i];
            }
            return y;
        });
    }

    @Test
    void detectsLambThatStandsStillWhereANormIsZero() {
        Lengths.assertStandingStillIsDetected(new RuleCase<>(this, new Lamb(0.01)));
    }

    /** Whatever gradient, decay and corrections are; with bounds, by the nearest length that they allow. */
    @Property(tries = 20)
    void movesATensorByTheLearningRateTimesItsLength(@ForAll("vectors") TensorNumbers vector) {
        double length = norm(Doubles.of(vector.plane(0)));
        for (Lamb rule : List.of(new Lamb(0.25), new Lamb(0.25).withWeightDecay(0.3), new Lamb(0.25).withBiasCorrection(false))) {
            Lengths.assertMovesBy(0.25 * length, new RuleCase<>(this, rule), vector);
            Lengths.assertMovesBy(0.25 * length / 2, new RuleCase<>(this, rule.withTrustBounds(0, length / 2)), vector);
            Lengths.assertMovesBy(0.25 * length * 2, new RuleCase<>(this, rule.withTrustBounds(length * 2, length * 3)), vector);
        }
    }

    @Provide
    Arbitrary<TensorNumbers> vectors() {
        return Lengths.vectors();
    }

    /** Learning rate and decay are powers of two, and the gradient is one, so that nothing is rounded. */
    @Test
    void whereANormIsZeroTrustIsOne() {
        Lamb rule = new Lamb(0.25).withWeightDecay(0.5).withEpsilon(0).withBetas(0, 0);
        assertArrayEquals(of(-0.25f, -0.25f), new Run(rule, 0, 0).step(0.5f, 0.5f).parameters());
        assertArrayEquals(of(1, 1), new Run(rule.withEpsilon(1).withWeightDecay(0), 1, 1).step(0, 0).parameters());
        assertArrayEquals(of(0, 0), new Run(rule.withEpsilon(1), 0, 0).step(0, 0).parameters());
    }

    @Test
    void zerosMoveNothingExceptByDecayAndAreNaNWithoutEpsilon() {
        assertArrayEquals(of(3, 4), afterPair(new Lamb(0.25).withWeightDecay(0), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), afterPair(new Lamb(0.5).withWeightDecay(2), of(0, 0)));
        assertArrayEquals(of(NaN, NaN), afterPair(new Lamb(0.25).withEpsilon(0), of(0, 1)));
    }

    /** Its trust is beyond a float: the step is as long as floats allow, and zeros stay where they are. */
    @Test
    void smallestGradientsLeaveParametersFinite() {
        float[] w = afterPair(new Lamb(1).withBetas(0, 0.999).withEpsilon(1).withWeightDecay(0), of(0, Float.MIN_VALUE));
        assertArrayEquals(of(3, 4 - Float.MAX_VALUE * Float.MIN_VALUE), w);
    }

    @Test
    void anInfinityOrNaNMakesTheTensorNaN() {
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), afterPair(new Lamb(0.25), of(1, 1), of(1, hostile)));
        }
    }

    /** Its square overflows in {@code v}, not the gradient itself: {@code u} is 0 there, and the other element moves alone. */
    @Test
    void aHugeGradientStopsItsOwnParameter() {
        float[] w = afterPair(new Lamb(0.5).withWeightDecay(0), of(1e-3f, 1e22f), of(1e-3f, 1));
        assertEquals(4, w[1]);
        assertEquals(3 - 2 * 0.5 * 5 + 0.5 * 5 - 0.5 * Math.hypot(0.5, 4), w[0], 1e-5);
    }

    /** {@code u} is scaled, so its direction takes a tensor as far as any; in the end by the largest float times the smallest ones. */
    @Test
    void coastsForGoodWithoutDecay() {
        Run run = new Run(new Lamb(0x1p-12).withWeightDecay(0), 3, 4).step(1, 1).skipTo(500);
        float[] before = run.parameters(), after = run.step(0, 0).parameters();
        double length = Math.hypot(before[0], before[1]);
        assertEquals(0x1p-12 * length, Math.hypot(after[0] - before[0], after[1] - before[1]), 1e-6 * length);
        before = run.skipTo(20_000).parameters();
        after = run.step(0, 0).parameters();
        assertTrue(after[0] < before[0] && after[1] < before[1]);
    }

    /** 10 over the smallest epsilon is infinite, as is then the norm, and trust is 0. */
    @Test
    void isNaNWhereAQuotientIsBeyondTheFloats() {
        Lamb rule = new Lamb(0.25).withBetas(0.9, 0).withEpsilon(Float.MIN_NORMAL);
        assertArrayEquals(of(NaN, NaN), afterPair(rule, of(1000, 1000), of(0, 0)));
    }
}
