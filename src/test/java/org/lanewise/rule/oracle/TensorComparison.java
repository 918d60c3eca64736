package org.lanewise.rule.oracle;

import java.util.Arrays;

/** A library against the oracle of a rule that looks at whole tensors, over one step of one tensor. */
final class TensorComparison {
    private final TensorCase rule;

    /** Numbers compared so far that had a bound, and that had none. */
    private long bounded;
    private long unbounded;

    TensorComparison(TensorCase rule) {
        this.rule = rule;
    }

    /**
     * Compares every number.
     *
     * @param before planes before the step, gradients included
     * @param after planes after it
     * @throws AssertionError if one is further from the oracle than its bound
     */
    void check(long[] shape, float[][] before, float[][] after, long step, double learningRate) {
        double[][] x = widened(before), actual = widened(after);
        double[][] expected = rule.oracle().step(shape, x, step, learningRate);
        double[][] bounds = rule.bound().errors(shape, x, expected, step, learningRate);
        for (int k = 0; k < x.length; k++) {
            for (int i = 0; i < x[k].length; i++) {
                if (!isWithin(actual[k][i], expected[k][i], bounds[k][i])) {
                    throw new AssertionError(rule + " step " + step + " with learning rate " + learningRate + ", element " + i + " of "
                            + Arrays.toString(shape) + ", plane " + k + ": from " + x[k][i] + " to " + actual[k][i] + ", expected "
                            + expected[k][i] + " within " + bounds[k][i]);
                }
            }
        }
    }

    private boolean isWithin(double actual, double expected, double bound) {
        if (!(bound < Double.POSITIVE_INFINITY)) {
            unbounded++;
            return true;
        }
        bounded++;
        return Math.abs(actual - expected) <= Bound.SLACK * bound;
    }

    /** {@return the part of all numbers that had a bound} */
    double coverage() {
        return (double) bounded / (bounded + unbounded);
    }

    /** {@return the same numbers in double} */
    static double[][] widened(float[][] planes) {
        double[][] widened = new double[planes.length][];
        for (int k = 0; k < planes.length; k++) {
            widened[k] = new double[planes[k].length];
            for (int i = 0; i < planes[k].length; i++) {
                widened[k][i] = planes[k][i];
            }
        }
        return widened;
    }

    /** {@return the same numbers rounded to float} */
    static float[][] rounded(double[][] planes) {
        float[][] rounded = new float[planes.length][];
        for (int k = 0; k < planes.length; k++) {
            rounded[k] = new float[planes[k].length];
            for (int i = 0; i < planes[k].length; i++) {
                rounded[k][i] = (float) planes[k][i];
            }
        }
        return rounded;
    }
}
