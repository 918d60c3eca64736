package org.lanewise.staging;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.lanewise.check.HotSpot;

/** What this thread has allocated: vectors are objects until C2 has compiled the loop that uses them. */
final class Allocation {
    /** Asked once: to ask allocates, which would count. */
    private static final boolean KNOWN = HotSpot.hasManagement();

    private Allocation() {}

    /** Bytes since the thread was started; always 0 where the JVM cannot say. */
    static long bytes() {
        return KNOWN ? Bean.bytes() : 0;
    }

    /** A class of its own, because it names one that may be missing. */
    private static final class Bean {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        static long bytes() {
            return THREADS.getCurrentThreadAllocatedBytes();
        }
    }
}
