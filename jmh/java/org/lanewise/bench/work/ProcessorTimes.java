package org.lanewise.bench.work;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the machine's processors have done since it was started, and what this JVM had of it. In the time between two of these is how busy
 * others kept the machine: the load average tells that only after a minute.
 *
 * @param busy in which processors worked, of all together, in nanoseconds; NaN where the system does not tell
 * @param all in which they could have worked
 * @param processors how many there are
 * @param own of this JVM
 */
public record ProcessorTimes(double busy, double all, int processors, double own) {
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
            // All together, then each by itself.
            List<String> cpus = lines.takeWhile(line -> line.startsWith("cpu")).toList();
            return of(cpus.isEmpty() ? "" : cpus.getFirst(), cpus.size() - 1, own);
        } catch (IOException _) {
            return unknown(own);
        }
    }

    private static ProcessorTimes unknown(double own) {
        return new ProcessorTimes(Double.NaN, Double.NaN, 0, own);
    }

    static ProcessorTimes of(String line, int processors, double own) {
        String[] words = line.split("\\s+");
        if (words.length <= COLUMNS || !words[0].equals("cpu")) {
            return unknown(own);
        }
        double busy = 0, all = 0;
        for (int column = 0; column < COLUMNS; column++) {
            double nanos = Long.parseLong(words[1 + column]) * TICK_NANOS;
            all += nanos;
            busy += column == IDLE || column == WAITING ? 0 : nanos;
        }
        return new ProcessorTimes(busy, all, processors, own);
    }

    /** What others than this JVM used since then; empty where the system does not tell. */
    public Optional<OtherPrograms> othersSince(ProcessorTimes then) {
        return othersSince(then, 0);
    }

    /** The same where a JVM that this one started used so many nanoseconds, and has ended. */
    public Optional<OtherPrograms> othersSince(ProcessorTimes then, double childNanos) {
        double share = Math.clamp((busy - then.busy - (own - then.own) - childNanos) / (all - then.all), 0, 1);
        return Double.isFinite(share) ? Optional.of(new OtherPrograms(share, share * processors)) : Optional.empty();
    }

    /**
     * What others use now: measured for so long, during which this thread waits; where the system does not tell, its load average.
     */
    public static Optional<OtherPrograms> others(long millis) {
        ProcessorTimes then = now();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Optional<OtherPrograms> others = now().othersSince(then);
        double load = SYSTEM.getSystemLoadAverage();
        return others.isPresent() || load < 0 ? others
                : Optional.of(new OtherPrograms(Math.min(1, load / SYSTEM.getAvailableProcessors()), load));
    }
}
