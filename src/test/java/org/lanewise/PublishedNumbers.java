package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Numbers that frameworks publish in their own tests of optimizers, by rows of src/docs/compatibility.md. */
final class PublishedNumbers {
    /** Half a unit of the last of four digits, and 1e-6 for their and our roundings. */
    private static final double FOUR_DIGITS = 0.5e-4 + 1e-6;

    /** Keras has one number for all where Adam's ten parameters are up to 1.25e-4 apart; it is that of the tenth. */
    private static final double ONE_FOR_ALL = FOUR_DIGITS + 1.25e-4;

    private static final float[] CANDLE_X1 = {2, 7, -4, 5};
    private static final float[] CANDLE_X2 = {1, 4, 12, 8};

    private PublishedNumbers() {}

    /** What a rule must reproduce. */
    @FunctionalInterface
    interface Numbers {
        void check(Rule rule);
    }

    static Map<String, Numbers> byName() {
        Map<String, Numbers> all = new LinkedHashMap<>();
        keras().forEach((name, expected) -> all.put("Keras 3: " + name,
                rule -> checkKeras(rule, expected, name.startsWith("Adam(") ? ONE_FOR_ALL : FOUR_DIGITS)));
        all.put("DJL: Sgd, 0.1", rule -> checkDjl(rule, 1e-6, 1, 0.68, -0.16, 2, 0.4912, -0.2544));
        all.put("DJL: Sgd, 0.1, momentum 0.9",
                rule -> checkDjl(rule, 1e-6, 1, 0.68, -0.16, 2, 0.2032, -0.3984, 12, 0.04637566, -0.4768118));
        all.put("DJL: Nag, 0.1, momentum 0.9", rule -> checkDjl(rule, FOUR_DIGITS, 1, 0.392, -0.304, 2, -0.0016, -0.5008));
        all.put("DJL: Adam, 0.1", rule -> checkDjl(rule, 2e-6, 1, 0.9, -0.10000064, 2, 0.80060977, -0.19939029));
        all.put("candle: SGD, 0.004", rule -> checkCandle(rule, 1000, 1e-6, 2.9983196, 0.99790204, -1.9796902));
        all.put("candle: AdamW, 0.1", rule -> checkCandle(rule, 100, FOUR_DIGITS, 2.7257, 0.7097, 0.7873));
        all.put("burn: RmsProp, 0.01, alpha 0.99, momentum 0.9, decay 0.05", rule -> checkBurn(rule,
                -0.576399, -0.135571, -0.275990, -0.557575, 0.078313, -0.271996, -0.651299));
        all.put("burn: AdaGrad, 0.01, decay 0.5, epsilon 1e-8", rule -> checkBurn(rule,
                -0.334989, 0.066144, -0.033462, -0.312636, 0.315896, -0.030305, -0.405214));
        all.put("burn: Adan, 0.01, decay 0.02", rule -> checkBurn(rule,
                -0.340346, 0.064429, -0.038910, -0.317863, 0.310263, -0.035778, -0.410338));
        all.put("burn: Lion, 0.1, decay 0.1", PublishedNumbers::checkBurnsLion);
        return all;
    }

    /** Parameters after each of the steps, for ten parameters or all alike; published/keras.txt, from keras/src/optimizers/*_test.py. */
    private static Map<String, List<double[]>> keras() {
        try (InputStream in = PublishedNumbers.class.getResourceAsStream("/published/keras.txt")) {
            Map<String, List<double[]>> all = new LinkedHashMap<>();
            for (String block : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n")) {
                List<String> lines = block.lines().toList();
                all.put(lines.getFirst(), lines.stream().skip(1).map(PublishedNumbers::tenNumbers).toList());
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    private static void checkDjl(Rule rule, double tolerance, double... expected) {
        int last = (int) expected[expected.length - 3];
        steps(rule, new float[] {1, 0}, last, (_, w) -> {
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
    private static void checkCandle(Rule rule, int steps, double tolerance, double... expected) {
        steps(rule, new float[3], steps, (_, w) -> {
            float[] gradient = new float[3];
            for (int k = 0; k < CANDLE_X1.length; k++) {
                float x1 = CANDLE_X1[k], x2 = CANDLE_X2[k];
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
    private static void checkBurn(Rule rule, double... expected) {
        float[] first = {0.6294f + 0.7152f, 0.0940f + 0.9559f, 0.8176f + 0.7893f, 0.8824f + 0.5684f, 0.5228f + 0.5939f,
            0.4310f + 0.8883f, 2};
        float[] second = {0.8491f + 0.3270f, 0.2108f + 0.0412f, 0.8939f + 0.5538f, 0.4433f + 0.9605f, 0.5527f + 0.3195f,
            0.2528f + 0.9085f, 2};
        steps(rule, new float[] {-0.3206f, 0.0777f, -0.0190f, -0.2980f, 0.3300f, -0.0159f, -0.3905f}, 2,
                (step, _) -> step == 1 ? first : second, (step, w) -> {
                    if (step == 2) {
                        assertNear(expected, w, 1e-6, rule.toString());
                    }
                });
    }

    /** Three parameters, two steps; the third has no gradient in the first. */
    private static void checkBurnsLion(Rule rule) {
        float[][] gradients = {{0.5f, -0.25f, 0}, {-0.1f, 0.5f, -2}};
        double[][] expected = {{0.89, -1.88, 2.97}, {0.9811, -1.9612, 3.0403}};
        steps(rule, new float[] {1, -2, 3}, 2, (step, _) -> gradients[step - 1],
                (step, w) -> assertNear(expected[step - 1], w, 1e-6, rule + " after step " + step));
    }

    /** What is to be seen after a step. */
    private interface Seen {
        void after(int step, float[] w);
    }

    private static void steps(Rule rule, float[] start, int last, BiFunction<Integer, float[], float[]> gradient, Seen seen) {
        float[] w = start.clone();
        float[] g = new float[w.length];
        Optimizer optimizer = Optimizer.of(rule, ParameterStore.wrap(w, g));
        for (int step = 1; step <= last; step++) {
            System.arraycopy(gradient.apply(step, w), 0, g, 0, g.length);
            optimizer.step();
            seen.after(step, w);
        }
    }

    private static void assertNear(double[] expected, float[] actual, double tolerance, String what) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance, what + ", parameter " + i);
        }
    }
}
