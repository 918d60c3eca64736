package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Sgd;
import org.lanewise.verify.Values;

/** Steps with the weighted mean of several gradients. */
class MicroBatchesTest {
    private static final int SIZE = 37;
    private static final double[] WEIGHTS = {3, 0.1, 8};

    @Test
    void aStepIsThatWithTheSumOfTheWeightedGradientsByTheSumOfTheWeights() {
        float[] w = Values.NORMAL.array(SIZE, 1), expected = w.clone(), g = new float[SIZE], mean = new float[SIZE];
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, g)).rule(new AdamW(0.1)).accumulate(true).build();
        Optimizer once = Optimizer.of(new AdamW(0.1), ParameterStore.wrap(expected, mean));
        for (int step = 0; step < 2; step++) {
            float[] sum = new float[SIZE];
            double total = 0;
            for (int batch = 0; batch < WEIGHTS.length; batch++) {
                float weight = (float) WEIGHTS[batch];
                System.arraycopy(Values.NORMAL.array(SIZE, 10 * step + batch), 0, g, 0, SIZE);
                optimizer.accumulate(WEIGHTS[batch]);
                for (int i = 0; i < SIZE; i++) {
                    sum[i] = batch == 0 ? g[i] * weight : Math.fma(g[i], weight, sum[i]);
                }
                total += weight;
            }
            for (int i = 0; i < SIZE; i++) {
                mean[i] = sum[i] * (float) (1 / total);
            }
            optimizer.step();
            once.step();
            assertArrayEquals(expected, w, "step " + step);
        }
    }

    @Test
    void aStepWithoutThemIsRefusedAndSoIsAnAccumulationThatWasNotAskedFor() {
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(new float[1], new float[1])).rule(new Sgd(1)).accumulate(true).build();
        assertRefused(IllegalStateException.class, "step 1 needs accumulate() before it", optimizer::step);
        assertRefused(IllegalStateException.class, "accumulate() needs an optimizer that was built with accumulate(true)",
                () -> Optimizer.of(new Sgd(1), ParameterStore.wrap(new float[1], new float[1])).accumulate(1));
        optimizer.accumulate(1);
        optimizer.step();
        assertRefused(IllegalStateException.class, "step 2 needs accumulate() before it", optimizer::step);
    }

    @Test
    void theNormIsThatOfTheMean() {
        float[] g = {3, 4};
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(new float[2], g)).rule(new Sgd(1)).accumulate(true)
                .clipNorm(100).build();
        optimizer.accumulate(3);
        optimizer.accumulate(1);
        assertEquals(5, optimizer.step().gradientNorm());
    }

    @Test
    void aStepThatIsSkippedForgetsThem() {
        float[] w = {0}, g = {Float.NaN};
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, g)).rule(new Sgd(1)).accumulate(true)
                .nonFinite(NonFinite.SKIP).build();
        optimizer.accumulate(1);
        optimizer.step();
        g[0] = 2;
        optimizer.accumulate(1);
        optimizer.step();
        assertEquals(-2, w[0]);
    }
}
