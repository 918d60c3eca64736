package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;

/** Numbers that a framework publishes in its own tests of an optimizer; what a rule must reproduce. */
@FunctionalInterface
interface Published {
    /** Half a unit of the last of four digits, and 1e-6 for their and our roundings. */
    double FOUR_DIGITS = 0.5e-4 + 1e-6;

    void check(Rule rule);

    /** Keras' numbers as in keras/src/optimizers/*_test.py: a line for each of five steps with ten parameters, or one for all. */
    static Published keras(String lines) {
        return keras(FOUR_DIGITS, lines);
    }

    /** The same, held to something else than four digits. */
    static Published keras(double tolerance, String lines) {
        List<double[]> expected = lines.lines().map(Published::tenNumbers).toList();
        return rule -> checkKeras(rule, expected, tolerance);
    }

    private static double[] tenNumbers(String line) {
        double[] numbers = Stream.of(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
        if (numbers.length == 10) {
            return numbers;
        }
        assertEquals(1, numbers.length, line);
        double[] ten = new double[10];
        Arrays.fill(ten, numbers[0]);
        return ten;
    }

    /** From ones, with 0.01 in the first step and 0.1, 0.2, ..., 1 in the others. */
    private static void checkKeras(Rule rule, List<double[]> expected, double tolerance) {
        assertEquals(5, expected.size());
        float[] start = new float[10];
        Arrays.fill(start, 1);
        steps(rule, start, 5, (step, _) -> {
            float[] gradient = new float[10];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = step == 1 ? 0.01f : (i + 1) / 10f;
            }
            return gradient;
        }, (step, w) -> assertNear(expected.get(step - 1), w, tolerance, rule + " after step " + step));
    }

    /**
     * Ten inputs of 2, weights all alike, ten outputs that should be 4, half the mean square error: a weight and a bias stand for all.
     *
     * @param expected step, weight and bias, again and again
     */
    static Published djl(double tolerance, double... expected) {
        int last = (int) expected[expected.length - 3];
        return rule -> steps(rule, new float[] {1, 0}, last, (_, w) -> {
            float error = 20 * w[0] + w[1] - 4;
            return new float[] {error / 5, error / 10};
        }, (step, w) -> {
            for (int i = 0; i < expected.length; i += 3) {
                if (expected[i] == step) {
                    assertNear(new double[] {expected[i + 1], expected[i + 2]}, w, tolerance, rule + " after step " + step);
                }
            }
        });
    }

    /** Linear regression of {@code 3 x1 + x2 - 2} from zero, sum of squared errors: two weights and the bias. */
    static Published candle(int steps, double tolerance, double... expected) {
        float[] inputs1 = {2, 7, -4, 5}, inputs2 = {1, 4, 12, 8};
        return rule -> steps(rule, new float[3], steps, (_, w) -> {
            float[] gradient = new float[3];
            for (int k = 0; k < inputs1.length; k++) {
                float x1 = inputs1[k], x2 = inputs2[k];
                float twiceTheError = 2 * (w[0] * x1 + w[1] * x2 + w[2] - (3 * x1 + x2 - 2));
                gradient[0] += twiceTheError * x1;
                gradient[1] += twiceTheError * x2;
                gradient[2] += twiceTheError;
            }
            return gradient;
        }, (step, w) -> {
            if (step == steps) {
                assertNear(expected, w, tolerance, rule + " after step " + step);
            }
        });
    }

    /**
     * A linear layer whose outputs are summed: gradients are the sums of the two inputs, and 2 for a bias. First column of weights and its
     * bias; to 1e-6, in which the numbers are given.
     */
    static Published burn(double... expected) {
        float[] first = {0.6294f + 0.7152f, 0.0940f + 0.9559f, 0.8176f + 0.7893f, 0.8824f + 0.5684f, 0.5228f + 0.5939f,
            0.4310f + 0.8883f, 2};
        float[] second = {0.8491f + 0.3270f, 0.2108f + 0.0412f, 0.8939f + 0.5538f, 0.4433f + 0.9605f, 0.5527f + 0.3195f,
            0.2528f + 0.9085f, 2};
        return rule -> steps(rule, new float[] {-0.3206f, 0.0777f, -0.0190f, -0.2980f, 0.3300f, -0.0159f, -0.3905f}, 2,
                (step, _) -> step == 1 ? first : second, (step, w) -> {
                    if (step == 2) {
                        assertNear(expected, w, 1e-6, rule.toString());
                    }
                });
    }

    /** What is to be seen after a step. */
    interface Seen {
        void after(int step, float[] w);
    }

    static void steps(Rule rule, float[] start, int last, BiFunction<Integer, float[], float[]> gradient, Seen seen) {
        float[] w = start.clone();
        float[] g = new float[w.length];
        Optimizer optimizer = Optimizer.of(rule, ParameterStore.wrap(w, g));
        for (int step = 1; step <= last; step++) {
            System.arraycopy(gradient.apply(step, w), 0, g, 0, g.length);
            optimizer.step();
            seen.after(step, w);
        }
    }

    static void assertNear(double[] expected, float[] actual, double tolerance, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance, what + ", parameter " + i);
        }
    }
}
