package org.lanewise.rule;

import static java.lang.Float.NaN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.ABOVE_0;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Range.UP_TO_0;
import static org.lanewise.rule.Rounding.product;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lanewise.Floats;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Tensor;

/** Adafactor against Shazeer and Stern as {@code torch.optim.Adafactor} has it ({@link FactoredOracle}), and by hand. */
class AdafactorTest extends RuleContract<Adafactor> {
    /** Norms from here on may be infinite, as in PyTorch. */
    private static final double ROOT_OF_MOST = 0.999 * Math.sqrt(Float.MAX_VALUE);

    @Override
    List<Adafactor> cases() {
        Adafactor plain = new Adafactor(0.01);
        return List.of(plain, plain.withBeta2Decay(-0.3), plain.withBeta2Decay(0), plain.withEpsilons(1e-10, 0),
                plain.withEpsilons(0.01, 3), plain.withClippingThreshold(0.2), plain.withWeightDecay(0.3),
                plain.withScaleParameter(false), plain.withRelativeStep(false), plain.withAddedEpsilon(true).withEpsilons(1e-6, 1e-3),
                plain.withRelativeDecay(true).withWeightDecay(0.3).withScaleParameter(false),
                new Adafactor(1).withClippingThreshold(0.9).withWeightDecay(0.1).withEpsilons(1e-5, 0.1));
    }

    @Override
    void describe(Facts<Adafactor> facts) {
        facts.state(Held.squareOfGradient("rowVariance"));
        facts.state(Held.squareOfGradient("columnVariance"));
        facts.state(Held.even("inverseMean", (random, _) -> random.nextFloat()));
        facts.defaults("torch.optim 2.14.1", new Adafactor(0.5, -0.8, 0x1p-23, 1e-3, 1, 0, true, true, false, false));
        facts.idle(rule -> rule.weightDecay() == 0 ? Set.of("relativeDecay") : Set.of());
        facts.range(FROM_0, "learningRate", "epsilon1", "epsilon2", "weightDecay");
        facts.range(UP_TO_0, "beta2Decay");
        facts.range(ABOVE_0, "clippingThreshold");
        // The size of a parameter of 0 is taken for 1e-3.
        facts.hostile(new Adafactor(RATE), 2 * 1e-3 * 0x1p23, NAN, NAN);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Adafactor(0.02), 1000, 1000, 17_000);
        // As PyTorch has it the product of a row's and a column's number overflows from gradients of 4.3e9 on.
        facts.normalizing(new Adafactor(0.01).withEpsilons(0, 1e-3).withAddedEpsilon(true));
    }

    @Override
    Oracle oracle(Adafactor rule) {
        return FactoredOracle.of(rule);
    }

    /**
     * Variances: 2 of a mean (sum and quotient), {@code k} times; 1 of {@code k} and 1 of the difference, which stands beside {@code k} or
     * {@code 1 - k}; 1 of the result. Inverse of the mean: the {@link Rounding#quotient}, whose divisor moves by no more than the mean of
     * the rows does, and 2 (sum and quotient). Estimate: two {@link Rounding#product products}, or 1 of {@code epsilon1^2}, whichever is
     * more; none is known where that of row and column overflows. {@code u}: {@link Rounding#root}, {@link Rounding#quotient} and product.
     * Step size: what the root mean square of {@code u} moves by, over the threshold, relative to the divisor; 4 of two norms (sum and
     * root), 1. {@code w}: with decay 2 of its product (factor and product), 2 more of the norm where the decay has it, the step size's
     * times {@code u}, the step size times that of {@code u}, 1 of the sum. None is known where the sum of squares of a norm overflows.
     */
    @Override
    Bound bound(Adafactor rule) {
        return (shape, x, y, step, learningRate) -> {
            FactoredOracle oracle = FactoredOracle.of(rule, shape, x[0].length);
            double[][] errors = Doubles.zeros(x);
            varianceErrors(oracle, x, y, step, errors);
            double[] u = oracle.update(x[1], y), uErrors = updateErrors(oracle, x[1], u, y, errors);
            double clip = oracle.clip(u);
            double clipError = norm(uErrors) / Math.sqrt(u.length) / rule.clippingThreshold() + 2 * rounded(clip);
            double stepSize = oracle.stepSize(x[0], step, learningRate), scale = stepSize / clip;
            boolean overflows = !rule.addedEpsilon() && Math.max(norm(x[0]), norm(u)) > ROOT_OF_MOST;
            double scaleError = clipError < clip && !overflows ? scale * clipError / (clip - clipError) + 4 * rounded(scale)
                    : Double.POSITIVE_INFINITY;
            double kept = oracle.kept(stepSize, learningRate);
            double keptError = rule.weightDecay() == 0 ? 0
                    : 2 * rounded(kept) + (rule.relativeDecay() ? 2 * rounded(stepSize * rule.weightDecay()) : 0);
            for (int i = 0; i < u.length; i++) {
                errors[0][i] = scaleError == Double.POSITIVE_INFINITY ? scaleError
                        : keptError * Math.abs(x[0][i]) + Math.abs(u[i]) * scaleError + (scale + scaleError) * uErrors[i]
                                + rounded(y[0][i]);
            }
            return errors;
        };
    }

    private static void varianceErrors(FactoredOracle oracle, double[][] x, double[][] y, long step, double[][] errors) {
        double k = Math.pow(step, oracle.rule().beta2Decay());
        for (int plane = oracle.isFactored() ? 2 : 3; plane < 4; plane++) {
            for (int i = 0; i < y[plane].length; i++) {
                double mean = (y[plane][i] - (1 - k) * x[plane][i]) / k, change = Math.abs(mean - x[plane][i]);
                errors[plane][i] = k * 2 * rounded(mean) + change * rounded(k) + Math.max(k, 1 - k) * rounded(change)
                        + rounded(y[plane][i]);
            }
        }
        for (int matrix = 0; matrix < y[4].length && oracle.isFactored(); matrix++) {
            double divisor = oracle.divisor(y[2], matrix);
            errors[4][matrix] = quotient(1, 0, divisor, oracle.meanOfMatrix(errors[2], matrix) + 2 * rounded(divisor));
        }
    }

    private static double[] updateErrors(FactoredOracle oracle, double[] g, double[] u, double[][] y, double[][] errors) {
        double[] uErrors = new double[u.length];
        for (int i = 0; i < u.length; i++) {
            int row = oracle.row(i), column = oracle.column(i), matrix = oracle.matrix(i);
            double both = y[2][row] * y[3][column];
            double bothError = product(y[2][row], errors[2][row], y[3][column], errors[3][column]);
            double error = both + bothError > Float.MAX_VALUE ? Double.POSITIVE_INFINITY
                    : Math.max(rounded(oracle.leastEstimate()), product(both, bothError, y[4][matrix], errors[4][matrix]));
            double estimate = oracle.estimate(y, i), root = Math.sqrt(estimate);
            uErrors[i] = g[i] == 0 ? 0 : product(g[i], 0, 1 / root, quotient(1, 0, root, root(estimate, error)));
        }
        return uErrors;
    }

    private static double[] doubles(double... numbers) {
        return numbers;
    }

    /** {@code g^2 = {1, 4, 4, 16}} is a product of rows and columns, so {@code u} is the sign; RMS of {@code w} is 3. */
    @Test
    void firstStepByHand() {
        double[][] x = {{3, -3, 3, 3}, {1, 2, -2, 4}, {0, 0}, {0, 0}, {0}};
        long[] shape = {2, 2};
        assertStep(oracle(new Adafactor(1)), shape, 1, 0.5, x, doubles(1.5, -4.5, 4.5, 1.5),
                doubles(2.5, 10), doubles(2.5, 10), doubles(0.16));
        assertStep(oracle(new Adafactor(1).withClippingThreshold(0.5)), shape, 1, 0.5, x, doubles(2.25, -3.75, 3.75, 2.25));
        assertStep(oracle(new Adafactor(1).withScaleParameter(false)), shape, 1, 0.5, x, doubles(2.5, -3.5, 3.5, 2.5));
        assertStep(oracle(new Adafactor(1).withEpsilons(1, 8)), shape, 1, 0.5, x, doubles(-1, -7, 7, -1));
    }

    /** {@code k = 4^-0.5}, the step is relative to {@code 1 / sqrt(4)}; decay is {@code 0.8 0.5}; RMS of {@code u} is 2. */
    @Test
    void fourthStepByHand() {
        double[][] x = {{2, 2, -2, 2}, {2, 2, -2, -2}, {0, 0}, {0, 0}, {0}};
        Adafactor rule = new Adafactor(1).withBeta2Decay(-0.5);
        double root = Math.sqrt(2);
        assertStep(oracle(rule.withClippingThreshold(2)), new long[] {2, 2}, 4, 0.8, x,
                doubles(2 - root, 2 - root, root - 2, 2 + root), doubles(2, 2),
                doubles(2, 2), doubles(0.5));
        assertStep(oracle(rule.withWeightDecay(0.5)), new long[] {2, 2}, 4, 0.8, x, doubles(0.2, 0.2, -0.2, 2.2));
        assertStep(oracle(rule.withRelativeStep(false)), new long[] {2, 2}, 4, 0.8, x, doubles(0.4, 0.4, -0.4, 3.6));
        assertStep(oracle(rule.withWeightDecay(0.5).withRelativeDecay(true)), new long[] {2, 2}, 4, 0.8, x, doubles(0, 0, 0, 2));
        assertStep(oracle(rule.withEpsilons(4, 0).withAddedEpsilon(true).withClippingThreshold(2)), new long[] {2, 2}, 4, 0.8, x,
                doubles(1, 1, -1, 3), doubles(4, 4), doubles(4, 4), doubles(0.25));
    }

    /** However small: each element's own square is all that counts, until the root is below {@code epsilon1}. */
    @Test
    void vectorsByHand() {
        double[][] x = {{1, 1}, {1e-5, -1e-4}, {0}, {0, 0}, {0}};
        assertStep(oracle(new Adafactor(1)), new long[] {2}, 1, 0.25, x, doubles(0.75, 1.25), doubles(1),
                doubles(1e-10, 1e-8), doubles(1));
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
    void detectsVectorsFactoredAsMatricesOfOneRow() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) ->
                oracle(rule).step(shape.length == 1 ? new long[] {1, shape[0]} : shape, x, step, learningRate));
    }

    @Test
    void detectsMatricesOfOneRowTakenForVectors() {
        Adafactor rule = new Adafactor(0.01);
        assertDetects(rule, (shape, x, step, learningRate) ->
                oracle(rule).step(shape.length == 2 && shape[0] == 1 ? new long[] {shape[1]} : shape, x, step, learningRate));
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
                Arrays.fill(y[4], 1 / Math.max(mean, 0x1p-23));
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
            double[] u = oracle.update(x[1], y);
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
                    (before, step, learningRate, _) -> wholeStore(rule, shapes, before, step, learningRate, sizeNotClip));
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
            ofU += Math.pow(norm(oracles.get(k).update(x[1], y)), 2);
            size += x[0].length;
        }
        List<float[][]> after = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
            double[][] x = Doubles.of(before.get(k)), y = all.get(k);
            double[] u = oracles.get(k).update(x[1], y);
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

    /** RMS(w) is 3.53553 and then 2.66342; the size of {@code u} is not known in the second step, so it is not clipped. */
    @Test
    void hostileGradientsStopOneElementOfAVectorAndAllOfAMatrix() {
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN, 3e38f)) {
            float[] vector = afterPair(new Adafactor(0.25), of(1, 1), of(1, hostile));
            assertEquals(3 - 0.25 * (3.53553 + 2.66342), vector[0], 2e-5);
            assertEquals(NaN, vector[1]);
            assertArrayEquals(of(NaN, NaN), afterMatrix(new Adafactor(0.25), of(1, 1), of(1, hostile)));
        }
    }

    /** As PyTorch: the floor, the square of {@code epsilon1}, is 0 as a float. */
    @Test
    void tooSmallAnEpsilonStopsElementsWithoutGradientUnlessItIsAdded() {
        for (double epsilon1 : new double[] {0, 1e-30, 2.6e-23}) {
            Adafactor rule = new Adafactor(0.25).withEpsilons(epsilon1, 1e-3);
            float[] vector = afterPair(rule, of(0, 1));
            assertEquals(NaN, vector[0], rule::toString);
            assertEquals(4 - 0.25 * 3.53553, vector[1], 1e-5, rule::toString);
            for (float[] gradient : new float[][] {of(0, 1), of(0, 0), of(1e-38f, 0), of(3e38f, 0), of(3e38f, 3e38f), of(1e-30f, 3e38f)}) {
                for (float[] w : List.of(afterPair(rule.withAddedEpsilon(true), gradient, gradient),
                        afterMatrix(rule.withAddedEpsilon(true), gradient, gradient))) {
                    assertTrue(Float.isFinite(w[0]) && Float.isFinite(w[1]), () -> rule + " " + Arrays.toString(gradient));
                }
                float[] column = after(rule.withAddedEpsilon(true), new long[] {2, 1}, of(3, 4), gradient, gradient);
                assertTrue(Float.isFinite(column[0]) && Float.isFinite(column[1]),
                        () -> rule + " in a column " + Arrays.toString(gradient));
            }
        }
        assertEquals(3, afterPair(new Adafactor(0.25).withEpsilons(2.7e-23, 1e-3), of(0, 1))[0]);
    }

    /** {@return what becomes of a tensor of one row, {@code {3, 4}}} */
    private static float[] afterMatrix(Adafactor rule, float[]... gradients) {
        return after(rule, new long[] {1, 2}, of(3, 4), gradients);
    }

    private static float[] after(Adafactor rule, long[] shape, float[] start, float[]... gradients) {
        ParameterStore store = ParameterStore.builder().tensor("w", shape).build();
        Tensor tensor = store.tensor("w");
        tensor.parameter().copyFrom(start);
        Optimizer optimizer = Optimizer.of(rule, store);
        for (float[] gradient : gradients) {
            tensor.gradient().copyFrom(gradient);
            optimizer.step();
        }
        return Floats.of(tensor.parameter());
    }

    @Test
    void stopsWhereTheDocumentationSays() {
        assertArrayEquals(of(3, 4), afterPair(new Adafactor(0.25), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), afterPair(new Adafactor(0.25).withWeightDecay(2), of(0, 0)));
        Adafactor tiny = new Adafactor(1).withEpsilons(0x1p-20, 0).withScaleParameter(false);
        assertArrayEquals(of(3, 4), afterPair(tiny, of(1e-30f, 1e-30f)));
        assertEquals(3 - (1e-30f * 0x1p20f) * 1e24f, afterPair(new Adafactor(1e24).withEpsilons(0x1p-20, 0).withScaleParameter(false)
                .withRelativeStep(false), of(1e-30f, 1e-30f))[0], Math.ulp(4f));
    }
}
