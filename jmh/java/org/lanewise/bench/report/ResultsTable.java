package org.lanewise.bench.report;

import static java.util.Comparator.comparing;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Rows;
import org.lanewise.tool.Machine;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.Units;

/** Prints results for people, one line for each row, those of a rule together. */
public final class ResultsTable {
    private static final double NANOS_PER_MICRO = 1000;

    /** Lines have at most 140 characters so: GB/s tells the bytes, and there is another place for doubts. */
    private static final List<Column> COLUMNS = Stream.of(Column.values())
            .filter(column -> column != Column.BYTES && column != Column.DOUBT).toList();

    private ResultsTable() {}

    /**
     * Prints times per element, times of single steps if there are any, and what was measured on.
     *
     * @param results what was measured
     * @param out where to
     */
    public static void print(Results results, PrintWriter out) {
        if (!results.rows().isEmpty()) {
            rows(Rows.of(results)).print(out);
            out.println();
            out.println("ns: nanoseconds per parameter and step, the median of the iterations; error: from there to the farther quartile;");
            out.println("limit %: share of the speed that this machine's memory, roots and divisions allow; x scalar, x C2: times as fast");
            out.println("as one element at a time and as C2's best plain loop; B/step: garbage.");
            Stream.of(Doubt.values()).filter(doubt -> results.rows().stream().anyMatch(row -> row.doubt() == doubt))
                    .forEach(doubt -> out.println(doubt.label() + ": " + doubt.reason() + "."));
            out.println();
        }
        if (!results.latencies().isEmpty()) {
            latencies(results.latencies()).print(out);
            out.println();
        }
        for (String warning : Warnings.of(results)) {
            out.println(warning);
            out.println();
        }
        Machine machine = results.machine();
        out.println(machine.cpu() + ", " + machine.cores() + " processors, preferred vectors of " + machine.preferredBits() + " bits");
        out.println(machine.jvm() + ", " + machine.os() + ", " + machine.date());
        out.flush();
    }

    private static TextTable rows(Rows rows) {
        var table = new TextTable(Column.words(), COLUMNS.stream().map(Column::title).toArray(String[]::new));
        String rule = null;
        for (Compared cell : rows.inOrder()) {
            if (rule != null && !rule.equals(cell.row().rule())) {
                table.space();
            }
            rule = cell.row().rule();
            table.add(COLUMNS.stream().map(column -> text(column, cell)).toArray(String[]::new));
        }
        return table;
    }

    /** A row in doubt has no share of a limit; the doubt stands in its place. */
    private static String text(Column column, Compared cell) {
        return column == Column.LIMIT && cell.row().doubt() != null ? cell.row().doubt().label() : column.text(cell);
    }

    private static TextTable latencies(List<Latency> latencies) {
        var table = new TextTable(3, "single steps", "form", "storage", "bits", "n", "p50 us", "p99 us", "p99.9 us", "max us", "");
        latencies.stream().sorted(comparing(Latency::n)).forEach(latency -> table.add(
                latency.rule(), latency.form().id(), latency.storage(), Units.width(latency.width()), Units.size(latency.n()),
                micros(latency.p50()), micros(latency.p99()), micros(latency.p999()), micros(latency.max()),
                latency.doubt() == null ? "" : latency.doubt().label()));
        return table;
    }

    private static String micros(double nanos) {
        return Units.fixed(nanos / NANOS_PER_MICRO, 2);
    }
}
