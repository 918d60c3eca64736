package org.lanewise.rule.oracle;

import java.util.Arrays;

/** Library against oracle, over one step. */
final class Comparison {
    private final RuleCase rule;
    private final Oracle oracle;

    /** Numbers compared so far that had a bound, and that had none. */
    private long bounded;
    private long unbounded;

    Comparison(RuleCase rule) {
        this(rule, rule.oracle());
    }

    /** With another oracle than the rule's own, held to the same bounds. */
    Comparison(RuleCase rule, Oracle oracle) {
        this.rule = rule;
        this.oracle = oracle;
    }

    /**
     * Compares every number.
     *
     * @param before all planes before the step, gradients included
     * @param after all planes after it
     * @throws AssertionError if one is further from the oracle than its bound
     */
    void check(float[][] before, float[][] after, long step, double learningRate) {
        for (int i = 0; i < before[0].length; i++) {
            double[] x = column(before, i);
            double[] actual = column(after, i);
            double[] expected = oracle.step(x, step, learningRate);
            double[] bounds = rule.bound().errors(x, rule.oracle().step(x, step, learningRate), step, learningRate);
            for (int plane = 0; plane < x.length; plane++) {
                if (!isWithin(actual[plane], expected[plane], bounds[plane])) {
                    throw new AssertionError(rule + " step " + step + " with learning rate " + learningRate + ", element " + i + " of "
                            + before[0].length + ", plane " + plane + ": from " + Arrays.toString(x) + " to " + Arrays.toString(actual)
                            + ", expected " + Arrays.toString(expected) + " within " + Arrays.toString(bounds));
                }
            }
        }
    }

    private boolean isWithin(double actual, double expected, double bound) {
        if (bound == Double.POSITIVE_INFINITY) {
            unbounded++;
            return true;
        }
        bounded++;
        if (!Double.isFinite(expected)) {
            return Double.compare(actual, expected) == 0;
        }
        return Math.abs(actual - expected) <= Bound.SLACK * bound;
    }

    /** {@return the part of all numbers that had a bound} */
    double coverage() {
        return (double) bounded / (bounded + unbounded);
    }

    private static double[] column(float[][] planes, int i) {
        double[] column = new double[planes.length];
        for (int plane = 0; plane < planes.length; plane++) {
            column[plane] = planes[plane][i];
        }
        return column;
    }
}
