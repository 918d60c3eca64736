package org.lanewise;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

/** What code leaves on the Java heap. */
public final class Garbage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long SECONDS_TO_COMPILE = 30;

    private Garbage() {}

    /**
     * Bytes that a run allocates once it is compiled, on this thread and on others that work for it: 0 as soon as one allocates nothing,
     * else those of the last within 30 seconds.
     */
    public static long of(Runnable run, Thread... others) {
        long deadline = System.nanoTime() + SECONDS_TO_COMPILE * 1_000_000_000;
        long allocated;
        do {
            long before = allocatedBy(others), beforeHere = THREADS.getCurrentThreadAllocatedBytes();
            run.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - beforeHere;
            allocated += allocatedBy(others) - before;
        } while (allocated > 0 && System.nanoTime() < deadline);
        return allocated;
    }

    private static long allocatedBy(Thread... threads) {
        return Stream.of(threads).mapToLong(thread -> THREADS.getThreadAllocatedBytes(thread.threadId())).sum();
    }
}
