package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Width;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.bench.work.OtherPrograms;
import org.lanewise.bench.work.ProcessorTimes;
import org.lanewise.tool.Choices;
import org.lanewise.tool.SizeList;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.TemporaryFolder;
import org.lanewise.tool.Units;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Options that several commands have. Each is refused with a sentence that names it. */
final class Options {
    /** For the help. */
    static final String LISTS = "Filters take several values, separated by commas or each with its option, and names in any case.";

    private static final int LOOK_MILLIS = 500;

    private Options() {}

    /** Kinds of storage, for the help. */
    static final class Storages implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(StoreKind.values()).map(StoreKind::toString).iterator();
        }
    }

    /** The names of {@code --rule} as they are spelled here, whatever the case they were given in. */
    static Set<String> requireRules(CommandSpec spec, Collection<String> asked, Collection<String> known) {
        return refused(spec, () -> Choices.of("--rule", asked, known));
    }

    /** The constants of an enum that an option names, by what they are called here. */
    static <E extends Enum<E>> Set<E> requireConstants(CommandSpec spec, String option, Collection<String> asked, Class<E> type) {
        Map<String, E> known = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            known.put(constant.toString(), constant);
        }
        return refused(spec, () -> Choices.of(option, asked, known.keySet())).stream().map(known::get)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(type)));
    }

    /** The numbers of parameters that {@code --size} has, in whatever form. */
    static Set<Integer> requireSizes(CommandSpec spec, Collection<String> asked) {
        return refused(spec, () -> SizeList.of("--size", asked));
    }

    private static <T> T refused(CommandSpec spec, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Refuses what is not among the values that an option can have. */
    static <T> void requireKnown(CommandSpec spec, String option, Collection<T> asked, Collection<T> known) {
        for (T value : asked) {
            if (!known.contains(value)) {
                throw new ParameterException(spec.commandLine(), option + " must be one of "
                        + known.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ", got " + value);
            }
        }
    }

    /** The widths of vectors that {@code --width} has. */
    static List<Width> requireWidths(CommandSpec spec, Set<Integer> asked) {
        List<Width> vectors = Width.supported().stream().filter(width -> width != Width.SCALAR).toList();
        requireKnown(spec, "--width", asked, vectors.stream().map(Width::bits).toList());
        return vectors.stream().filter(width -> asked.contains(width.bits())).toList();
    }

    /** Refuses numbers of JVMs outside 1 to 100; null is none asked for. */
    static void requireForks(CommandSpec spec, Integer forks) {
        if (forks != null && (forks < 1 || forks > 100)) {
            throw new ParameterException(spec.commandLine(), "--forks must be 1 to 100, got " + forks);
        }
    }

    /**
     * JMH's lock, or one sentence that another run has it.
     *
     * @throws IOException if JMH cannot work because of the folder for temporary files
     */
    static Optional<JmhLock> takeLock(PrintWriter err) throws IOException {
        TemporaryFolder.require();
        try {
            Optional<JmhLock> lock = JmhLock.take();
            if (lock.isEmpty()) {
                err.println("another JMH runs on this machine and holds " + JmhLock.file() + ": wait for its end, "
                        + "or let both disturb each other with -D" + JmhLock.IGNORE + "=true before -jar");
            }
            return lock;
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; -D" + JmhLock.IGNORE + "=true before -jar measures without JMH's lock", e);
        }
    }

    /** Says so if other programs use the processors now. */
    static void warnOfLoad(CommandSpec spec) {
        ProcessorTimes.others(LOOK_MILLIS).filter(OtherPrograms::disturb).ifPresent(others -> spec.commandLine().getErr().println(
                "Other programs use " + Units.percent(others.share()) + " % of the processors, "
                        + Units.digits(others.processors()) + " of them. End them, or wait: "
                        + "rows that are measured meanwhile are marked as in doubt, and left out of charts and ratios."));
    }
}
