package org.lanewise.rule;

import static java.lang.Float.NaN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.ABOVE_0;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Range.UP_TO_0;
import static org.lanewise.rule.Rounding.SUMS;
import static org.lanewise.rule.Rounding.product;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Adafactor against Shazeer and Stern as {@code torch.optim.Adafactor} has it ({@link FactoredOracle}), and by hand. */
class AdafactorTest extends RuleContract<Adafactor> {
    @Override
    List<Adafactor> cases() {
        Adafactor plain = new Adafactor(0.01);
        return List.of(plain, plain.withBeta2Decay(-0.3), plain.withBeta2Decay(0), plain.withEpsilons(1e-10, 0),
                plain.withEpsilons(0.01, 3), plain.withClippingThreshold(0.2), plain.withWeightDecay(0.3),
                plain.withScaleParameter(false), plain.withRelativeStep(false),
                new Adafactor(1).withClippingThreshold(0.9).withWeightDecay(0.1).withEpsilons(1e-5, 0.1));
    }

    @Override
    void describe(Facts<Adafactor> facts) {
        facts.state(Held.squareOfGradient("rowVariance"));
        facts.state(Held.even("rowFactor", (random, _) -> random.nextFloat()));
        facts.state(Held.squareOfGradient("columnVariance"));
        facts.defaults("torch.optim 2.x", new Adafactor(0.5, -0.8, 0x1p-23, 1e-3, 1, 0, true, true));
        facts.range(FROM_0, "learningRate", "epsilon1", "epsilon2", "weightDecay");
        facts.range(UP_TO_0, "beta2Decay");
        facts.range(ABOVE_0, "clippingThreshold");
        // The size of a parameter of 0 is taken for 1e-3.
        facts.hostile(new Adafactor(RATE), 2 * 1e-3 * 0x1p23, NAN, NAN);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Adafactor(0.02), 1000, 1000, 17_000);
        facts.normalizing(new Adafactor(0.01).withEpsilons(0, 1e-3));
    }

    @Override
    Oracle oracle(Adafactor rule) {
        return FactoredOracle.of(rule);
    }

    /**
     * Variances, in double: {@link Rounding#SUMS}, 1. Row factor: the {@link Rounding#quotient}, whose divisor moves by no more than
     * the mean of the rows does, and is in double; a single row's is exactly 1. Estimate: the {@link Rounding#product}, or 1 of
     * {@code epsilon1^2}, whichever is more. {@code u}: {@link Rounding#root} and {@link Rounding#quotient}. Step size: what the root
     * mean square of {@code u} moves by, over the threshold, relative to the divisor; {@link Rounding#SUMS}, 1. {@code w}: with decay 2
     * of its product (factor and product), the step size's times {@code u}, the step size times that of {@code u}, 1 of the sum.
     */
    @Override
    Bound bound(Adafactor rule) {
        return (shape, x, y, step, learningRate) -> {
            FactoredOracle oracle = FactoredOracle.of(rule, shape, x[0].length);
            double[][] errors = Doubles.zeros(x);
            for (int k = 2; k < y.length; k += 2) {
                for (int i = 0; i < y[k].length; i++) {
                    errors[k][i] = SUMS * y[k][i] + rounded(y[k][i]);
                }
            }
            for (int row = 0; row < y[3].length; row++) {
                int matrix = row / oracle.rows();
                double divisor = Math.max(oracle.meanOfMatrix(y[2], matrix), rule.epsilon1());
                errors[3][row] = oracle.rows() == 1 ? 0
                        : quotient(y[2][row], errors[2][row], divisor, oracle.meanOfMatrix(errors[2], matrix));
            }
            double[] u = oracle.update(x[1], y[3], y[4]);
            double[] uErrors = new double[u.length];
            double least = Math.pow(rule.epsilon1(), 2);
            for (int i = 0; i < u.length; i++) {
                double factor = y[3][oracle.row(i)], variance = y[4][oracle.column(i)];
                double error = Math.max(rounded(least), product(factor, errors[3][oracle.row(i)], variance, errors[4][oracle.column(i)]));
                double estimate = Math.max(factor * variance, least);
                uErrors[i] = u[i] == 0 ? 0 : quotient(x[1][i], 0, Math.sqrt(estimate), root(estimate, error));
            }
            double clip = oracle.clip(u);
            double clipError = norm(uErrors) / Math.sqrt(u.length) / rule.clippingThreshold();
            double scale = oracle.stepSize(x[0], step, learningRate) / clip;
            double scaleError = clipError < clip ? scale * (clipError / (clip - clipError) + SUMS) + rounded(scale)
                    : Double.POSITIVE_INFINITY;
            double kept = 1 - learningRate * rule.weightDecay();
            for (int i = 0; i < u.length; i++) {
                errors[0][i] = scaleError == Double.POSITIVE_INFINITY ? scaleError
                        : (rule.weightDecay() == 0 ? 0 : 2 * rounded(kept * x[0][i]))
                        + Math.abs(u[i]) * scaleError + (scale + scaleError) * uErrors[i] + rounded(y[0][i]);
            }
            return errors;
        };
    }

    private static double[] doubles(double... numbers) {
        return numbers;
    }

    /** {@code g^2 = {1, 4, 4, 16}} is a product of rows and columns, so {@code u} is the sign; RMS of {@code w} is 3. */
    @Test
    void firstStepByHand() {
        double[][] x = {{3, -3, 3, 3}, {1, 2, -2, 4}, {0, 0}, {0, 0}, {0, 0}};
        long[] shape = {2, 2};
        assertStep(oracle(new Adafactor(1)), shape, 1, 0.5, x, doubles(1.5, -4.5, 4.5, 1.5),
                doubles(2.5, 10), doubles(0.4, 1.6), doubles(2.5, 10));
        assertStep(oracle(new Adafactor(1).withClippingThreshold(0.5)), shape, 1, 0.5, x, doubles(2.25, -3.75, 3.75, 2.25));
        assertStep(oracle(new Adafactor(1).withScaleParameter(false)), shape, 1, 0.5, x, doubles(2.5, -3.5, 3.5, 2.5));
        assertStep(oracle(new Adafactor(1).withEpsilons(1, 8)), shape, 1, 0.5, x, doubles(-1, -7, 7, -1));
    }

    /** {@code k = 4^-0.5}, the step is relative to {@code 1 / sqrt(4)}; decay is {@code 0.8 0.5}; RMS of {@code u} is 2. */
    @Test
    void fourthStepByHand() {
        double[][] x = {{2, 2, -2, 2}, {2, 2, -2, -2}, {0, 0}, {0, 0}, {0, 0}};
        Adafactor rule = new Adafactor(1).withBeta2Decay(-0.5);
        double root = Math.sqrt(2);
        assertStep(oracle(rule.withClippingThreshold(2)), new long[] {2, 2}, 4, 0.8, x,
                doubles(2 - root, 2 - root, root - 2, 2 + root), doubles(2, 2),
                doubles(1, 1), doubles(2, 2));
        assertStep(oracle(rule.withWeightDecay(0.5)), new long[] {2, 2}, 4, 0.8, x, doubles(0.2, 0.2, -0.2, 2.2));
        assertStep(oracle(rule.withRelativeStep(false)), new long[] {2, 2}, 4, 0.8, x, doubles(0.4, 0.4, -0.4, 3.6));
    }

    /** However small: each element's own square is all that counts, until the root is below {@code epsilon1}. */
    @Test
    void vectorsByHand() {
        double[][] x = {{1, 1}, {1e-5, -1e-4}, {0}, {0}, {0, 0}};
        assertStep(oracle(new Adafactor(1)), new long[] {2}, 1, 0.25, x, doubles(0.75, 1.25), doubles(5.05e-9),
                doubles(1), doubles(1e-10, 1e-8));
        assertStep(oracle(new Adafactor(1).withEpsilons(1e-4, 0)), new long[] {2}, 1, 0.25, x, doubles(0.975, 1.25));
    }

    @Test
    void detectsSumsOfRowsDividedByTheirNumber() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = oracle(rule).step(shape, x, step, learningRate);
            FactoredOracle one = FactoredOracle.of(new Adafactor(0.01), shape, x[0].length);
            double kept = 1 - Math.pow(step, -0.8);
            for (int row = 0; row < y[2].length; row++) {
                y[2][row] = kept * x[2][row] + (y[2][row] - kept * x[2][row]) * one.columns() / one.rows();
            }
            return y;
        });
    }

    @Test
    void detectsVectorsWhoseRowsFactorFallsWithTheirGradients() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = oracle(rule).step(shape, x, step, learningRate);
            if (shape.length == 1) {
                y[3][0] = y[2][0] / Math.max(y[2][0], 0x1p-23);
            }
            return y;
        });
    }

    /** The mean is over the rows of all matrices of a tensor. */
    @Test
    void detectsOneMeanForAllMatrices() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = oracle(rule).step(shape, x, step, learningRate);
            FactoredOracle one = FactoredOracle.of(new Adafactor(0.01), shape, x[0].length);
            if (one.matrices() > 1) {
                double mean = 0;
                for (double r : y[2]) {
                    mean += r / y[2].length;
                }
                for (int row = 0; row < y[3].length; row++) {
                    y[3][row] = y[2][row] / Math.max(mean, 0x1p-23);
                }
            }
            return y;
        });
    }

    @Test
    void detectsSizeOfTheParametersAfterDecay() {
        Adafactor rule = new Adafactor(0.01).withWeightDecay(0.3);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] decayed = Doubles.copy(x);
            for (int i = 0; i < decayed[0].length; i++) {
                decayed[0][i] *= 1 - 0.3 * learningRate;
            }
            return oracle(rule.withWeightDecay(0)).step(shape, decayed, step, learningRate);
        });
    }

    @Test
    void detectsClippingByTheLargestElement() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = oracle(rule).step(shape, x, step, learningRate);
            FactoredOracle oracle = FactoredOracle.of(new Adafactor(0.01), shape, x[0].length);
            double[] u = oracle.update(x[1], y[3], y[4]);
            double largest = 1;
            for (double ui : u) {
                largest = Math.max(largest, Math.abs(ui));
            }
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - oracle.stepSize(x[0], step, learningRate) / largest * u[i];
            }
            return y;
        });
    }

    /** The two numbers of a tensor, as if the tensor were the whole store. */
    @Test
    void detectsNumbersOfTheWholeStore() {
        Adafactor rule = new Adafactor(0.01);
        List<long[]> shapes = Planes.SHAPES;
        for (boolean sizeNotClip : new boolean[] {true, false}) {
            Mutants.assertDetects(new RuleCase<>(this, rule), shapes,
                    (before, step, learningRate) -> wholeStore(rule, shapes, before, step, learningRate, sizeNotClip));
        }
    }

    private List<float[][]> wholeStore(Adafactor rule, List<long[]> shapes, List<float[][]> before, long step, double learningRate,
            boolean sizeNotClip) {
        List<FactoredOracle> oracles = new ArrayList<>();
        List<double[][]> all = new ArrayList<>();
        double ofW = 0, ofU = 0, size = 0;
        for (int k = 0; k < shapes.size(); k++) {
            double[][] x = Doubles.of(before.get(k)), y = oracle(rule).step(shapes.get(k), x, step, learningRate);
            oracles.add(FactoredOracle.of(rule, shapes.get(k), x[0].length));
            all.add(y);
            ofW += Math.pow(norm(x[0]), 2);
            ofU += Math.pow(norm(oracles.get(k).update(x[1], y[3], y[4])), 2);
            size += x[0].length;
        }
        List<float[][]> after = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
            double[][] x = Doubles.of(before.get(k)), y = all.get(k);
            double[] u = oracles.get(k).update(x[1], y[3], y[4]);
            double stepSize = oracles.get(k).stepSize(sizeNotClip ? doubles(Math.sqrt(ofW / size)) : x[0], step, learningRate);
            double clip = oracles.get(k).clip(sizeNotClip ? u : doubles(Math.sqrt(ofU / size)));
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - stepSize / clip * u[i];
            }
            after.add(Doubles.rounded(y));
        }
        return after;
    }

    /**
     * With squares of the first gradient as probabilities {@code p}, {@code u^2} is {@code p / (p of the row, p of the column)}; that adds
     * up to at least 1 in each column. So with 5 rows RMS(u) is at least {@code sqrt(1 / 5)}, which is above the threshold.
     */
    @Property(tries = 20)
    void movesATensorByAPartOfItsSize(@ForAll("matrices") TensorNumbers matrix) {
        double length = norm(Doubles.of(matrix.plane(0)));
        Lengths.assertMovesBy(0.25 * length * 0.4, new RuleCase<>(this, new Adafactor(0.25).withClippingThreshold(0.4)), matrix);
    }

    @Provide
    Arbitrary<TensorNumbers> matrices() {
        return Lengths.matrices(5, 15);
    }

    @Test
    void stopsWhereTheDocumentationSays() {
        assertArrayEquals(of(3, 4), afterPair(new Adafactor(0.25), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), afterPair(new Adafactor(0.25).withWeightDecay(2), of(0, 0)));
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), afterPair(new Adafactor(0.25), of(1, 1), of(1, hostile)));
        }
        Adafactor tiny = new Adafactor(1).withEpsilons(0x1p-20, 0).withScaleParameter(false);
        assertArrayEquals(of(3, 4), afterPair(tiny, of(1e-30f, 1e-30f)));
        assertEquals(3 - (1e-30f * 0x1p20f) * 1e24f, afterPair(new Adafactor(1e24).withEpsilons(0x1p-20, 0).withScaleParameter(false)
                .withRelativeStep(false), of(1e-30f, 1e-30f))[0], Math.ulp(4f));
    }
}
