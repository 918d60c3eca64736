package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.execution.AverageNumbers;
import org.lanewise.splicer.AverageForm;
import org.lanewise.verify.Values;

class AverageTest {
    private static final int UPDATES = 400;

    /** The next average of one number. */
    private interface Oracle {
        float next(float average, float w, long n);
    }

    static List<Average> averages() {
        return List.of(Average.ema(0.999), Average.ema(0.5), Average.ema(0), Average.ema(1), Average.emaByProducts(0.99),
                Average.emaDebiased(0.9), Average.emaDebiased(0), Average.emaWarmedUp(0.9999, 0, 3, 1, 2 / 3.0), Average.swa(),
                Average.swaByLerp());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 0.1, 0.3, 0.5, 0.50000001, 0.7, 0.99, 0.999, 0.9999, 1})
    void exponentialAveragesAreThoseOfTorch(double decay) {
        assertFollows(Average.ema(decay), (average, w, n) -> n == 0 ? w : torchLerp(average, w, (float) (1 - decay)));
        assertFollows(Average.emaByProducts(decay), (average, w, n) -> {
            float old = (float) decay * average;
            float taken = (float) (1 - decay) * w;
            return n == 0 ? w : old + taken;
        });
    }

    @Test
    void meansAreThoseOfTorch() {
        assertFollows(Average.swa(), (average, w, n) -> {
            float part = (w - average) / (float) (n + 1);
            return n == 0 ? w : average + part;
        });
        assertFollows(Average.swaByLerp(), (average, w, n) -> n == 0 ? w : torchLerp(average, w, 1f / (float) (n + 1)));
    }

    private static float torchLerp(float start, float end, float weight) {
        return Math.abs(weight) < 0.5 ? Math.fma(weight, end - start, start) : Math.fma(weight - 1, end - start, end);
    }

    private static void assertFollows(Average average, Oracle oracle) {
        for (Values kind : Values.values()) {
            float[] parameters = kind.array(UPDATES, 5);
            AverageNumbers numbers = new AverageNumbers();
            float found = Float.NaN;
            float expected = Float.NaN;
            for (int n = 0; n < UPDATES; n++) {
                found = updated(average.prepare(n, numbers), numbers, found, parameters[n]);
                expected = oracle.next(expected, parameters[n], n);
                assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(found), average + ", " + kind + ", update " + n);
                if (!Float.isFinite(expected)) {
                    found = 1;
                    expected = 1;
                }
            }
        }
    }

    private static float updated(AverageForm form, AverageNumbers numbers, float a, float w) {
        return switch (form) {
            case COPY -> w;
            case LERP -> Math.fma(numbers.taken, w - a, a);
            case LERP_FROM_PARAMETER -> Math.fma(numbers.taken, w - a, w);
            case PRODUCTS -> numbers.kept * a + numbers.taken * w;
            case MEAN -> a + (w - a) / numbers.taken;
        };
    }

    /** Weight of the parameter in an update that interpolates or copies. */
    private static float weight(Average average, long n) {
        AverageNumbers numbers = new AverageNumbers();
        return switch (average.prepare(n, numbers)) {
            case COPY -> 1;
            case LERP -> numbers.taken;
            case LERP_FROM_PARAMETER -> numbers.taken + 1;
            default -> throw new AssertionError(average);
        };
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 0.5, 0.9, 0.999, 0.9999, 0x1.fffffep-1})
    void debiasedWeightsAreTheirExactOnesRounded(double decay) {
        MathContext digits = new MathContext(50);
        BigDecimal exact = new BigDecimal(decay);
        BigDecimal power = BigDecimal.ONE;
        for (int n = 0; n < UPDATES; n++) {
            power = power.multiply(exact, digits);
            BigDecimal expected = BigDecimal.ONE.subtract(exact).divide(BigDecimal.ONE.subtract(power), digits);
            float found = weight(Average.emaDebiased(decay), n);
            float nearest = expected.floatValue();
            // From the parameter's end the number is the weight minus 1, which takes another rounding.
            assertEquals(nearest, found, nearest < 0.5 ? 0 : Math.ulp(nearest), "update " + n);
        }
    }

    @Test
    void debiasedAverageIsThatOfOptaxButForRounding() {
        double decay = 0.95;
        float[] parameters = Values.NORMAL.array(UPDATES, 6);
        AverageNumbers numbers = new AverageNumbers();
        float average = Float.NaN;
        double sum = 0;
        for (int n = 0; n < UPDATES; n++) {
            average = updated(Average.emaDebiased(decay).prepare(n, numbers), numbers, average, parameters[n]);
            sum = decay * sum + (1 - decay) * parameters[n];
            assertEquals(sum / (1 - Math.pow(decay, n + 1)), average, 1e-6, "update " + n);
        }
    }

    @Test
    void warmedUpWeightsAreThoseOfTimm() {
        for (double power : new double[] {2 / 3.0, 0.75, 1, 2}) {
            for (int after : new int[] {0, 7}) {
                Average average = Average.emaWarmedUp(0.9999, 0.25, after, 3, power);
                for (int n = 0; n < 20_000; n += n < 100 ? 1 : 97) {
                    int step = Math.max(0, n + 1 - after - 1);
                    double grown = 1 - Math.pow(1 + step / 3.0, -power);
                    float expected = step <= 0 ? 1 : (float) (1 - Math.max(Math.min(grown, 0.9999), 0.25));
                    assertEquals(expected, weight(average, n), Math.ulp(expected), "update " + n + ", power " + power);
                }
            }
        }
    }

    @Test
    void decayGrowsAsDocumented() {
        assertEquals(0.001, weight(Average.emaWarmedUp(0.9999, 0, 0, 1, 2 / 3.0), 31_622), 1e-7);
        assertEquals(0.0001, weight(Average.emaWarmedUp(1, 0, 0, 1, 2 / 3.0), 1_000_000), 1e-9);
        assertEquals(0.001, weight(Average.emaWarmedUp(0.9999, 0, 0, 1, 0.75), 10_000), 1e-6);
        assertEquals(0.0001, weight(Average.emaWarmedUp(1, 0, 0, 1, 0.75), 215_443), 1e-8);
    }

    @ParameterizedTest
    @MethodSource("averages")
    void updatesHaveTheFormsThatAreTold(Average average) {
        Set<AverageForm> found = EnumSet.noneOf(AverageForm.class);
        AverageNumbers numbers = new AverageNumbers();
        for (long n : LongStream.concat(LongStream.range(0, UPDATES), LongStream.of(1 << 25, Long.MAX_VALUE - 1)).toArray()) {
            found.add(average.prepare(n, numbers));
            assertTrue(Float.isFinite(numbers.kept) && Float.isFinite(numbers.taken), () -> average + " after " + n + " updates");
        }
        assertTrue(average.forms().containsAll(found), () -> found + " of " + average.forms());
        assertEquals(AverageForm.COPY, average.prepare(0, numbers));
    }

    @Test
    void everyFormOfAnAverageThatInterpolatesByDifferentWeightsOccurs() {
        for (Average average : List.of(Average.emaDebiased(0.9), Average.emaWarmedUp(0.9999, 0, 3, 1, 0.75), Average.swaByLerp())) {
            assertEquals(Set.of(AverageForm.COPY, AverageForm.LERP, AverageForm.LERP_FROM_PARAMETER), average.forms());
        }
        assertEquals(Set.of(AverageForm.COPY, AverageForm.LERP), Average.ema(0.9).forms());
        assertEquals(Set.of(AverageForm.COPY, AverageForm.LERP_FROM_PARAMETER), Average.ema(0.1).forms());
    }

    @ParameterizedTest
    @MethodSource("averages")
    void preparingAnUpdateMakesNoGarbage(Average average) {
        AverageNumbers numbers = new AverageNumbers();
        assertEquals(0, Garbage.of(() -> {
            for (int n = 0; n < 100; n++) {
                average.prepare(n, numbers);
            }
        }));
    }

    @Test
    void takesPartInMultiplesOfItsIntervalFromItsStartOn() {
        Average average = Average.swa().every(10).startingAt(25);
        assertEquals(List.of(30L, 40L, 50L), LongStream.rangeClosed(1, 55).filter(average::takesPartIn).boxed().toList());
        assertEquals(5, LongStream.rangeClosed(1, 5).filter(Average.swa()::takesPartIn).count());
        assertEquals(average, Average.swa().startingAt(25).every(10));
    }

    @Test
    void saysHowItIsMade() {
        assertEquals("ema(0.999)", Average.ema(0.999).toString());
        assertEquals("emaByProducts(0.9)", Average.emaByProducts(0.9).toString());
        assertEquals("emaDebiased(0.9)", Average.emaDebiased(0.9).toString());
        assertEquals("emaWarmedUp(0.9999, 0.5, 3, 1.0, 0.75)", Average.emaWarmedUp(0.9999, 0.5, 3, 1, 0.75).toString());
        assertEquals("swa().every(10).startingAt(25)", Average.swa().startingAt(25).every(10).toString());
        assertEquals("swaByLerp()", Average.swaByLerp().toString());
    }

    @Test
    void isEqualToAnAverageOfTheSameKind() {
        for (Average average : averages()) {
            List<Average> equal = averages().stream().filter(average::equals).toList();
            assertEquals(1, equal.size());
            assertEquals(average.hashCode(), equal.getFirst().hashCode());
            assertNotEquals(average, average.every(2));
            assertNotEquals(average, average.startingAt(2));
        }
    }

    @Test
    void refusesWhatIsOutsideItsRange() {
        assertRefuses("decay must be in [0, 1], got 1.5", () -> Average.ema(1.5));
        assertRefuses("decay must be in [0, 1], got NaN", () -> Average.emaByProducts(Double.NaN));
        assertRefuses("decay must be in [0, 1), got 1.0", () -> Average.emaDebiased(1));
        assertRefuses("decay must be in [0, 1], got -0.1", () -> Average.emaWarmedUp(-0.1, 0, 0, 1, 1));
        assertRefuses("minimum must be in [0, 1], got 2.0", () -> Average.emaWarmedUp(0.9, 2, 0, 1, 1));
        assertRefuses("minimum must be at most the decay 0.9, got 0.95", () -> Average.emaWarmedUp(0.9, 0.95, 0, 1, 1));
        assertRefuses("updateAfter must be at least 0, got -1", () -> Average.emaWarmedUp(0.9, 0, -1, 1, 1));
        assertRefuses("gamma must be finite and above 0, got 0.0", () -> Average.emaWarmedUp(0.9, 0, 0, 0, 1));
        assertRefuses("power must be finite and above 0, got -1.0", () -> Average.emaWarmedUp(0.9, 0, 0, 1, -1));
        assertRefuses("interval must be at least 1, got 0", () -> Average.swa().every(0));
        assertRefuses("step must be at least 1, got -3", () -> Average.swa().startingAt(-3));
    }

    private static void assertRefuses(String message, Supplier<Average> making) {
        assertEquals(message, assertThrowsExactly(IllegalArgumentException.class, making::get).getMessage());
    }
}
