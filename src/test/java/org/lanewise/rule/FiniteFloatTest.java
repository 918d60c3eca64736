package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Rounds as a cast does wherever the result is a float other than 0. */
class FiniteFloatTest {
    @Test
    void isTheNearestFloat() {
        for (double x : new double[] {0, -0.0, 1, 0.1, -0.1, 1 + 0x1p-24, 1 + 0x1p-23, 1e-40, -1.4e-45, Float.MAX_VALUE, 3.4028235e38}) {
            assertEquals((float) x, FiniteFloat.nearest(x), () -> "of " + x);
        }
    }

    @Test
    void isTheLargestFloatInPlaceOfInfinity() {
        for (double x : new double[] {3.4028236e38, 1e39, Double.MAX_VALUE, Double.POSITIVE_INFINITY}) {
            assertEquals(Float.MAX_VALUE, FiniteFloat.nearest(x));
            assertEquals(-Float.MAX_VALUE, FiniteFloat.nearest(-x));
        }
    }

    @Test
    void isTheSmallestFloatInPlaceOf0UnlessItIs0() {
        for (double x : new double[] {1e-46, Double.MIN_VALUE}) {
            assertEquals(Float.MIN_VALUE, FiniteFloat.nearest(x));
            assertEquals(-Float.MIN_VALUE, FiniteFloat.nearest(-x));
        }
    }

    @Test
    void isNaNOfNaN() {
        assertEquals(Float.NaN, FiniteFloat.nearest(Double.NaN));
    }
}
