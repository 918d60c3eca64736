package org.lanewise.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lanewise.Garbage;

class PowerTest {
    private static final double[] BASES = {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, Math.nextDown(1.0), 0x1p-20, 0};

    @Test
    void wholePowersAreThoseOfExactArithmeticRoundedOnce() {
        for (double base : BASES) {
            Power power = new Power(base);
            for (int exponent = 1; exponent < 3_000_000; exponent += exponent < 400 ? 1 : exponent / 17) {
                double exact = new BigDecimal(base).pow(exponent, new MathContext(60)).doubleValue();
                double found = power.at(exponent);
                assertEquals(exact, found, exact < Double.MIN_NORMAL ? Double.MIN_VALUE * 64 : 0, base + "^" + exponent);
            }
        }
    }

    @Property
    void wholePowersDoNotDependOnThoseAskedForBefore(@ForAll @DoubleRange(max = 1, maxIncluded = false) double base,
            @ForAll @Size(max = 20) List<@LongRange(max = 1_000) Long> exponents) {
        Power power = new Power(base);
        for (long exponent : exponents) {
            assertEquals(new Power(base).at(exponent), power.at(exponent), base + "^" + exponent);
            assertEquals(new Power(base).at(exponent + 1), power.at(exponent + 1), base + "^" + (exponent + 1));
        }
    }

    @Test
    void wholePowersOfAnyStepEndAtZero() {
        assertEquals(0, new Power(0.9999).at(Long.MAX_VALUE));
        assertEquals(0, new Power(0).at(1));
        assertEquals(Math.nextDown(1.0), new Power(Math.nextDown(1.0)).at(1));
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
        Power[] powers = Arrays.stream(BASES).mapToObj(Power::new).toArray(Power[]::new);
        assertEquals(0, Garbage.of(() -> {
            for (int step = 1; step < 1_000; step++) {
                for (int k = 0; k < BASES.length; k++) {
                    powers[k].at(step);
                    Power.real(1 + BASES[k], -0.8 * step);
                }
            }
        }));
    }
}
