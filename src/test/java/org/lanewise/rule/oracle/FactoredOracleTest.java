package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.rule.oracle.TensorOracleTest.assertDetects;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.Adafactor;

/** {@link FactoredOracle} has numbers that were computed by hand, and the comparison finds the mistakes that are commonly made. */
class FactoredOracleTest {
    private static void assertStep(Adafactor rule, long[] shape, long step, double learningRate, double[][] x, double[]... expected) {
        double[][] y = FactoredOracle.of(rule).step(shape, x, step, learningRate);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], y[k == 0 ? 0 : k + 1], 1e-12, "plane " + k);
        }
    }

    private static double[] of(double... numbers) {
        return numbers;
    }

    /** {@code g^2 = {1, 4, 4, 16}} is a product of rows and columns, so {@code u} is the sign; RMS of {@code w} is 3. */
    @Test
    void firstStepByHand() {
        double[][] x = {{3, -3, 3, 3}, {1, 2, -2, 4}, {0, 0}, {0, 0}, {0, 0}};
        long[] shape = {2, 2};
        assertStep(new Adafactor(1), shape, 1, 0.5, x, of(1.5, -4.5, 4.5, 1.5), of(2.5, 10), of(0.4, 1.6), of(2.5, 10));
        assertStep(new Adafactor(1).withClippingThreshold(0.5), shape, 1, 0.5, x, of(2.25, -3.75, 3.75, 2.25));
        assertStep(new Adafactor(1).withScaleParameter(false), shape, 1, 0.5, x, of(2.5, -3.5, 3.5, 2.5));
        assertStep(new Adafactor(1).withEpsilons(1, 8), shape, 1, 0.5, x, of(-1, -7, 7, -1));
    }

    /** {@code k = 4^-0.5}, the step is relative to {@code 1 / sqrt(4)}; decay is {@code 0.8 0.5}; RMS of {@code u} is 2. */
    @Test
    void fourthStepByHand() {
        double[][] x = {{2, 2, -2, 2}, {2, 2, -2, -2}, {0, 0}, {0, 0}, {0, 0}};
        Adafactor rule = new Adafactor(1).withBeta2Decay(-0.5);
        double root = Math.sqrt(2);
        assertStep(rule.withClippingThreshold(2), new long[] {2, 2}, 4, 0.8, x, of(2 - root, 2 - root, root - 2, 2 + root), of(2, 2),
                of(1, 1), of(2, 2));
        assertStep(rule.withWeightDecay(0.5), new long[] {2, 2}, 4, 0.8, x, of(0.2, 0.2, -0.2, 2.2));
        assertStep(rule.withRelativeStep(false), new long[] {2, 2}, 4, 0.8, x, of(0.4, 0.4, -0.4, 3.6));
    }

    /** However small: each element's own square is all that counts, until the root is below {@code epsilon1}. */
    @Test
    void vectorsByHand() {
        double[][] x = {{1, 1}, {1e-5, -1e-4}, {0}, {0}, {0, 0}};
        assertStep(new Adafactor(1), new long[] {2}, 1, 0.25, x, of(0.75, 1.25), of(5.05e-9), of(1), of(1e-10, 1e-8));
        assertStep(new Adafactor(1).withEpsilons(1e-4, 0), new long[] {2}, 1, 0.25, x, of(0.975, 1.25));
    }

    @Test
    void detectsSumsOfRowsDividedByTheirNumber() {
        TensorCase rule = TensorCases.of(new Adafactor(0.01));
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
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
        TensorCase rule = TensorCases.of(new Adafactor(0.01));
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
            if (shape.length == 1) {
                y[3][0] = y[2][0] / Math.max(y[2][0], 0x1p-23);
            }
            return y;
        });
    }

    /** The mean is over the rows of all matrices of a tensor. */
    @Test
    void detectsOneMeanForAllMatrices() {
        TensorCase rule = TensorCases.of(new Adafactor(0.01));
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
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
        assertDetects(TensorCases.of(rule), (shape, x, step, learningRate) -> {
            double[][] decayed = TensorOracle.copy(x);
            for (int i = 0; i < decayed[0].length; i++) {
                decayed[0][i] *= 1 - 0.3 * learningRate;
            }
            return FactoredOracle.of(rule.withWeightDecay(0)).step(shape, decayed, step, learningRate);
        });
    }

    @Test
    void detectsClippingByTheLargestElement() {
        TensorCase rule = TensorCases.of(new Adafactor(0.01));
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
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
        List<long[]> shapes = TensorTrial.SHAPES;
        for (boolean sizeNotClip : new boolean[] {true, false}) {
            assertDetects(TensorCases.of(rule), shapes,
                    (before, step, learningRate) -> wholeStore(rule, shapes, before, step, learningRate, sizeNotClip));
        }
    }

    private static List<float[][]> wholeStore(Adafactor rule, List<long[]> shapes, List<float[][]> before, long step, double learningRate,
            boolean sizeNotClip) {
        List<FactoredOracle> oracles = new ArrayList<>();
        List<double[][]> all = new ArrayList<>();
        double ofW = 0, ofU = 0, size = 0;
        for (int k = 0; k < shapes.size(); k++) {
            double[][] x = TensorComparison.widened(before.get(k)), y = FactoredOracle.of(rule).step(shapes.get(k), x, step, learningRate);
            oracles.add(FactoredOracle.of(rule, shapes.get(k), x[0].length));
            all.add(y);
            ofW += Math.pow(TensorOracle.norm(x[0]), 2);
            ofU += Math.pow(TensorOracle.norm(oracles.get(k).update(x[1], y[3], y[4])), 2);
            size += x[0].length;
        }
        List<float[][]> after = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
            double[][] x = TensorComparison.widened(before.get(k)), y = all.get(k);
            double[] u = oracles.get(k).update(x[1], y[3], y[4]);
            double stepSize = oracles.get(k).stepSize(sizeNotClip ? of(Math.sqrt(ofW / size)) : x[0], step, learningRate);
            double clip = oracles.get(k).clip(sizeNotClip ? u : of(Math.sqrt(ofU / size)));
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - stepSize / clip * u[i];
            }
            after.add(TensorComparison.rounded(y));
        }
        return after;
    }
}
