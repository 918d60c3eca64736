package org.lanewise.rule;

import static java.lang.Double.MAX_VALUE;
import static java.lang.Double.MIN_VALUE;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * A range of a hyperparameter.
 *
 * @param words in the words of its message
 * @param legal values at its ends
 * @param illegal values outside
 * @param floatWords in the words of the message for what no float holds
 * @param beyondFloat values inside that no float holds
 */
record Range(String words, double[] legal, double[] illegal, String floatWords, double[] beyondFloat) {
    /** The least and largest magnitude of a float of 24 bits, and the floats next to 1. */
    private static final double LEAST = Float.MIN_NORMAL, MOST = Float.MAX_VALUE, BELOW_1 = Math.nextDown(1f), ABOVE_1 = Math.nextUp(1f);

    private static final double[] TOO_SMALL = {MIN_VALUE, 1e-46, Float.MIN_VALUE, 1e-40, Math.nextDown(LEAST)};
    private static final double[] TOO_LARGE = {Math.nextUp(MOST), 3.4028236e38, 1e39, MAX_VALUE};
    private static final double[] TOO_NEAR_1 = {Math.nextUp(BELOW_1), 0.99999998, Math.nextDown(1.0)};

    static final Range FROM_0 = new Range("finite and at least 0", values(0, -0.0, LEAST, 1, MOST),
            values(-MIN_VALUE, -1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "0 or between 1.1754943508222875E-38 and 3.4028234663852886E38", both(TOO_SMALL, TOO_LARGE));
    static final Range FRACTION = new Range("in [0, 1)", values(0, -0.0, LEAST, BELOW_1),
            values(-MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "0 or between 1.1754943508222875E-38 and 0.9999999403953552", both(TOO_SMALL, TOO_NEAR_1));
    static final Range FRACTION_OR_1 = new Range("in [0, 1]", values(0, -0.0, LEAST, BELOW_1, 1),
            values(-MIN_VALUE, Math.nextUp(1.0), NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "0, 1 or between 1.1754943508222875E-38 and 0.9999999403953552", both(TOO_SMALL, TOO_NEAR_1));
    static final Range FINITE = new Range("finite", values(-MOST, -1, -MIN_VALUE, 0, MIN_VALUE, MOST),
            values(NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "between -3.4028234663852886E38 and 3.4028234663852886E38", both(TOO_LARGE, values(-1e39, -MAX_VALUE)));
    static final Range INSIDE_0_AND_1 = new Range("in (0, 1)", values(LEAST, BELOW_1),
            values(-1, 0, -0.0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "between 1.1754943508222875E-38 and 0.9999999403953552", both(TOO_SMALL, TOO_NEAR_1));
    static final Range ABOVE_ONE = new Range("finite and above 1", values(ABOVE_1, MOST),
            values(-2, 0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "between 1.0000001192092896 and 3.4028234663852886E38", both(TOO_LARGE, values(Math.nextUp(1.0), Math.nextDown(ABOVE_1))));
    static final Range ABOVE_0 = new Range("finite and above 0", values(LEAST, MOST),
            values(-1, 0, -0.0, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN),
            "between 1.1754943508222875E-38 and 3.4028234663852886E38", both(TOO_SMALL, TOO_LARGE));
    /** An exponent, which stays a double. */
    static final Range UP_TO_0 = of("finite and at most 0", values(-MAX_VALUE, -0.8, -0.0, 0),
            values(MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));

    /** A range that refuses all values in the same words. */
    static Range of(String words, double[] legal, double[] illegal) {
        return new Range(words, legal, illegal, words, values());
    }

    static double[] values(double... values) {
        return values;
    }

    private static double[] both(double[] some, double[] others) {
        return DoubleStream.concat(Arrays.stream(some), Arrays.stream(others)).toArray();
    }
}
