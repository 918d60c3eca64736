package org.lanewise;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What code leaves on the Java heap. */
public final class Garbage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long SECONDS_TO_COMPILE = 30;

    private Garbage() {}

    /** Bytes that a run allocates once it is compiled: 0 as soon as one allocates nothing, else those of the last within 30 seconds. */
    public static long of(Runnable run) {
        long deadline = System.nanoTime() + SECONDS_TO_COMPILE * 1_000_000_000;
        long allocated;
        do {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            run.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        } while (allocated > 0 && System.nanoTime() < deadline);
        return allocated;
    }
}
