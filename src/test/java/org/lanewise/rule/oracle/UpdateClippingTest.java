package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.lanewise.rule.oracle.TensorOracleTest.assertDetects;
import static org.lanewise.rule.oracle.TensorOracleTest.assertStep;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;
import org.lanewise.rule.AdamW;

/** The oracle of AdamW's update clipping has numbers computed by hand, and the comparison finds mistakes in it; what it leaves alone. */
class UpdateClippingTest {
    /** After many steps corrections are 1: {@code v = 0.25 g^2}, so the gradient is twice its root, and the learning rate is halved. */
    @Test
    void clippedAdamWByHand() {
        AdamW rule = new AdamW(1).withBetas(0, 0.75).withEpsilon(1).withWeightDecay(0.4).withUpdateClipping(true);
        assertStep(UpdateClipping.oracle(rule), 10_000, 0.5, new double[][] {{1, 2}, {2, -2}, {0, 0}, {0, 0}},
                new double[] {0.65, 2.05}, new double[] {2, -2}, new double[] {1, 1});
    }

    @Test
    void detectsClippingThatLeavesDecayAsItIs() {
        AdamW rule = new AdamW(0.01).withWeightDecay(0.3).withUpdateClipping(true);
        assertDetects(TensorCases.of(rule), (shape, x, step, learningRate) -> {
            double[][] y = UpdateClipping.oracle(rule.withWeightDecay(0)).step(shape, x, step, learningRate);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] -= learningRate * 0.3 * x[0][i];
            }
            return y;
        });
    }

    @Test
    void detectsClippingByTheSquareBeforeTheStep() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(TensorCases.of(rule), scaled(rule, (x, _, step) -> UpdateClipping.clip(rule, x[1], x[3], step)));
    }

    @Test
    void detectsClippingOfTheMeanInsteadOfTheGradient() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(TensorCases.of(rule), scaled(rule, (_, y, step) -> UpdateClipping.clip(rule, y[2], y[3], step)));
    }

    @Test
    void detectsClippingByTheMaximum() {
        AdamW rule = new AdamW(0.01).withAmsgrad(true).withUpdateClipping(true);
        assertDetects(TensorCases.of(rule), scaled(rule, (x, y, step) -> UpdateClipping.clip(rule, x[1], y[4], step)));
    }

    @Test
    void detectsClippingThatLengthensSmallSteps() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(TensorCases.of(rule), scaled(rule, (x, y, step) ->
                TensorOracle.norm(UpdateClipping.normalized(rule, x[1], y[3], step)) / Math.sqrt(x[1].length)));
    }

    private interface Divisor {
        double of(double[][] x, double[][] y, long step);
    }

    /** {@return the oracle with another divisor of the learning rate} */
    private static TensorOracle scaled(AdamW rule, Divisor divisor) {
        TensorOracle right = UpdateClipping.oracle(rule);
        return (shape, x, step, learningRate) -> {
            double[][] y = right.step(shape, x, step, learningRate);
            double clip = divisor.of(x, y, step);
            return right.step(shape, x, step, learningRate * UpdateClipping.clip(rule, x[1], y[3], step) / clip);
        };
    }

    /** {@code v} of 16 times the square is at least 8 times after the step with beta2 of a half, and a correction only makes it more. */
    @Test
    void clippingChangesNothingBelowOne() {
        SplittableRandom random = new SplittableRandom(1);
        AdamW plain = new AdamW(0.01).withBetas(0.9, 0.5);
        float[] w = Planes.numbers(random, 0, 75), g = Planes.numbers(random, 0, 75), m = Planes.numbers(random, 0, 75), v = new float[75];
        for (int i = 0; i < v.length; i++) {
            v[i] = 16 * g[i] * g[i];
        }
        float[][] expected = stepped(plain, w, g, m, v), actual = stepped(plain.withUpdateClipping(true), w, g, m, v);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], actual[k]);
        }
        float[] large = g.clone();
        for (int i = 0; i < large.length; i++) {
            large[i] *= 64;
        }
        expected = stepped(plain, w, large, m, v);
        actual = stepped(plain.withUpdateClipping(true), w, large, m, v);
        assertFalse(Arrays.equals(expected[0], actual[0]));
        assertArrayEquals(expected[3], actual[3]);
    }

    private static float[][] stepped(Rule rule, float[]... planes) {
        TensorRun run = TensorRun.ofVector(rule, planes[0]);
        run.skipTo(2);
        run.set(0, planes);
        run.optimizer().step();
        return run.planes(0);
    }
}
