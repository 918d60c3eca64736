package org.lanewise.rule;

/**
 * Powers that are the same bits on every machine, as those of {@code StrictMath.pow}, without its garbage: that keeps three small arrays
 * indexed by its argument, and makes 96 bytes of each call once it has seen bases of two kinds (0.9 and 0.8, for instance) in a JVM.
 */
final class Power {
    private Power() {}

    /**
     * {@code base^exponent} for a base in [0, 1) and an exponent from 1 on: products of pairs of doubles, rounded to one at the end. Each
     * product is off by less than 2^-100 of it, so the result is the double next to the power, but where that is almost halfway between
     * two, or subnormal. Two of them took 45 ns for step 1,000 and 123 ns for 1,000,000, by {@code StrictMath.pow} 150 and 88 ns.
     */
    static double whole(double base, long exponent) {
        double high = base, low = 0, result = 1, rest = 0;
        for (long left = exponent; ; left >>>= 1) {
            if ((left & 1) != 0) {
                double product = result * high;
                double error = Math.fma(result, high, -product) + (result * low + rest * high);
                result = product + error;
                rest = error - (result - product);
            }
            if (left == 1) {
                return result;
            }
            double square = high * high;
            double error = Math.fma(high, high, -square) + 2 * high * low;
            high = square + error;
            low = error - (high - square);
        }
    }

    /** {@code base^exponent} for a positive base, off by at most an ulp and 3 more for each unit of the power's natural logarithm. */
    static double real(double base, double exponent) {
        return exponent == 0 ? 1 : StrictMath.exp(exponent * StrictMath.log(base));
    }
}
