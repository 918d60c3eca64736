package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Cosines and powers against those of the JDK and exact arithmetic. */
class ElementaryTest {
    /** The JDK's argument is rounded, by half a unit of at most pi. */
    @Property(tries = 200)
    void cosinesAreThoseOfTheJdk(@ForAll @Scale(9) @DoubleRange(min = -1, max = 1) double x) {
        assertEquals(StrictMath.cos(Math.PI * x), Elementary.cosPi(x), 2.5 * Math.ulp(1.0) * Math.max(1, Math.abs(x)));
    }

    @Property(tries = 200)
    void cosinesRepeat(@ForAll @LongRange(min = -1_000_000, max = 1_000_000) long turns, @ForAll @LongRange(min = 0, max = 512) long part) {
        assertEquals(Elementary.cosPi(part / 256.0), Elementary.cosPi(2 * turns + part / 256.0));
    }

    @Test
    void multiplesOfAHalfAreExact() {
        double[] expected = {1, 0, -1, 0};
        for (int i = 0; i < 64; i++) {
            assertEquals(expected[i % 4], Elementary.cosPi(i / 2.0) + 0.0);
        }
    }

    /** Below 2^-960 the errors of the products, 2^-53 to 2^-106 of them, are no longer exact: the last unit may differ there. */
    @Property(tries = 200)
    void wholePowersAreThoseOfExactArithmeticRoundedOnce(@ForAll @Scale(9) @DoubleRange(min = 0.5, max = 1.5) double base,
            @ForAll @LongRange(min = 0, max = 1_500) long exponent) {
        double exact = new BigDecimal(base).pow((int) exponent, new MathContext(60)).doubleValue();
        assertEquals(exact, Elementary.wholePower(base, exponent), exact < 0x1p-960 ? Math.max(Math.ulp(exact), 64 * Double.MIN_VALUE) : 0);
    }

    @Test
    void wholePowersNextToTheSmallestNormalNumberAreWithinAUnit() {
        for (double base = 0.5; base < 0.99; base += 0.001) {
            int exponent = (int) (-1_021 / (Math.log(base) / Math.log(2)));
            double exact = new BigDecimal(base).pow(exponent, new MathContext(60)).doubleValue();
            assertEquals(exact, Elementary.wholePower(base, exponent), Math.ulp(exact));
        }
    }

    @Test
    void wholePowersEndAtZeroAndInfinity() {
        assertEquals(0, Elementary.wholePower(0.999, Long.MAX_VALUE));
        assertEquals(Double.POSITIVE_INFINITY, Elementary.wholePower(1.001, Long.MAX_VALUE));
        assertEquals(1, Elementary.wholePower(1, Long.MAX_VALUE));
    }

    @Property(tries = 200)
    void realPowersAreNextToThoseOfTheJdk(@ForAll @Scale(9) @DoubleRange(min = 1e-6, max = 1) double base,
            @ForAll @Scale(9) @DoubleRange(min = 0.01, max = 4) double exponent) {
        double expected = StrictMath.pow(base, exponent);
        assertEquals(expected, Elementary.power(base, exponent), (2 + 3 * Math.abs(exponent * Math.log(base))) * Math.ulp(expected));
    }

    @Test
    void rootsAreExact() {
        assertEquals(0.5, Elementary.power(0.25, 0.5));
        assertEquals(Math.sqrt(0.3), Elementary.power(0.3, 0.5));
    }
}
