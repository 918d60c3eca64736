package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

@Tag("slow")
@Tag("width")
class ReductionsTest {
    private static final int CALLS = 300;
    private static final int TEN_MILLION = 10_000_000;

    /** What gradients look like, and what is worse for sums: few values that are all of the sum, or all values near each other. */
    private enum Distribution {
        NORMAL, UNIFORM, LOG_NORMAL, CUBED_NORMAL, AROUND_ONE;

        float[] array(int n, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                values[i] = (float) next(random);
            }
            return values;
        }

        private double next(SplittableRandom random) {
            double normal = random.nextGaussian();
            return switch (this) {
                case NORMAL -> normal;
                case UNIFORM -> random.nextDouble();
                case LOG_NORMAL -> Math.exp(2 * normal);
                case CUBED_NORMAL -> normal * normal * normal;
                case AROUND_ONE -> 1 + 1e-6 * normal;
            };
        }
    }

    /** Bits of all three results, {@code NaN} by kind. */
    private record Results(long sumOfSquares, int maxMagnitude, long nonFiniteCount) {
        static Results of(Width width, Slice... slices) {
            Reductions reductions = Reductions.of(width, slices);
            return new Results(Double.doubleToLongBits(reductions.sumOfSquares()),
                    Float.floatToIntBits(reductions.maxMagnitude()), reductions.nonFiniteCount());
        }
    }

    static Stream<Arguments> everyStorageAndWidth() {
        return Stream.of(StoreKind.F32_HEAP, StoreKind.F32_NATIVE, StoreKind.BF16_HEAP, StoreKind.BF16_NATIVE)
                .flatMap(kind -> Stream.of(Width.values()).map(width -> Arguments.of(kind, width)));
    }

    private static IntStream lengths() {
        return IntStream.concat(IntStream.rangeClosed(0, 200),
                IntStream.of(255, 511, 512, 513, 1_000, 16_383, 16_384, 16_384 + 37, 50_001));
    }

    @ParameterizedTest
    @MethodSource("everyStorageAndWidth")
    void resultsHaveTheBitsOfPlainLoopsOverFloatsOnTheHeap(StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        lengths().forEach(n -> {
            for (Values values : Values.values()) {
                try (ParameterStore store = kind.builder().tensor("w", n).build()) {
                    Slice slice = store.tensor("w").gradient();
                    slice.copyFrom(values.array(n, 7));
                    Slice plain = heap(Floats.of(slice));
                    assertEquals(Results.of(Width.SCALAR, plain), Results.of(width, slice), () -> values + " n=" + n);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 16, 63, 64, 16_383})
    void resultsDoNotDependOnWhereASliceLiesInItsArray(int offset) {
        for (int n : new int[] {1, 100, 4_099, 20_000}) {
            float[] values = Values.NORMAL.array(n, 3);
            float[] array = new float[offset + n + 5];
            Arrays.fill(array, Float.NaN);
            System.arraycopy(values, 0, array, offset, n);
            Slice wrapped = ParameterStore.builder().wrap("w", array, offset, new float[n], 0, n).build().tensor("w").parameter();
            for (Width width : Width.values()) {
                if (width.isSupported()) {
                    assertEquals(Results.of(Width.SCALAR, heap(values)), Results.of(width, wrapped));
                }
            }
        }
    }

    /** Four roundings on the way into a run; what comes after is in double precision. */
    @ParameterizedTest
    @EnumSource(value = Values.class, names = {"NORMAL", "TINY", "HUGE"})
    void sumOfSquaresIsWithin4PartsIn2To24OfTheExactSum(Values kind) {
        lengths().forEach(n -> {
            float[] values = kind.array(n, 5);
            for (int i = 0; i < n; i++) {
                values[i] = Float.isFinite(values[i]) ? values[i] : Float.MAX_VALUE;
            }
            BigDecimal exact = ExactSquares.sum(values);
            double error = error(exact, values);
            assertTrue(error <= 4 * 0x1p-24 * exact.doubleValue(), () -> n + " values: off by " + error + " of " + exact.doubleValue());
        });
    }

    /** Ten million values that differ have 1.25 million runs whose errors cancel; 2 ulps are what is asked for, not what is reached. */
    @ParameterizedTest
    @EnumSource
    void sumOfSquaresOfTenMillionValuesIsWithin2UlpsOfTheRoundedSum(Distribution distribution) {
        for (long seed = 1; seed <= 3; seed++) {
            assertWithin2Ulps(distribution.array(TEN_MILLION, seed));
        }
    }

    /** Runs of equal values all have the same error: that of one square, and of one sum of two; sums of equal numbers are exact. */
    @ParameterizedTest
    @ValueSource(floats = {0.01f, 0.7f, 1.2345678f, 3.3333e-15f, 1e-25f, 3e25f})
    void sumOfSquaresOfTenMillionEqualValuesIsWithin2UlpsOfTheRoundedSum(float value) {
        float[] values = new float[TEN_MILLION];
        Arrays.fill(values, value);
        assertWithin2Ulps(values);
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, Float.MAX_VALUE, 1e-30f, Float.MIN_VALUE, 1e-20f, 3e19f, Float.MIN_NORMAL, 0x1p127f, 0x1p-50f})
    void oneSquareBeyondTheRangeOfFloatsIsRoundedAsAFloatIs(float value) {
        for (int n : new int[] {1, 255, 256, 4_096, 16_384}) {
            float[] values = new float[n];
            values[n / 2] = value;
            double square = (double) value * value;
            assertEquals(square, Reductions.of(heap(values)).sumOfSquares(), 0x1p-24 * square);
        }
    }

    @Test
    void oneBlockOfTinyValuesBesideZerosIsNotLost() {
        float[] values = new float[3 * 16_384];
        Arrays.fill(values, 16_384, 2 * 16_384, 1e-25f);
        double exact = 16_384 * (double) 1e-25f * 1e-25f;
        assertEquals(exact, Reductions.of(heap(values)).sumOfSquares(), 4 * 0x1p-24 * exact);
    }

    @Test
    void infinitiesAndNaNAreCountedAndTellInEveryResult() {
        for (int n : new int[] {1, 63, 300, 4_099, 40_000}) {
            for (int at = 0; at < n; at += 1 + n / 17) {
                float[] values = Values.NORMAL.array(n, 1);
                values[at] = Float.NEGATIVE_INFINITY;
                Reductions reductions = Reductions.of(heap(values));
                assertEquals(Double.POSITIVE_INFINITY, reductions.sumOfSquares());
                assertEquals(Float.POSITIVE_INFINITY, reductions.maxMagnitude());
                assertEquals(1, reductions.nonFiniteCount());
                values[n - 1 - at] = Float.NaN;
                reductions = Reductions.of(heap(values));
                assertEquals(Double.NaN, reductions.sumOfSquares());
                assertEquals(Float.NaN, reductions.maxMagnitude());
                assertEquals(n - 1 - at == at ? 1 : 2, reductions.nonFiniteCount());
            }
        }
    }

    @Test
    void maxMagnitudeIgnoresTheSign() {
        assertEquals(3f, Reductions.of(heap(1, -3, 2)).maxMagnitude());
        assertEquals(0, Float.floatToRawIntBits(Reductions.of(heap(-0f)).maxMagnitude()));
        assertEquals(Float.MIN_VALUE, Reductions.of(heap(0, -Float.MIN_VALUE)).maxMagnitude());
    }

    @Test
    void allElementsOfManyAreCounted() {
        float[] values = new float[40_001];
        Arrays.fill(values, Float.NaN);
        assertEquals(40_001, Reductions.of(heap(values)).nonFiniteCount());
    }

    @Test
    void storesAreReducedOverTheirTensorsWhateverKeepsThem() {
        float[][] values = {Values.NORMAL.array(1_000, 1), Values.NORMAL.array(17, 2), {}, Values.NORMAL.array(33_000, 3)};
        double expected = Reductions.of(heap(values[0]), heap(values[1]), heap(values[3])).sumOfSquares();
        for (StoreKind kind : new StoreKind[] {StoreKind.F32_HEAP, StoreKind.F32_NATIVE}) {
            try (ParameterStore store = kind.builder().tensor("a", 1_000).tensor("b", 17).tensor("c", 0).tensor("d", 33_000).build()) {
                for (int i = 0; i < values.length; i++) {
                    store.tensors().get(i).gradient().copyFrom(values[i]);
                }
                assertEquals(expected, Reductions.ofGradients(store).sumOfSquares());
                assertEquals(0, Reductions.ofParameters(store).sumOfSquares());
                store.tensor("b").parameter().fill(2);
                assertEquals(17 * 4, Reductions.ofParameters(store).sumOfSquares());
            }
        }
    }

    @Test
    void nothingSumsToZero() {
        assertEquals(new Results(0, 0, 0), Results.of(Width.preferred()));
    }

    @Test
    void everyCallReadsTheElementsAnew() {
        float[] values = Values.HUGE.array(5_000, 1);
        Reductions reductions = Reductions.of(heap(values));
        reductions.sumOfSquares();
        reductions.maxMagnitude();
        reductions.nonFiniteCount();
        Arrays.fill(values, 2);
        assertEquals(20_000, reductions.sumOfSquares());
        assertEquals(2, reductions.maxMagnitude());
        assertEquals(0, reductions.nonFiniteCount());
    }

    @Test
    void closedStoresAreRefused() {
        ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", 100).build();
        Reductions reductions = Reductions.ofGradients(store);
        store.close();
        assertThrows(IllegalStateException.class, reductions::sumOfSquares);
        assertThrows(IllegalStateException.class, reductions::maxMagnitude);
        assertThrows(IllegalStateException.class, reductions::nonFiniteCount);
        assertThrows(IllegalStateException.class, () -> Reductions.ofGradients(store));
    }

    /** Every kernel: zeros and tiny values are added again, values that are not finite counted. */
    @ParameterizedTest
    @MethodSource("everyStorageAndWidth")
    void callsAllocateNothing(StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        int n = 4_099;
        try (ParameterStore store = kind.builder().tensor("w", n).tensor("zeros", n).tensor("tiny", n).tensor("nan", n).build()) {
            store.tensor("w").gradient().copyFrom(Values.NORMAL.array(n, 1));
            store.tensor("tiny").gradient().fill(1e-25f);
            store.tensor("nan").gradient().fill(Float.NaN);
            Reductions reductions = Reductions.of(width, store.tensors().stream().map(Tensor::gradient).toArray(Slice[]::new));
            assertEquals(0, Garbage.of(() -> call(reductions)), () -> "bytes in " + CALLS + " calls");
        }
    }

    private static void call(Reductions reductions) {
        for (int i = 0; i < CALLS; i++) {
            reductions.sumOfSquares();
            reductions.maxMagnitude();
            reductions.nonFiniteCount();
        }
    }

    private static Slice heap(float... values) {
        return ParameterStore.wrap(values, new float[values.length]).tensor("parameters").parameter();
    }

    private static double error(BigDecimal exact, float[] values) {
        return new BigDecimal(Reductions.of(heap(values)).sumOfSquares()).subtract(exact).abs().doubleValue();
    }

    /** Ulps of a float with an exponent without limits: sums beyond the range of floats have none of their own. */
    private static void assertWithin2Ulps(float[] values) {
        BigDecimal exact = ExactSquares.sum(values);
        double error = error(exact, values);
        double ulp = Math.scalb(1.0, Math.getExponent(exact.doubleValue()) - 23);
        assertTrue(error <= 2 * ulp, () -> values.length + " values: off by " + error / ulp + " ulps of a float, exact sum "
                + exact.doubleValue());
    }
}
