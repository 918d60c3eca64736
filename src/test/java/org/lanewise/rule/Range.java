package org.lanewise.rule;

import static java.lang.Double.MAX_VALUE;
import static java.lang.Double.MIN_VALUE;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

/**
 * A range of a hyperparameter.
 *
 * @param words in the words of its message
 * @param legal values at its ends
 * @param illegal values outside
 */
record Range(String words, double[] legal, double[] illegal) {
    private static final double BELOW_1 = Math.nextDown(1.0);
    private static final double ABOVE_1 = Math.nextUp(1.0);

    static final Range FROM_0 = new Range("finite and at least 0", values(0, -0.0, MIN_VALUE, 1, MAX_VALUE),
            values(-MIN_VALUE, -1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range FRACTION = new Range("in [0, 1)", values(0, -0.0, MIN_VALUE, BELOW_1),
            values(-MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range FRACTION_OR_1 = new Range("in [0, 1]", values(0, -0.0, MIN_VALUE, 1),
            values(-MIN_VALUE, ABOVE_1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range FINITE = new Range("finite", values(-MAX_VALUE, -1, 0, MAX_VALUE),
            values(NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range INSIDE_0_AND_1 = new Range("in (0, 1)", values(MIN_VALUE, BELOW_1),
            values(-1, 0, -0.0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range ABOVE_ONE = new Range("finite and above 1", values(ABOVE_1, MAX_VALUE),
            values(-2, 0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range ABOVE_0 = new Range("finite and above 0", values(MIN_VALUE, MAX_VALUE),
            values(-1, 0, -0.0, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    static final Range UP_TO_0 = new Range("finite and at most 0", values(-MAX_VALUE, -0.8, -0.0, 0),
            values(MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));

    static Range from(double least) {
        return new Range("finite and at least " + least, values(least, MAX_VALUE),
                values(Math.nextDown(least), -1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
    }

    static double[] values(double... values) {
        return values;
    }
}
