package org.lanewise.bench.plan;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the machine has the memory that forks take: one that gets none crashes, or has the system end other programs. */
public final class Memory {
    private static final Path LINUX = Path.of("/proc/meminfo");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");
    private static final int MI_BITS = 20;

    private Memory() {}

    /** One sentence that says how much the largest of some cells needs and how much there is; empty if it suffices. */
    public static Optional<String> lacking(List<Cell> cells) {
        return lacking(cells, available());
    }

    static Optional<String> lacking(List<Cell> cells, long available) {
        return cells.stream().max(Comparator.comparingLong(Memory::needed))
                .flatMap(cell -> lacking(cell.toString(), needed(cell), available));
    }

    /** The same of something that needs so many bytes. */
    public static Optional<String> lacking(String what, long needed) {
        return lacking(what, needed, available());
    }

    private static Optional<String> lacking(String what, long needed, long available) {
        return needed <= available ? Optional.empty()
                : Optional.of("memory does not suffice: " + what + " needs " + (needed >> MI_BITS) + " MiB, available are "
                        + (available >> MI_BITS) + " MiB; --size takes fewer parameters");
    }

    /** The heap as far as its size depends on the parameters, and what is outside it. */
    static long needed(Cell cell) {
        return Measurement.heapBytes(cell) + cell.nativeBytes();
    }

    /** What the system can give without taking it from other programs, and no more than this process may have. */
    private static long available() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long free;
        try {
            Matcher line = AVAILABLE.matcher(Files.readString(LINUX));
            free = line.find() ? Long.parseLong(line.group(1)) << 10 : system.getFreeMemorySize();
        } catch (IOException _) {
            free = system.getFreeMemorySize();
        }
        return Math.min(free, system.getTotalMemorySize());
    }
}
