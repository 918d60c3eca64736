package org.lanewise.schedule;

/**
 * Cosines and powers: the same bits on every JVM, as those of {@code StrictMath}, but without the small arrays that its {@code cos} and
 * {@code pow} may leave on the heap. Each is within two units in the last place of 1, or of the power.
 */
final class Elementary {
    private static final int MOST_WHOLE = 1_000;

    private Elementary() {}

    /** {@code cos(pi x)}; exact for multiples of a half. */
    static double cosPi(double x) {
        double t = Math.abs(x) % 2;
        t = t > 1 ? 2 - t : t;
        double toHalf = Math.min(t, 1 - t);
        double cos = toHalf <= 0.25 ? cos(Math.PI * toHalf) : sin(Math.PI * (0.5 - toHalf));
        return t > 0.5 ? -cos : cos;
    }

    /** Taylor's series for at most pi / 4: the first term left out is below 3e-18. */
    private static double cos(double x) {
        double y = x * x;
        double sum = 1;
        for (int n = 16; n >= 2; n -= 2) {
            sum = 1 - y / (n * (n - 1)) * sum;
        }
        return sum;
    }

    private static double sin(double x) {
        double y = x * x;
        double sum = 1;
        for (int n = 17; n >= 3; n -= 2) {
            sum = 1 - y / (n * (n - 1)) * sum;
        }
        return x * sum;
    }

    /** {@code base^exponent} for a positive base and a whole exponent from 0 on: products of pairs of doubles, rounded at the end. */
    static double wholePower(double base, long exponent) {
        double high = 1, low = 0;
        for (int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(exponent); bit >= 0; bit--) {
            double product = high * high;
            double error = Math.fma(high, high, -product) + 2 * (high * low);
            if ((exponent >>> bit & 1) != 0) {
                double more = product * base;
                error = Math.fma(product, base, -more) + error * base;
                product = more;
            }
            if (product == 0 || product == Double.POSITIVE_INFINITY) {
                return product;
            }
            high = product + error;
            low = error - (high - product);
        }
        return high;
    }

    /** {@code base^exponent} for a base and an exponent above 0. */
    static double power(double base, double exponent) {
        if (exponent == 0.5) {
            return Math.sqrt(base);
        }
        if (exponent <= MOST_WHOLE && exponent == Math.rint(exponent)) {
            return wholePower(base, (long) exponent);
        }
        return StrictMath.exp(exponent * StrictMath.log(base));
    }
}
