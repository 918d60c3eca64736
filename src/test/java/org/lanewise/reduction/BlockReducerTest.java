package org.lanewise.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.ParameterStore;
import org.lanewise.Reductions;
import org.lanewise.Slice;
import org.lanewise.Width;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.verify.Values;

/** Blocks are the unit that threads share: any of them may take any block in any order. */
class BlockReducerTest {
    private static final int BLOCKS = 21;
    private static final int N = (BLOCKS - 1) * BlockReducer.BLOCK + 1_237;
    private static final int LENGTH = 1_024 + 3 * 64;

    private static final class Results {
        final double[] sums = new double[BLOCKS];
        final int[] maxima = new int[BLOCKS];
        final int[] counts = new int[BLOCKS];

        void take(BlockReducer reducer, Plane[] planes, int block) {
            int from = block * BlockReducer.BLOCK;
            int to = Math.min(from + BlockReducer.BLOCK, N);
            sums[block] = reducer.sumOfSquares(planes, from, to);
            maxima[block] = reducer.maxMagnitude(planes, from, to);
            counts[block] = reducer.nonFiniteCount(planes, from, to);
        }

        double sum() {
            Sum sum = new Sum();
            Arrays.stream(sums).forEach(sum::add);
            return sum.value();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void threadsOfDifferentWidthsThatTakeBlocksInAnyOrderGiveTheBitsOfOne(int threads) throws Exception {
        List<Width> widths = Width.supported();
        for (Values kind : List.of(Values.NORMAL, Values.TINY, Values.MIXED)) {
            float[] values = kind.array(N, 1);
            for (int order = 0; order < 5; order++) {
                List<Integer> blocks = new ArrayList<>(IntStream.range(0, BLOCKS).boxed().toList());
                Collections.shuffle(blocks, new Random(order));
                Results results = new Results();
                AtomicInteger next = new AtomicInteger();
                List<Future<?>> running = new ArrayList<>();
                try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
                    for (int thread = 0; thread < threads; thread++) {
                        BlockReducer reducer = reducer(widths.get(thread % widths.size()));
                        running.add(pool.submit(() -> {
                            Plane[] planes = planes(new F32Heap(values, 0));
                            for (int i = next.getAndIncrement(); i < BLOCKS; i = next.getAndIncrement()) {
                                results.take(reducer, planes, blocks.get(i));
                            }
                        }));
                    }
                    for (Future<?> thread : running) {
                        thread.get();
                    }
                }
                assertAre(Reductions.of(slice(values)), results);
            }
        }
    }

    private static Plane[] planes(MemoryPlane plane) {
        return BlockReducer.planes(plane).toArray(Plane[]::new);
    }

    private static void assertAre(Reductions expected, Results results) {
        assertEquals(expected.sumOfSquares(), results.sum());
        float max = Float.intBitsToFloat(Arrays.stream(results.maxima).max().orElseThrow());
        assertEquals(expected.maxMagnitude(), max);
        assertEquals(expected.nonFiniteCount(), Arrays.stream(results.counts).sum());
    }

    @Test
    void aReducerThatSanitisesSquaresZerosForWhatIsNotFiniteAndReducesNothingElseOtherwise() {
        for (Width width : Width.supported()) {
            BlockReducer sanitising = new BlockReducer(F32Heap.class, Math.max(128, width.bits()), width != Width.SCALAR, true);
            BlockReducer reducer = reducer(width);
            for (Values kind : Values.values()) {
                for (int length : new int[] {0, 1, 64, LENGTH + 5}) {
                    assertSanitisesSquares(sanitising, reducer, kind.array(length, 3), length + " values, " + kind + ", " + width);
                }
            }
        }
    }

    private static void assertSanitisesSquares(BlockReducer sanitising, BlockReducer reducer, float[] values, String what) {
        float[] finite = values.clone();
        for (int i = 0; i < values.length; i++) {
            finite[i] = Float.isFinite(values[i]) ? values[i] : 0;
        }
        Plane[] planes = planes(new F32Heap(values, 0));
        double expected = reducer.sumOfSquares(planes(new F32Heap(finite, 0)), 0, values.length);
        assertEquals(expected, sanitising.sumOfSquares(planes, 0, values.length), what);
        assertEquals(reducer.maxMagnitude(planes, 0, values.length), sanitising.maxMagnitude(planes, 0, values.length), what);
        assertEquals(reducer.nonFiniteCount(planes, 0, values.length), sanitising.nonFiniteCount(planes, 0, values.length), what);
    }

    @Test
    void callThatThrewLeavesNothingForTheNext() {
        float[] good = Values.NORMAL.array(2_000, 1);
        float[] bad = new float[2_000];
        Arrays.fill(bad, Float.NaN);
        Plane[] planes = planes(new F32Heap(good, 0));
        Plane[] tooShort = planes(new F32Heap(bad, 0));
        for (Width width : Width.values()) {
            if (width.isSupported()) {
                BlockReducer reducer = reducer(width);
                assertThrows(IndexOutOfBoundsException.class, () -> reducer.sumOfSquares(tooShort, 0, 4_000));
                assertEquals(reducer(width).sumOfSquares(planes, 0, 2_000), reducer.sumOfSquares(planes, 0, 2_000));
                assertThrows(IndexOutOfBoundsException.class, () -> reducer.maxMagnitude(tooShort, 0, 4_000));
                assertEquals(reducer(width).maxMagnitude(planes, 0, 2_000), reducer.maxMagnitude(planes, 0, 2_000));
                assertThrows(IndexOutOfBoundsException.class, () -> reducer.nonFiniteCount(tooShort, 0, 4_000));
                assertEquals(0, reducer.nonFiniteCount(planes, 0, 2_000));
            }
        }
    }

    @Test
    void writtenVectorLoopsLeaveTheBitsOfPlainLoops() {
        for (Values kind : Values.values()) {
            Plane[] planes = planes(new F32Heap(kind.array(LENGTH, 2), 0));
            Lanes vectors = new Lanes();
            Lanes plain = new Lanes();
            Runs runs = new Runs();
            Runs plainRuns = new Runs();
            new RunsOfSquares(runs).vector(planes, 0, LENGTH);
            new RunsOfSquares(plainRuns).scalar(planes, 0, LENGTH);
            assertEquals(plainRuns.count, runs.count);
            assertArrayEquals(plainRuns.values, runs.values, kind + ", runs");
            new NonFiniteCount(vectors).vector(planes, 0, LENGTH);
            new NonFiniteCount(plain).scalar(planes, 0, LENGTH);
            assertEquals(plain.count(), vectors.count());
            vectors.clear();
            plain.clear();
            new MaxMagnitude(vectors).vector(planes, 0, LENGTH);
            new MaxMagnitude(plain).scalar(planes, 0, LENGTH);
            assertEquals(plain.max(), vectors.max());
        }
    }

    private static BlockReducer reducer(Width width) {
        return new BlockReducer(F32Heap.class, Math.max(128, width.bits()), width != Width.SCALAR);
    }

    private static Slice slice(float[] values) {
        return ParameterStore.wrap(values, new float[values.length]).tensor("parameters").parameter();
    }
}
