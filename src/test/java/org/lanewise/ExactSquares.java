package org.lanewise;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/** The sum of squares of finite floats without any rounding: integers, one for each exponent. */
final class ExactSquares {
    private static final int EXPONENTS = 256;
    private static final int SMALLEST_EXPONENT = -149;

    private ExactSquares() {}

    static BigDecimal sum(float[] values) {
        BigInteger[] sums = new BigInteger[EXPONENTS];
        Arrays.fill(sums, BigInteger.ZERO);
        long[] open = new long[EXPONENTS];
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            int exponent = bits >>> 23 & 0xff;
            long significand = bits & 0x7fffff | (exponent == 0 ? 0 : 0x800000);
            open[exponent] += significand * significand;
            if (open[exponent] < 0) {
                throw new AssertionError("squares have 48 bits, a long has room for 2^15");
            }
            if ((i & 0x7fff) == 0x7fff || i == values.length - 1) {
                flush(open, sums);
            }
        }
        BigInteger total = BigInteger.ZERO;
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            total = total.add(sums[exponent].shiftLeft(2 * Math.max(exponent - 1, 0)));
        }
        return new BigDecimal(total).divide(new BigDecimal(BigInteger.TWO.pow(-2 * SMALLEST_EXPONENT)));
    }

    private static void flush(long[] open, BigInteger[] sums) {
        for (int exponent = 0; exponent < EXPONENTS; exponent++) {
            sums[exponent] = sums[exponent].add(BigInteger.valueOf(open[exponent]));
            open[exponent] = 0;
        }
    }
}
