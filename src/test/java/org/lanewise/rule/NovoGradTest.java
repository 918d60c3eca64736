package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Rounding.SUMS;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** NovoGrad against Ginsburg et al. and by hand. */
class NovoGradTest extends RuleContract<NovoGrad> {
    @Override
    List<NovoGrad> cases() {
        NovoGrad plain = new NovoGrad(0.01);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withWeightDecay(0.3),
                plain.withGradientAveraging(true), plain.withBetas(0, 0).withEpsilon(1e-3),
                plain.withBetas(0.9, 0.5).withWeightDecay(0.1).withGradientAveraging(true));
    }

    @Override
    void describe(Facts<NovoGrad> facts) {
        facts.state(Held.odd("m", (random, _) -> Scale.number(random, random.nextInt(-9, 1))));
        facts.state(Held.even("v", (random, scale) -> scale.size() * Scale.number(random, 2 * scale.g())));
        facts.defaults("the paper, which names no epsilon", new NovoGrad(0.5, 0.95, 0.98, 1e-8, 0, false));
        facts.rangesOfAdamsKind();
        facts.hostile(new NovoGrad(RATE), 2.95 / 1e-8, NAN, NAN);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new NovoGrad(0.05), 430, 1300, 850);
        facts.normalizing(new NovoGrad(0.01).withEpsilon(0));
        facts.normalizing(new NovoGrad(0.01).withEpsilon(0).withWeightDecay(0.1).withGradientAveraging(true));
    }

    /** Ginsburg et al., algorithm 1; with gradientAveraging the new term of {@code m} is multiplied by what is not kept. */
    @Override
    Oracle oracle(NovoGrad rule) {
        return (_, x, step, learningRate) -> {
            double[][] y = Doubles.copy(x);
            double square = Math.pow(norm(x[1]), 2);
            double v = y[3][0] = step == 1 ? square : rule.beta2() * x[3][0] + (1 - rule.beta2()) * square;
            double kept = step == 1 ? 0 : rule.beta1();
            double taken = rule.gradientAveraging() ? 1 - rule.beta1() : 1;
            for (int i = 0; i < x[0].length; i++) {
                double term = ElementOracle.descent(x[1][i] / (Math.sqrt(v) + rule.epsilon()), rule.weightDecay(), x[0][i]);
                y[2][i] = kept * x[2][i] + taken * term;
                y[0][i] = x[0][i] - learningRate * y[2][i];
            }
            return y;
        };
    }

    /**
     * {@code v}: {@link Rounding#SUMS}, 1. Divisor, in double: what the root moves with {@code v}; then the {@link Rounding#quotient}'s
     * roundings: 1 of the factor, 1 of the product. With decay {@link Rounding#descent}. {@code m}: 2 of {@code beta1 m}, what is taken of
     * the term's, with gradientAveraging 1 of the factor, 1 of the sum. {@code w}: learning rate times that of {@code m}, 1 of the factor,
     * 1.
     */
    @Override
    Bound bound(NovoGrad rule) {
        return (_, x, y, step, learningRate) -> {
            double[][] errors = Doubles.zeros(x);
            double v = y[3][0];
            errors[3][0] = SUMS * v + rounded(v);
            double divisor = Math.sqrt(v) + rule.epsilon();
            double divisorError = (v == 0 ? 0 : root(v, errors[3][0])) + rounded(divisor);
            double kept = step == 1 ? 0 : rule.beta1();
            double taken = rule.gradientAveraging() ? 1 - rule.beta1() : 1;
            for (int i = 0; i < x[0].length; i++) {
                double term = ElementOracle.descent(x[1][i] / divisor, rule.weightDecay(), x[0][i]);
                double termError = quotient(x[1][i], 0, divisor, divisorError) + Rounding.descent(rule.weightDecay(), x[0][i], term);
                errors[2][i] = 2 * rounded(kept * x[2][i]) + taken * termError + (taken == 1 ? 0 : rounded(taken * term))
                        + rounded(y[2][i]);
                errors[0][i] = learningRate * errors[2][i] + rounded(learningRate * y[2][i]) + rounded(y[0][i]);
            }
            return errors;
        };
    }

    /** {@code |g| = 5}; then {@code v = 0.5 28 + 0.5 10^2 = 8^2}. */
    @Test
    void novoGradByHand() {
        NovoGrad rule = new NovoGrad(1).withBetas(0.5, 0.5).withEpsilon(0);
        assertStep(oracle(rule.withWeightDecay(0.1)), 1, 0.5, new double[][] {{1, 2}, {3, 4}, {0, 0}, {0}},
                new double[] {0.65, 1.5}, new double[] {0.7, 1}, new double[] {25});
        double[][] second = {{1, 1}, {6, 8}, {0.7, 1}, {28}};
        assertStep(oracle(rule), 2, 1, second, new double[] {-0.1, -0.5}, new double[] {1.1, 1.5}, new double[] {64});
        assertStep(oracle(rule.withGradientAveraging(true)), 2, 1, second, new double[] {0.275, 0}, new double[] {0.725, 1});
    }

    @Test
    void detectsNovoGradThatStartsItsSquareAtZero() {
        NovoGrad rule = new NovoGrad(0.01);
        assertDetects(rule, (shape, x, step, learningRate) -> oracle(rule).step(shape, x, Math.max(2, step), learningRate));
    }

    @Test
    void detectsNovoGradThatDecaysTheParameterItself() {
        NovoGrad decaying = new NovoGrad(0.01).withWeightDecay(0.3);
        assertDetects(decaying, (shape, x, step, learningRate) -> {
            double[][] y = oracle(new NovoGrad(0.01)).step(shape, x, step, learningRate);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] -= learningRate * 0.3 * x[0][i];
            }
            return y;
        });
    }

    /** In float each {@code 2^-24} is lost beside the 1. */
    @Property(tries = 60)
    void keepsTheExactSumOfSquares(@ForAll("sizes") int size, @ForAll @IntRange(max = 1000) int pattern) {
        float[] g = Lengths.exactlySummed(size, pattern);
        Run run = new Run(new NovoGrad(0.5), new float[size]).step(g);
        assertEquals((float) Lengths.sumOfSquares(g), run.planes(0)[3][0], "size " + size);
    }

    @Provide
    Arbitrary<Integer> sizes() {
        return Lengths.sizes();
    }

    @Test
    void zerosMoveNothingExceptByDecayAndAreNaNWithoutEpsilon() {
        assertArrayEquals(of(3, 4), afterPair(new NovoGrad(0.25), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), afterPair(new NovoGrad(0.25).withWeightDecay(2), of(0, 0)));
        assertArrayEquals(of(NaN, NaN), afterPair(new NovoGrad(0.25).withEpsilon(0), of(0, 0)));
        assertEquals(3, afterPair(new NovoGrad(0.25).withEpsilon(0), of(0, 1))[0]);
    }

    @Test
    void dividesTinyGradientsByEpsilonAlone() {
        float[][] planes = new Run(new NovoGrad(1e22).withEpsilon(1e-8), 3, 4).step(1e-30f, 0).planes(0);
        assertEquals(0, planes[3][0]);
        assertEquals(1e-22f, planes[2][0], Math.ulp(1e-22f));
    }

    @Test
    void coastsAfterASquareThatOverflows() {
        NovoGrad rule = new NovoGrad(0.25).withBetas(0.5, 0.5);
        float[][] planes = new Run(rule, 3, 4).step(0, 1).step(0, 1e20f).step(1, 1).planes(0);
        assertEquals(POSITIVE_INFINITY, planes[3][0]);
        assertArrayEquals(of(3, 4 - 0.25f - 0.125f - 0.0625f), planes[0]);
        assertArrayEquals(of(3, NaN), afterPair(rule, of(0, 1), of(0, POSITIVE_INFINITY)));
        assertArrayEquals(of(NaN, NaN), afterPair(rule, of(0, 1), of(0, NaN)));
    }

    /** The square is 1e40, 2 % of it 2e38. */
    @Test
    void aNormWhoseSquareOverflowsInTheFirstStepDoesNotLater() {
        assertEquals(POSITIVE_INFINITY, new Run(new NovoGrad(0.25), 1).step(1e20f).planes(0)[3][0]);
        assertEquals(2e38f, new Run(new NovoGrad(0.25), 1).step(1).step(1e20f).planes(0)[3][0], 1e33f);
    }
}
