package org.lanewise.bench.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.result.StartResults;
import org.lanewise.bench.result.StepSpread;
import org.lanewise.tool.Machine;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.Units;

/** First steps, and single steps at full speed, as two tables. */
public final class StartTable {
    private static final List<String> HEAD = List.of("parameters", "way", "make", "again", "1st step", "10th", "100th", "first 1,000",
            "until full speed", "slowest after", "ns each");
    private static final List<String> SPREAD_HEAD = List.of("parameters", "way", "p50", "p99", "p99.9", "max", "p99.9 / p50",
            "machine's p99", "p99.9", "max", "p99.9 / p50");
    private static final int WORDS = 2;
    private static final double THOUSAND = 1e3;

    /** What columns and ways are. */
    static final String LEGEND = """
            Adam in fresh JVMs, medians, milliseconds; *ns each* is nanoseconds per parameter at full speed. `lanewise-` begins on plain
            loops, `vectors-` is Lanewise with `-Dlanewise.plainFirst=false`, `plain-java` a loop over arrays as one writes it. *make* is a
            store, its gradients and an optimizer, *again* the same once more in the same JVM. *until full speed* is the time from the
            first step on after which half of any 20 steps take at most 1.5 times as long as in the end.
            """;
    static final String SPREAD_LEGEND = """
            100,000 steps at full speed, microseconds. *machine's* are calls of a loop in registers that is as long as a step.
            """;

    private StartTable() {}

    /** Both tables with what is to be known of them, and nothing of the machine. */
    static String markdown(StartResults results) {
        StringBuilder text = new StringBuilder(LEGEND).append('\n');
        text.append(Markdown.row(HEAD)).append(Markdown.rule(WORDS, HEAD.size() - WORDS));
        results.starts().forEach(start -> text.append(Markdown.row(line(start))));
        if (!results.spreads().isEmpty()) {
            text.append('\n').append(SPREAD_LEGEND).append('\n');
            text.append(Markdown.row(SPREAD_HEAD)).append(Markdown.rule(WORDS, SPREAD_HEAD.size() - WORDS));
            results.spreads().forEach(spread -> text.append(Markdown.row(line(spread))));
        }
        return text.toString();
    }

    /** The same with the machine and warnings above. */
    public static String page(StartResults results) {
        return warnings(results).stream().map(warning -> warning + "\n\n").collect(Collectors.joining()) + machine(results) + "\n"
                + markdown(results);
    }

    /** A paragraph for each; none for a finished run without doubts. */
    public static List<String> warnings(StartResults results) {
        List<String> warnings = new ArrayList<>();
        if (!results.finished()) {
            warnings.add("Unfinished: the run was ended early, or a JVM failed. What was not measured is missing.");
        }
        if (results.doubted() > 0) {
            warnings.add(results.doubted() + " of " + (results.starts().size() + results.spreads().size()) + " lines are in doubt, because "
                    + "other programs had the processors. Their ways have a question mark, and they are left out of the chart.");
        }
        return warnings;
    }

    /** What was measured on and how, as a sentence and the end of a line. */
    static String machine(StartResults results) {
        Machine machine = results.machine();
        return String.format(Locale.ROOT, "Measured on %s (%d processors, %s, %s) with %s on %s, %s in all.\n",
                Markdown.escape(machine.cpu()), machine.cores(), machine.vectors(), Markdown.escape(String.join(", ", machine.caches())),
                Markdown.escape(machine.jvm()), Markdown.escape(machine.date()).replaceAll("T.*", ""),
                Units.seconds(results.settings().seconds()));
    }

    /** Prints both tables. */
    public static void print(StartResults results, PrintWriter out) {
        TextTable starts = new TextTable(WORDS, HEAD.toArray(String[]::new));
        results.starts().forEach(start -> starts.add(line(start).toArray(String[]::new)));
        starts.print(out);
        if (!results.spreads().isEmpty()) {
            out.println();
            TextTable spreads = new TextTable(WORDS, SPREAD_HEAD.toArray(String[]::new));
            results.spreads().forEach(spread -> spreads.add(line(spread).toArray(String[]::new)));
            spreads.print(out);
        }
        out.println();
        out.println("Milliseconds and, for single steps at full speed, microseconds; ? after those in doubt.");
        warnings(results).forEach(out::println);
    }

    private static List<String> line(Start start) {
        List<String> line = new ArrayList<>(List.of(Units.size(start.n()), way(start.way(), start.doubt())));
        for (double time : new double[] {start.make(), start.again(), start.first(), start.tenth(), start.hundredth(), start.thousand(),
            start.full(), start.slowest(), start.nanos() / start.n()}) {
            line.add(Units.digits(time));
        }
        return line;
    }

    private static List<String> line(StepSpread spread) {
        List<String> line = new ArrayList<>(List.of(Units.size(spread.n()), way(spread.way(), spread.doubt())));
        for (StepSpread.Percentiles times : List.of(spread.steps(), spread.machine())) {
            if (times == spread.steps()) {
                line.add(Units.digits(times.p50() / THOUSAND));
            }
            line.add(Units.digits(times.p99() / THOUSAND));
            line.add(Units.digits(times.p999() / THOUSAND));
            line.add(Units.digits(times.max() / THOUSAND));
            line.add(Units.digits(times.p999() / times.p50()));
        }
        return line;
    }

    private static String way(String way, Doubt doubt) {
        return Markdown.escape(way) + (doubt == null ? "" : "?");
    }
}
