package org.lanewise.bench.report;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import java.io.PrintWriter;
import java.util.List;
import org.lanewise.bench.Latency;
import org.lanewise.bench.Machine;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;

/** Prints results for people, one line for each row, those of a rule together. */
public final class ResultsTable {
    private static final double NANOS_PER_MICRO = 1000;

    private ResultsTable() {}

    /**
     * Prints times per element, times of single steps if there are any, and what was measured on.
     *
     * @param results what was measured
     * @param out where to
     */
    public static void print(Results results, PrintWriter out) {
        if (!results.rows().isEmpty()) {
            rows(results).print(out);
            out.println();
            out.println("ns, +-: per parameter and step, median of the iterations and from there to the farther quartile; roof: of a");
            out.println("stream of about as many bytes; x scalar, x C2: times as fast as one element at a time and as C2's best plain");
            out.println("loop; B/step: garbage.");
            out.println();
        }
        if (!results.latencies().isEmpty()) {
            latencies(results.latencies()).print(out);
            out.println();
        }
        Machine machine = results.machine();
        out.println(machine.cpu() + ", " + machine.cores() + " processors, preferred vectors of " + machine.preferredBits() + " bits");
        out.println(machine.jvm() + ", " + machine.os() + ", " + machine.date());
        out.flush();
    }

    private static TextTable rows(Results results) {
        var table = new TextTable(3, "rule", "form", "storage", "bits", "n", "threads", "ns", "+-", "GB/s", "roof %", "x scalar", "x C2",
                "B/step");
        Cells cells = Cells.of(results);
        List<String> rules = results.rows().stream().map(Row::rule).distinct().toList();
        for (String rule : rules) {
            if (!rule.equals(rules.getFirst())) {
                table.space();
            }
            results.rows().stream().filter(row -> row.rule().equals(rule))
                    .sorted(comparingInt(Row::n).thenComparing(Row::threads).thenComparing(row -> cells.order(row.form()))
                            .thenComparing(Row::storage).thenComparing(Row::width))
                    .forEach(row -> add(row, table));
        }
        return table;
    }

    private static void add(Row row, TextTable table) {
        table.add(row.rule(), row.form(), row.storage(), Units.width(row.width()), Units.size(row.n()), String.valueOf(row.threads()),
                Units.fixed(row.nsPerElement(), 4), Units.fixed(row.error(), 4), Units.fixed(row.gbPerSecond(), 1),
                Units.percent(row.roofFraction()), Units.fixed(row.ratioToScalar(), 2), Units.fixed(row.ratioToAuto(), 2),
                Units.fixed(row.bytesAllocatedPerStep(), 2));
    }

    private static TextTable latencies(List<Latency> latencies) {
        var table = new TextTable(3, "single steps", "form", "storage", "bits", "n", "p50 us", "p99 us", "p99.9 us", "max us");
        latencies.stream().sorted(comparing(Latency::n)).forEach(latency -> table.add(
                latency.rule(), latency.form(), latency.storage(), Units.width(latency.width()), Units.size(latency.n()),
                micros(latency.p50()), micros(latency.p99()), micros(latency.p999()), micros(latency.max())));
        return table;
    }

    private static String micros(double nanos) {
        return Units.fixed(nanos / NANOS_PER_MICRO, 2);
    }
}
