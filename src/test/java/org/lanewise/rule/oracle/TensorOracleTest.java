package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.oracle.TensorTrial.Stepper;

/**
 * The oracles of {@link TensorOracleProperties} have numbers that were computed by hand, and the comparison finds the mistakes that are
 * commonly made: each as double arithmetic with the mistake in it, rounded to float.
 */
class TensorOracleTest {
    static void assertStep(TensorOracle oracle, long step, double learningRate, double[][] x, double[]... expected) {
        double[][] y = oracle.step(new long[] {x[0].length}, x, step, learningRate);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], y[k == 0 ? 0 : k + 1], 1e-12, "plane " + k);
        }
    }

    /** {@code |w| = 5, |g| = 1}: trust {@code 0.2 5 / (1 + 0.1 5 + 0.5) = 0.5}. */
    @Test
    void larsByHand() {
        Lars rule = new Lars(1).withMomentum(0.5).withWeightDecay(0.1).withTrustCoefficient(0.2).withEpsilon(0.5);
        double[][] x = {{3, 4}, {0.6, 0.8}, {1, 0}};
        assertStep(TensorOracle.of(rule), 7, 0.5, x, new double[] {2.275, 3.7}, new double[] {0.725, 0.3});
        assertStep(TensorOracle.of(rule.withNesterov(true)), 7, 0.5, x, new double[] {2.4125, 3.55}, new double[] {0.725, 0.3});
    }

    /** Corrections of {@code 1 - 0.5^2}: {@code r = (1.5 / 0.75) / sqrt(3 / 0.75)}; without memory {@code r} is the sign. */
    @Test
    void lambByHand() {
        Lamb corrected = new Lamb(1).withBetas(0.5, 0.5).withEpsilon(0).withWeightDecay(0);
        assertStep(TensorOracle.of(corrected), 2, 0.25, new double[][] {{1, 1}, {1, -1}, {2, -2}, {5, 5}},
                new double[] {0.75, 1.25}, new double[] {1.5, -1.5}, new double[] {3, 3});
        Lamb bounded = new Lamb(1).withBetas(0, 0).withEpsilon(0).withWeightDecay(1).withTrustBounds(0, 2);
        assertStep(TensorOracle.of(bounded), 2, 0.5, new double[][] {{2, 3}, {7, 0.1}, {0, 0}, {0, 0}}, new double[] {1.4, 2.2});
    }

    /** {@code |g| = 5}; then {@code v = 0.5 28 + 0.5 10^2 = 8^2}. */
    @Test
    void novoGradByHand() {
        NovoGrad rule = new NovoGrad(1).withBetas(0.5, 0.5).withEpsilon(0);
        assertStep(TensorOracle.of(rule.withWeightDecay(0.1)), 1, 0.5, new double[][] {{1, 2}, {3, 4}, {0, 0}, {0}},
                new double[] {0.65, 1.5}, new double[] {0.7, 1}, new double[] {25});
        double[][] second = {{1, 1}, {6, 8}, {0.7, 1}, {28}};
        assertStep(TensorOracle.of(rule), 2, 1, second, new double[] {-0.1, -0.5}, new double[] {1.1, 1.5}, new double[] {64});
        assertStep(TensorOracle.of(rule.withGradientAveraging(true)), 2, 1, second, new double[] {0.275, 0}, new double[] {0.725, 1});
    }

    /** The right oracle holds against itself, rounded; a mistaken one does not. */
    static void assertDetects(TensorCase rule, List<long[]> shapes, Stepper mistaken) {
        assertDoesNotThrow(() -> tryOut(rule, shapes, stepper(shapes, rule.oracle())));
        assertThrows(AssertionError.class, () -> tryOut(rule, shapes, mistaken));
    }

    static void assertDetects(TensorCase rule, TensorOracle mistaken) {
        assertDetects(rule, TensorTrial.SHAPES, stepper(TensorTrial.SHAPES, mistaken));
    }

    private static void tryOut(TensorCase rule, List<long[]> shapes, Stepper stepper) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 3; i++) {
            new TensorTrial(rule, shapes, new TensorComparison(rule), random).fromTheStart(stepper, 3);
            new TensorTrial(rule, shapes, new TensorComparison(rule), random).fromAnyStates(stepper);
        }
    }

    private static Stepper stepper(List<long[]> shapes, TensorOracle oracle) {
        return (before, step, learningRate) -> {
            List<float[][]> after = new ArrayList<>();
            for (int k = 0; k < shapes.size(); k++) {
                double[][] x = TensorComparison.widened(before.get(k));
                after.add(TensorComparison.rounded(oracle.step(shapes.get(k), x, step, learningRate)));
            }
            return after;
        };
    }

    private static Stream<TensorCase> elementwiseStates() {
        return Stream.of(new Lars(0.1), new Lamb(0.01), new NovoGrad(0.01), new AdamW(0.01).withUpdateClipping(true)).map(TensorCases::of);
    }

    /** All tensors strung together are one vector; where a state is one number, each tensor gets the vector's. */
    @ParameterizedTest
    @MethodSource("elementwiseStates")
    void detectsNumbersOfTheWholeStore(TensorCase rule) {
        assertDetects(rule, TensorTrial.SHAPES, (before, step, learningRate) -> {
            double[][] x = new double[before.getFirst().length][];
            for (int k = 0; k < x.length; k++) {
                int plane = k;
                List<float[]> parts = before.stream().map(planes -> planes[plane]).toList();
                x[k] = TensorComparison.widened(new float[][] {strung(parts)})[0];
            }
            float[][] y = TensorComparison.rounded(rule.oracle().step(new long[] {x[0].length}, x, step, learningRate));
            List<float[][]> after = new ArrayList<>();
            int from = 0;
            for (float[][] planes : before) {
                int start = from, to = from + planes[0].length;
                after.add(Arrays.stream(y).map(plane -> plane.length < to ? new float[] {plane[0]} : Arrays.copyOfRange(plane, start, to))
                        .toArray(float[][]::new));
                from = to;
            }
            return after;
        });
    }

    private static float[] strung(List<float[]> parts) {
        float[] strung = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int from = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, strung, from, part.length);
            from += part.length;
        }
        return strung;
    }

    /** The numbers that matter are those of the first 16,384 elements, as if a block were the tensor. */
    @ParameterizedTest
    @MethodSource("elementwiseStates")
    void detectsNumbersOfTheFirstBlock(TensorCase rule) {
        List<long[]> shapes = TensorTrial.LONG_SHAPES;
        assertDetects(rule, shapes, stepper(shapes, (shape, x, step, learningRate) -> {
            double[][] first = Arrays.stream(x).map(plane -> Arrays.copyOf(plane, Math.min(plane.length, 16_384))).toArray(double[][]::new);
            double[][] ofFirst = rule.oracle().step(shape, first, step, learningRate);
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
            for (int k = 0; k < y.length; k++) {
                System.arraycopy(ofFirst[k], 0, y[k], 0, ofFirst[k].length);
            }
            return y;
        }));
    }

    /** Adding small squares to a large sum in float loses them: here about 1e-5 of the norm. */
    @ParameterizedTest
    @MethodSource("elementwiseStates")
    void detectsSumsInFloat(TensorCase rule) {
        assertDetects(rule, TensorTrial.LONG_SHAPES, stepper(TensorTrial.LONG_SHAPES, (shape, x, step, learningRate) -> {
            double[][] y = rule.oracle().step(shape, x, step, learningRate);
            double factor = Math.sqrt(sumInFloat(x[1])) / TensorOracle.norm(x[1]);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] = x[0][i] + (y[0][i] - x[0][i]) * factor;
            }
            return y;
        }));
    }

    private static double sumInFloat(double[] x) {
        float sum = 0;
        for (double xi : x) {
            sum += (float) (xi * xi);
        }
        return sum;
    }

    @Test
    void detectsLarsThatTakesTheNormOfTheDecayedGradient() {
        TensorCase rule = TensorCases.of(new Lars(0.1).withWeightDecay(0.3));
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[] decayed = new double[x[0].length];
            for (int i = 0; i < decayed.length; i++) {
                decayed[i] = x[1][i] + 0.3 * x[0][i];
            }
            double[][] undecayed = {x[0], decayed, x[2]};
            return TensorOracle.of(new Lars(0.1).withWeightDecay(0)).step(shape, undecayed, step, learningRate);
        });
    }

    @Test
    void detectsLarsWithItsLearningRateOutside() {
        TensorCase rule = TensorCases.of(new Lars(0.1));
        assertDetects(rule, (shape, x, step, _) -> {
            double[][] y = rule.oracle().step(shape, x, step, 1);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] = x[0][i] - 0.1 * y[2][i];
            }
            return y;
        });
    }

    @Test
    void detectsLarsAndLambThatStandStillWhereANormIsZero() {
        for (TensorCase rule : List.of(TensorCases.of(new Lars(0.1)), TensorCases.of(new Lamb(0.01)))) {
            float[][] before = rule.zeros(new long[] {5});
            Arrays.fill(before[1], 0.5f);
            TensorComparison comparison = new TensorComparison(rule);
            assertThrows(AssertionError.class, () -> comparison.check(new long[] {5}, before, before, 1, 0.1));
        }
    }

    @Test
    void detectsLambWhoseTrustLeavesDecayOut() {
        Lamb lamb = new Lamb(0.01).withWeightDecay(0.3);
        assertDetects(TensorCases.of(lamb), (shape, x, step, learningRate) -> {
            double[][] y = TensorOracle.of(lamb).step(shape, x, step, learningRate);
            double[] u = TensorOracle.update(lamb, x[0], y[2], y[3], step);
            double[] r = TensorOracle.update(lamb.withWeightDecay(0), x[0], y[2], y[3], step);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - learningRate * TensorOracle.trust(lamb, x[0], r) * u[i];
            }
            return y;
        });
    }

    @Test
    void detectsLambWithoutCorrections() {
        assertDetects(TensorCases.of(new Lamb(0.01)), TensorOracle.of(new Lamb(0.01).withBiasCorrection(false)));
    }

    @Test
    void detectsLambThatBoundsTheTrust() {
        Lamb bounded = new Lamb(0.01).withTrustBounds(0, 10);
        assertDetects(TensorCases.of(bounded), (shape, x, step, learningRate) -> {
            double[][] y = TensorOracle.of(bounded).step(shape, x, step, learningRate);
            double[] u = TensorOracle.update(bounded, x[0], y[2], y[3], step);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - learningRate * Math.min(10, TensorOracle.trust(new Lamb(0.01), x[0], u)) * u[i];
            }
            return y;
        });
    }

    @Test
    void detectsNovoGradThatStartsItsSquareAtZero() {
        TensorCase rule = TensorCases.of(new NovoGrad(0.01));
        assertDetects(rule, (shape, x, step, learningRate) -> rule.oracle().step(shape, x, Math.max(2, step), learningRate));
    }

    @Test
    void detectsNovoGradThatDecaysTheParameterItself() {
        NovoGrad decaying = new NovoGrad(0.01).withWeightDecay(0.3);
        assertDetects(TensorCases.of(decaying), (shape, x, step, learningRate) -> {
            double[][] y = TensorOracle.of(new NovoGrad(0.01)).step(shape, x, step, learningRate);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] -= learningRate * 0.3 * x[0][i];
            }
            return y;
        });
    }
}
