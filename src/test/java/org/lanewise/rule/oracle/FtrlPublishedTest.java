package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.Ftrl;

/** Numbers of {@code keras/src/optimizers/ftrl_test.py}, which are given with four decimals. */
class FtrlPublishedTest {
    private static final double DECIMALS = 0.5e-4 + 1e-9;

    @Test
    void oneStepGivesTheNumbersOfKeras() {
        Ftrl keras = new Ftrl(0.5).withBeta(0).withInitialAccumulator(0.1);
        float[] w = new Run(keras, new float[] {1, 2, 3, 4}).step(1, 6, 7, 2).parameters();
        assertArrayEquals(new float[] {0.2218f, 1.3954f, 2.3651f, 2.8814f}, w, (float) DECIMALS);
    }

    /** Theirs are with a power of -0.2, which the library does not have; the oracle that it is held to does. */
    @Test
    void fiveStepsOfTheOracleAreThoseOfKeras() {
        Oracle oracle = PaperOracle.of(new Ftrl(0.05, 0.3, 0.05, 0.15, 0.01, 0.4), 0.2);
        double[] first = {0, -0.0034, -0.0078, -0.0121, -0.0164};
        double[] last = {0, -0.0354, -0.0685, -0.0999, -0.1299};
        for (boolean isLast : new boolean[] {false, true}) {
            double[] x = {1, 0, 0.4, 0};
            for (int step = 1; step <= 5; step++) {
                x[1] = step == 1 ? 0.01 : isLast ? 1 : 0.1;
                x = oracle.step(x, step, 0.05);
                assertEquals((isLast ? last : first)[step - 1], x[0], DECIMALS);
            }
        }
    }
}
