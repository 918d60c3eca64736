package org.lanewise.bench.work;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the machine's processors have done since it was started, and what this JVM had of it. In the time between two of these is how busy
 * others kept the machine: the load average tells that only after a minute.
 *
 * @param busy in which processors worked, of all together, in nanoseconds; NaN where the system does not tell
 * @param all in which they could have worked
 * @param own of this JVM
 */
public record ProcessorTimes(double busy, double all, double own) {
    private static final Path LINUX = Path.of("/proc/stat");
    /** Linux counts for programs in hundredths of a second whatever its own clock. */
    private static final double TICK_NANOS = 1e7;
    /** user, nice, system, idle, iowait, irq, softirq, steal; time of guests, which follows, is in user. */
    private static final int COLUMNS = 8;
    private static final int IDLE = 3, WAITING = 4;

    private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Up to now. */
    public static ProcessorTimes now() {
        double own = SYSTEM.getProcessCpuTime();
        try (Stream<String> lines = Files.lines(LINUX)) {
            return of(lines.findFirst().orElse(""), own);
        } catch (IOException _) {
            return new ProcessorTimes(Double.NaN, Double.NaN, own);
        }
    }

    static ProcessorTimes of(String line, double own) {
        String[] words = line.split("\\s+");
        if (words.length <= COLUMNS || !words[0].equals("cpu")) {
            return new ProcessorTimes(Double.NaN, Double.NaN, own);
        }
        double busy = 0, all = 0;
        for (int column = 0; column < COLUMNS; column++) {
            double nanos = Long.parseLong(words[1 + column]) * TICK_NANOS;
            all += nanos;
            busy += column == IDLE || column == WAITING ? 0 : nanos;
        }
        return new ProcessorTimes(busy, all, own);
    }

    /** The share of all processors that others than this JVM used since then; empty where the system does not tell. */
    public OptionalDouble othersSince(ProcessorTimes then) {
        double share = (busy - then.busy - (own - then.own)) / (all - then.all);
        return Double.isFinite(share) ? OptionalDouble.of(Math.clamp(share, 0, 1)) : OptionalDouble.empty();
    }

    /**
     * The share of all processors that others use now: measured for so long, during which this thread waits; where the system does not
     * tell, its load average over the number of processors.
     */
    public static OptionalDouble others(long millis) {
        ProcessorTimes then = now();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        OptionalDouble share = now().othersSince(then);
        double load = SYSTEM.getSystemLoadAverage();
        return share.isPresent() || load < 0 ? share : OptionalDouble.of(Math.min(1, load / SYSTEM.getAvailableProcessors()));
    }
}
