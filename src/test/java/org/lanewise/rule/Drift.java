package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/**
 * The exact trajectory of one element under a linear rule, and how far float arithmetic may have drifted from it.
 *
 * <p>A linear step carries an error of its input on as it carries the input itself, so what the errors so far become is the oracle's step
 * of each of them alone; the bound of one step is added. That bound is taken at the exact numbers, not the drifted ones: a difference of
 * {@code 2^-24} of the drift for each rounding, below {@code 2^-14} of it in the 50 steps of 20 roundings for which {@link #SLACK} is made.
 */
final class Drift {
    static final double SLACK = 1 + 0x1p-10;

    private final ElementOracle oracle;
    private final ElementBound bound;
    private double[] x;
    private double[] errors;
    private long steps;

    private Drift(ElementOracle oracle, ElementBound bound, int states, float start) {
        this.oracle = oracle;
        this.bound = bound;
        this.x = new double[2 + states];
        this.errors = new double[x.length];
        x[0] = start;
    }

    /** {@return one for each element} */
    static Drift[] of(RuleCase<?> rule, float[] start) {
        Drift[] drifts = new Drift[start.length];
        Arrays.setAll(drifts, i ->
                new Drift((ElementOracle) rule.oracle(), (ElementBound) rule.bound(), rule.rule().states().size(), start[i]));
        return drifts;
    }

    static void step(Drift[] drifts, float[] gradients, double learningRate) {
        for (int i = 0; i < drifts.length; i++) {
            drifts[i].step(gradients[i], learningRate);
        }
    }

    private void step(double gradient, double learningRate) {
        x[1] = gradient;
        steps++;
        double[] next = oracle.step(x, steps, learningRate);
        double[] sum = bound.errors(x, next, steps, learningRate);
        for (int from = 0; from < x.length; from++) {
            double[] alone = new double[x.length];
            alone[from] = errors[from];
            double[] carried = oracle.step(alone, steps, learningRate);
            for (int to = 0; to < x.length; to++) {
                sum[to] += to == 1 ? 0 : Math.abs(carried[to]);
            }
        }
        x = next;
        errors = sum;
    }

    /** {@return the exact number of a plane} */
    double exact(int plane) {
        return x[plane];
    }

    /** {@return how far the library's may be from it} */
    double error(int plane) {
        return errors[plane];
    }

    static void assertNear(double expected, float actual, double bound, String what) {
        assertTrue(Math.abs(actual - expected) <= SLACK * bound,
                () -> what + ": " + actual + " is not within " + bound + " of " + expected);
    }
}
