package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.bench.work.ProcessorTimes;
import org.lanewise.tool.Units;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Options that several commands have. Each is refused with a sentence that names it. */
final class Options {
    /** Exit code where another JMH runs. */
    static final int LOCKED = 4;

    /** Share of the processors that other programs may use before it shows in the times. */
    private static final double BUSY = 0.1;
    private static final int LOOK_MILLIS = 500;

    private Options() {}

    /** Reads {@code 65536}, {@code 64Ki} and {@code 16Mi}. */
    static final class Size implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                return Units.parseSize(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** The names of {@code --rule} as they are spelled here, whatever the case they were given in. */
    static Set<String> requireRules(CommandSpec spec, Collection<String> asked, Collection<String> known) {
        Set<String> rules = new LinkedHashSet<>();
        for (String name : asked) {
            Optional<String> rule = known.stream().filter(one -> one.equalsIgnoreCase(name.strip())).findFirst();
            rules.add(rule.orElseThrow(() -> refused(spec, "--rule", known, name)));
        }
        return rules;
    }

    /** Refuses what is not among the values that an option can have. */
    static <T> void requireKnown(CommandSpec spec, String option, Collection<T> asked, Collection<T> known) {
        for (T value : asked) {
            if (!known.contains(value)) {
                throw refused(spec, option, known, value);
            }
        }
    }

    private static ParameterException refused(CommandSpec spec, String option, Collection<?> known, Object value) {
        return new ParameterException(spec.commandLine(), option + " must be one of "
                + known.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ", got " + value);
    }

    /** Refuses numbers of JVMs outside 1 to 100; null is none asked for. */
    static void requireForks(CommandSpec spec, Integer forks) {
        if (forks != null && (forks < 1 || forks > 100)) {
            throw new ParameterException(spec.commandLine(), "--forks must be 1 to 100, got " + forks);
        }
    }

    /** Makes the directory of {@code --out}, unless it is there. */
    static void createDirectory(CommandSpec spec, Path out) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--out " + out + ": cannot be made a directory", e);
        }
        if (!Files.isWritable(out)) {
            throw new ParameterException(spec.commandLine(), "--out " + out + ": no permission to write there");
        }
    }

    /** JMH's lock, or one sentence that another run has it. */
    static Optional<JmhLock> takeLock(CommandSpec spec) {
        try {
            Optional<JmhLock> lock = JmhLock.take();
            if (lock.isEmpty()) {
                spec.commandLine().getErr().println("another JMH runs on this machine and holds " + JmhLock.file() + ": wait for its end, "
                        + "or let both disturb each other with -D" + JmhLock.IGNORE + "=true before -jar");
            }
            return lock;
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + "; -D" + JmhLock.IGNORE
                    + "=true before -jar measures without JMH's lock", e);
        }
    }

    /** Says so if other programs use the processors now. */
    static void warnOfLoad(CommandSpec spec) {
        double others = ProcessorTimes.others(LOOK_MILLIS).orElse(0);
        if (others > BUSY) {
            spec.commandLine().getErr().println("Other programs use " + Units.percent(others) + " % of the processors. End them, or wait: "
                    + "rows that are measured meanwhile are marked as in doubt, and left out of charts and ratios.");
        }
    }
}
