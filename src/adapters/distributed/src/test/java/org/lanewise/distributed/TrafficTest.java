package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.rule.AdamW;

/** What a step sends and allocates. */
class TrafficTest {
    private static final Model MODEL = Model.of(new long[] {1_000, 2_250}, new long[] {1_001}, new long[] {333, 100});

    private static final int ROUND = 2_000;

    /** Counts what a rank sends. */
    private static final class Counting implements Communicator {
        private final Communicator communicator;
        private long bytes;

        Counting(Communicator communicator) {
            this.communicator = communicator;
        }

        @Override
        public int rank() {
            return communicator.rank();
        }

        @Override
        public int size() {
            return communicator.size();
        }

        @Override
        public void allToAll(MemorySegment[] send, MemorySegment[] receive) {
            for (int other = 0; other < send.length; other++) {
                bytes += other == rank() ? 0 : send[other].byteSize();
            }
            communicator.allToAll(send, receive);
        }

        @Override
        public void close() {
            communicator.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aStepSendsEachGradientAndParameterOnceToEachRankThatNeedsIt(int ranks) {
        ThreadRanks.run(ranks, communicator -> {
            Counting counting = new Counting(communicator);
            try (ParameterStore store = MODEL.store();
                    ShardedOptimizer optimizer =
                            ShardedOptimizer.of(counting, Optimizer.builder(store).rule(new AdamW(0.01)).clipNorm(1))) {
                optimizer.step();
                counting.bytes = 0;
                optimizer.step();
                double plane = store.size() * 4.0, least = 2.0 * (ranks - 1) / ranks * plane;
                assertTrue(counting.bytes <= 1.02 * least, () -> counting.bytes + " bytes, expected at most " + 1.02 * least);
            }
        });
    }

    /** Once C2 has compiled the loops; when that is, is C2's affair. */
    @Test
    @Tag("slow")
    void aStepAllocatesHardlyAnything() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ThreadRanks.run(2, communicator -> {
            try (ParameterStore store = Model.mixed(50).store();
                    ShardedOptimizer optimizer =
                            ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.01)).clipNorm(1))) {
                long least = Long.MAX_VALUE;
                // Both ranks do as many steps.
                for (int round = 0; round < 10; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int k = 0; k < ROUND; k++) {
                        optimizer.step();
                    }
                    least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / ROUND);
                }
                assertTrue(least <= 200, least + " bytes in a step");
            }
        });
    }
}
