package org.lanewise.scalar;

/**
 * Powers that are the same bits on every machine, as those of {@code StrictMath.pow}, without its garbage: that keeps three small arrays
 * indexed by its argument, and makes 96 bytes of each call once it has seen bases of two kinds (0.9 and 0.8, for instance) in a JVM.
 *
 * <p>An object has the whole powers of one base, the last of which it keeps: the power of the next step is one product, from exponents
 * that are multiples of 64 on. These are made from scratch, so that a power does not depend on which others were asked for. Two powers
 * took 15 ns in a step, from scratch 45 (step 1,000) to 124 (1,000,000).
 */
public final class Power {
    private static final long FROM_SCRATCH = 64;

    private final double base;
    private double high = 1, low;
    private long exponent;

    /**
     * Of a base.
     *
     * @param base in [0, 1)
     */
    public Power(double base) {
        this.base = base;
    }

    /**
     * {@code base^exponent} for an exponent from 0 on: products of pairs of doubles, rounded to one at the end. Each product is off by
     * less than 2^-100 of it, and a square doubles what was off; so for any number of steps the result is the double next to the power,
     * unless the power is almost halfway between two, or subnormal.
     *
     * @param exponent at least 0
     * @return the power
     */
    public double at(long exponent) {
        long multiple = exponent & -FROM_SCRATCH;
        if (exponent < this.exponent || multiple > this.exponent) {
            high = 1;
            low = 0;
            for (int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(multiple); bit >= 0; bit--) {
                multiply(high, low);
                if ((multiple >>> bit & 1) != 0) {
                    multiply(base, 0);
                }
            }
            this.exponent = multiple;
        }
        for (; this.exponent < exponent; this.exponent++) {
            multiply(base, 0);
        }
        return high;
    }

    private void multiply(double factor, double rest) {
        double product = high * factor;
        double error = Math.fma(high, factor, -product) + (high * rest + low * factor);
        high = product + error;
        low = error - (high - product);
    }

    /**
     * {@code base^exponent}, off by at most an ulp and 3 more for each unit of the power's natural logarithm.
     *
     * @param base above 0
     * @param exponent any number
     * @return the power
     */
    public static double real(double base, double exponent) {
        return exponent == 0 ? 1 : StrictMath.exp(exponent * StrictMath.log(base));
    }
}
