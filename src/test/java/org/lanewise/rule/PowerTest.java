package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.lanewise.Garbage;

class PowerTest {
    private static final double[] BASES = {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, Math.nextDown(1.0), 0x1p-20, 0};

    @Test
    void wholePowersAreThoseOfExactArithmeticRoundedOnce() {
        for (double base : BASES) {
            for (int exponent = 1; exponent < 3_000; exponent += exponent < 40 ? 1 : 17) {
                double exact = new BigDecimal(base).pow(exponent, new MathContext(60)).doubleValue();
                double found = Power.whole(base, exponent);
                assertEquals(exact, found, exact < Double.MIN_NORMAL ? Double.MIN_VALUE * 64 : 0, base + "^" + exponent);
            }
        }
    }

    @Test
    void wholePowersOfAnyStepEndAtZero() {
        assertEquals(0, Power.whole(0.9999, Long.MAX_VALUE));
        assertEquals(0, Power.whole(0, 1));
        assertEquals(Math.nextDown(1.0), Power.whole(Math.nextDown(1.0), 1));
    }

    /** One ulp for each pow and exp; the logarithm's and the product's errors, 1.5 ulps, grow by it and may be 2 ulps of the power each. */
    @Test
    void realPowersAreNextToThoseOfTheJdk() {
        for (double base : new double[] {0.96, 1, 1.5, 2, 10, 12_345, 1e12}) {
            for (double exponent : new double[] {-2, -0.8, -0.5, 0, 0.004, 0.75, 1, 40}) {
                double expected = StrictMath.pow(base, exponent);
                double logarithm = Math.abs(exponent * Math.log(base));
                assertEquals(expected, Power.real(base, exponent), (2 + 3 * logarithm) * Math.ulp(expected), base + "^" + exponent);
            }
        }
        assertEquals(1, Power.real(Double.POSITIVE_INFINITY, 0));
        assertEquals(Double.POSITIVE_INFINITY, Power.real(Double.POSITIVE_INFINITY, 0.75));
    }

    /** {@code StrictMath.pow} makes 96 bytes of each call once it has seen such bases. */
    @Test
    void powersOfBasesOfAllKindsAllocateNothing() {
        assertEquals(0, Garbage.of(() -> {
            for (int step = 1; step < 1_000; step++) {
                for (double base : BASES) {
                    Power.whole(base, step);
                    Power.real(1 + base, -0.8 * step);
                }
            }
        }));
    }
}
