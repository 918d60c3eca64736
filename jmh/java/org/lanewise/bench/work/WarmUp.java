package org.lanewise.bench.work;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Steps until C2 has compiled the vector loop, before anything is measured. How long that takes depends on the number of parameters and
 * on what else the machine does, 0.2 s to more than 1: a fixed warm-up was too short for some JVMs and too long for most.
 */
public final class WarmUp {
    private static final long LONGEST_NANOS = 3_000_000_000L;
    private static final long CHUNK_NANOS = 5_000_000;

    private WarmUp() {}

    /** Runs steps until some in a row allocate less than a byte for each parameter, as only compiled vector loops do. */
    public static void run(Runnable step, int n) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        boolean compiled = false;
        while (!compiled && System.nanoTime() - start < LONGEST_NANOS) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long chunk = System.nanoTime();
            int steps = 0;
            while (steps < 2 || System.nanoTime() - chunk < CHUNK_NANOS) {
                step.run();
                steps++;
            }
            compiled = threads.getCurrentThreadAllocatedBytes() - before < (long) steps * n;
        }
    }
}
