package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.verify.StoreKind;
import org.lanewise.verify.Values;

class ReductionsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 300;
    private static final long SECONDS_TO_COMPILE = 30;

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

    @ParameterizedTest
    @EnumSource(value = Values.class, names = {"NORMAL", "TINY", "HUGE"})
    void sumOfSquaresIsWithin4UlpsOfTheExactSum(Values kind) {
        lengths().forEach(n -> {
            float[] values = kind.array(n, 5);
            for (int i = 0; i < n; i++) {
                values[i] = Float.isFinite(values[i]) ? values[i] : Float.MAX_VALUE;
            }
            assertWithin(4, values);
        });
    }

    @Test
    void sumOfSquaresOfTenMillionNormalValuesIsWithin2UlpsOfTheExactSum() {
        assertWithin(2, Values.NORMAL.array(10_000_000, 1));
    }

    @Test
    void sumOfSquaresOfTenMillionEqualValuesIsWithin2UlpsOfTheExactSum() {
        for (float value : new float[] {0.01f, 0.7f, 1.2345678f, 3.3333e-15f}) {
            float[] values = new float[10_000_000];
            Arrays.fill(values, value);
            assertWithin(2, values);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e30f, Float.MAX_VALUE, 1e-30f, Float.MIN_VALUE, 1e-20f, 3e19f})
    void squaresBeyondTheRangeOfFloatsAreExactInDoubles(float value) {
        for (int n : new int[] {1, 255, 256, 4_096, 16_384}) {
            float[] values = new float[n];
            values[n / 2] = value;
            assertEquals((double) value * value, Reductions.of(heap(values)).sumOfSquares());
        }
    }

    @Test
    void oneBlockOfTinyValuesBesideNormalOnesIsNotLost() {
        float[] values = new float[3 * 16_384];
        Arrays.fill(values, 16_384, 2 * 16_384, 1e-25f);
        assertEquals(16_384 * (double) 1e-25f * 1e-25f, Reductions.of(heap(values)).sumOfSquares(), 1e-60);
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

    @ParameterizedTest
    @MethodSource("everyStorageAndWidth")
    void callsAllocateNothing(StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        try (ParameterStore store = kind.builder().tensor("w", 4_099).tensor("tiny", 4_099).build()) {
            store.tensor("w").gradient().copyFrom(Values.NORMAL.array(4_099, 1));
            Reductions reductions = Reductions.of(width, store.tensor("w").gradient(), store.tensor("tiny").gradient());
            long deadline = System.nanoTime() + SECONDS_TO_COMPILE * 1_000_000_000;
            long allocated;
            do {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < CALLS; i++) {
                    reductions.sumOfSquares();
                    reductions.maxMagnitude();
                    reductions.nonFiniteCount();
                }
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            } while (allocated > 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated, () -> "bytes in " + CALLS + " calls");
        }
    }

    private static Slice heap(float... values) {
        return ParameterStore.wrap(values, new float[values.length]).tensor("parameters").parameter();
    }

    /** Ulps of the exact sum as a float; of a double where a float has none as small or as large. */
    private static void assertWithin(int ulps, float[] values) {
        BigDecimal exact = ExactSquares.sum(values);
        double sum = Reductions.of(heap(values)).sumOfSquares();
        double rounded = exact.doubleValue();
        double ulp = rounded > 0x1p-100 && rounded < 0x1p127 ? Math.ulp((float) rounded) : rounded * 0x1p-23;
        double error = new BigDecimal(sum).subtract(exact).abs().doubleValue();
        assertTrue(error <= ulps * ulp, () -> values.length + " values: " + error / ulp + " ulps of a float, " + error / Math.ulp(rounded)
                + " of a double, off " + rounded);
    }
}
