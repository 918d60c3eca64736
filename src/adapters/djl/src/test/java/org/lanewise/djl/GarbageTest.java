package org.lanewise.djl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.Adam;

/** Steps in place allocate what DJL's own calls do, and nothing else. */
class GarbageTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STEPS = 500;

    /** Bytes for each run, once that is at most so many, else those of the last within 30 seconds. */
    private static double allocated(Runnable run, double most) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        double allocated;
        do {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < STEPS; k++) {
                run.run();
            }
            allocated = (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) STEPS;
        } while (allocated > most && System.nanoTime() < deadline);
        return allocated;
    }

    @Test
    void aStepAllocatesAsMuchAsAskingDjlForTheAddresses() {
        try (Networks network = Networks.of(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1)).build());
                DjlStore store = DjlStore.of(network.model())) {
            var optimizer = org.lanewise.Optimizer.of(new Adam(1e-3), store.store());
            network.backward();
            NDArray weight = network.parameter(Networks.FIRST_WEIGHT).getArray();
            Runnable addresses = () -> {
                MemorySegment.ofBuffer(weight.toByteBuffer(true)).address();
                try (NDArray gradient = weight.getGradient()) {
                    MemorySegment.ofBuffer(gradient.toByteBuffer(true)).address();
                }
            };
            double calls = 4 * DoubleStream.generate(() -> allocated(addresses, Double.MAX_VALUE)).limit(10).max().orElseThrow();
            double steps = allocated(optimizer::step, calls);
            assertTrue(steps <= calls, () -> steps + " bytes for each step, DJL's calls alone " + calls);
        }
    }
}
