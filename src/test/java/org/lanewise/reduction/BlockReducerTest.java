package org.lanewise.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.ParameterStore;
import org.lanewise.Reductions;
import org.lanewise.Width;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.F32Heap;
import org.lanewise.verify.Values;

/** Blocks are the unit that threads share: any of them may take any block in any order. */
class BlockReducerTest {
    private static final int N = 20 * BlockReducer.BLOCK + 1_237;
    private static final int BLOCKS = 21;
    private static final int LENGTH = 1_024;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void blocksTakenByAnyNumberOfThreadsGiveTheBitsOfOne(int threads) throws Exception {
        float[] values = Values.NORMAL.array(N, 1);
        double[] sums = new double[BLOCKS];
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                int last = BLOCKS - 1 - thread;
                running.add(pool.submit(() -> {
                    BlockReducer reducer = new BlockReducer(F32Heap.class, Math.max(128, Width.preferred().bits()), true);
                    Plane[] plane = {new F32Heap(values, 0)};
                    for (int block = last; block >= 0; block -= threads) {
                        int from = block * BlockReducer.BLOCK;
                        sums[block] = reducer.sumOfSquares(plane, from, Math.min(from + BlockReducer.BLOCK, N));
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        Sum sum = new Sum();
        for (double block : sums) {
            sum.add(block);
        }
        assertEquals(Reductions.ofParameters(ParameterStore.wrap(values, new float[N])).sumOfSquares(), sum.value());
    }

    @Test
    void writtenVectorLoopsLeaveTheBitsOfPlainLoopsInEveryLane() {
        for (Values kind : Values.values()) {
            Plane[] plane = {new F32Heap(kind.array(LENGTH, 2), 0)};
            Lanes vectors = new Lanes();
            Lanes plain = new Lanes();
            new RunsOfSquares(vectors).vector(plane, 0, LENGTH);
            new RunsOfSquares(plain).scalar(plane, 0, LENGTH);
            assertArrayEquals(plain.sums, vectors.sums, kind + ", runs");
            new ExactSquares(vectors).vector(plane, 0, LENGTH);
            new ExactSquares(plain).scalar(plane, 0, LENGTH);
            assertArrayEquals(plain.sums, vectors.sums, kind + ", exact");
            new NonFiniteCount(vectors).vector(plane, 0, LENGTH);
            new NonFiniteCount(plain).scalar(plane, 0, LENGTH);
            assertEquals(plain.takeCount(), vectors.takeCount());
            new MaxMagnitude(vectors).vector(plane, 0, LENGTH);
            new MaxMagnitude(plain).scalar(plane, 0, LENGTH);
            assertEquals(plain.takeMax(), vectors.takeMax());
        }
    }
}
