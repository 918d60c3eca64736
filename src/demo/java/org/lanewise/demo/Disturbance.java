package org.lanewise.demo;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;

/**
 * What kept times from being good ones.
 *
 * @param running for which part of the time the thread that was timed ran, 0 to 1
 * @param others which part of all processors other programs used, 0 to 1
 */
record Disturbance(double running, double others) {
    /** A difference of 5 % is a tie; one tenth of the processors is what a desktop uses at rest. */
    private static final double LEAST_RUNNING = 0.95, MOST_OTHERS = 0.1;

    /** Begins to watch this thread and the machine. */
    static Watch watch() {
        return new Watch();
    }

    /** The worse of both. */
    Disturbance and(Disturbance other) {
        return new Disturbance(Math.min(running, other.running), Math.max(others, other.others));
    }

    /** A sentence if times are not to be trusted. */
    Optional<String> warning() {
        return running >= LEAST_RUNNING && others <= MOST_OTHERS ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "The machine was busy while times were taken: the timed thread ran for %.0f %% of "
                        + "the time, and other programs used %.0f %% of the processors. Run the demo again for better figures.",
                        100 * running, 100 * others));
    }

    /** What happens from now on. */
    static final class Watch {
        private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        private final long start = System.nanoTime();
        private final long cpu = threadNanos();

        private Watch() {
            // What these tell is of the time since they were last asked.
            SYSTEM.getCpuLoad();
            SYSTEM.getProcessCpuLoad();
        }

        Disturbance sinceThen() {
            double running = (double) (threadNanos() - cpu) / (System.nanoTime() - start);
            double others = SYSTEM.getCpuLoad() - SYSTEM.getProcessCpuLoad();
            return new Disturbance(Math.clamp(running, 0, 1), Math.clamp(others, 0, 1));
        }

        private static long threadNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }
}
