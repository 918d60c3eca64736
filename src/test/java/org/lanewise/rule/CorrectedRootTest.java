package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Species;

/** The quotient without a division has the bits of the division. */
class CorrectedRootTest {
    private static final int SIGNIFICANDS = 1 << 23;
    private static final int ONE = Float.floatToIntBits(1);

    /** Divisors as Adam has them, at random, and with the significands that are the hardest to divide by. */
    static Stream<Float> divisors() {
        SplittableRandom random = new SplittableRandom(1);
        return Stream.of(
                Stream.of(1, 2, 10, 1_000, 20_000).map(step -> (float) Math.sqrt(1 - StrictMath.pow(0.999, step))),
                Stream.generate(() -> (float) Math.sqrt(1 - StrictMath.pow(random.nextDouble(), 1 + random.nextInt(100)))).limit(5),
                Stream.of(0x1p-27f, Math.nextUp(0.5f), 0.70710677f, Math.nextDown(1f), Math.nextDown(Math.nextDown(1f)), 1f))
                .flatMap(s -> s);
    }

    @ParameterizedTest
    @MethodSource("divisors")
    void hasTheBitsOfTheDivisionForEverySignificand(float divisor) {
        float[] roots = new float[1 << 12];
        for (int from = 0; from < SIGNIFICANDS; from += roots.length) {
            for (int i = 0; i < roots.length; i++) {
                roots[i] = Float.intBitsToFloat(ONE + from + i);
            }
            assertQuotients(roots, divisor);
        }
    }

    @ParameterizedTest
    @MethodSource("divisors")
    void hasTheBitsOfTheDivisionForRootsOfAllMagnitudes(float divisor) {
        float[] roots = new float[1 << 16];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = (float) Math.sqrt(Float.intBitsToFloat(i * (0x7f800000 / (roots.length - 1))));
        }
        assertQuotients(roots, divisor);
    }

    @Test
    void hasTheBitsOfTheDivisionAtTheEnds() {
        float[] roots = new float[Species.LANES];
        float[] ends = {0, (float) Math.sqrt(Float.MIN_VALUE), (float) Math.sqrt(Float.MAX_VALUE), Float.POSITIVE_INFINITY, Float.NaN,
            (float) Math.sqrt(-1.0)};
        for (float end : ends) {
            Arrays.fill(roots, end);
            divisors().forEach(divisor -> assertQuotients(roots, divisor));
        }
    }

    private static void assertQuotients(float[] roots, float divisor) {
        FloatVector reciprocal = FloatVector.broadcast(Species.FLOATS, 1 / divisor);
        FloatVector minusDivisor = FloatVector.broadcast(Species.FLOATS, -divisor);
        float[] quotients = new float[roots.length];
        for (int i = 0; i < roots.length; i += Species.LANES) {
            CorrectedRoot.of(FloatVector.fromArray(Species.FLOATS, roots, i), reciprocal, minusDivisor).intoArray(quotients, i);
        }
        for (int i = 0; i < roots.length; i++) {
            if (Float.floatToIntBits(quotients[i]) != Float.floatToIntBits(roots[i] / divisor)) {
                assertEquals(roots[i] / divisor, quotients[i], roots[i] + " / " + divisor);
            }
        }
    }
}
