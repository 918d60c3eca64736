package org.lanewise.bench.report;

import java.io.PrintWriter;
import java.util.List;
import org.lanewise.bench.result.Change;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.tool.Machine;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.Units;

/** Prints two results side by side. */
public final class ChangesTable {
    private ChangesTable() {}

    /**
     * Prints each cell that both have with both times, then the cells of one, then how many differ.
     *
     * @param firstName what the first is called
     * @param first what was measured first
     * @param secondName what the second is called
     * @param second what was measured second
     * @param out where to
     */
    public static void print(String firstName, Results first, String secondName, Results second, PrintWriter out) {
        out.println("A: " + describe(firstName, first));
        out.println("B: " + describe(secondName, second));
        out.println();
        List<Change> changes = Change.between(first, second);
        if (!changes.isEmpty()) {
            table(changes).print(out);
            out.println();
        }
        missing("A", Change.missing(first, second), out);
        missing("B", Change.missing(second, first), out);
        doubted("A", first, out);
        doubted("B", second, out);
        long faster = changes.stream().filter(change -> change.word().equals("faster")).count();
        long slower = changes.stream().filter(change -> change.word().equals("slower")).count();
        out.println(changes.size() + " cells in both: B is faster in " + faster + " and slower in " + slower + " by more than noise.");
        out.flush();
    }

    private static String describe(String name, Results results) {
        Machine machine = results.machine();
        int forks = results.settings().forks();
        return name + ", " + machine.cpu() + ", " + machine.jvm() + ", " + machine.date() + ", " + forks
                + (forks == 1 ? " JVM" : " JVMs") + " for each cell" + (results.finished() ? "" : ", unfinished");
    }

    private static TextTable table(List<Change> changes) {
        var table = new TextTable(3, "rule", "form", "storage", "bits", "n", "threads", "A ns", "B ns", "B/A", "noise", "");
        String rule = null;
        for (Change change : changes) {
            Row row = change.before();
            if (rule != null && !rule.equals(row.rule())) {
                table.space();
            }
            rule = row.rule();
            table.add(row.rule(), row.form().id(), row.storage(), Units.width(row.width()), Units.size(row.n()),
                    String.valueOf(row.threads()), Units.fixed(row.nsPerElement(), 4), Units.fixed(change.after().nsPerElement(), 4),
                    Units.fixed(change.ratio(), 3), Units.fixed(change.noise() / row.nsPerElement(), 3), change.word());
        }
        return table;
    }

    private static void doubted(String name, Results results, PrintWriter out) {
        List<Row> rows = results.rows().stream().filter(row -> row.doubt() != null).toList();
        if (!rows.isEmpty()) {
            out.println("Not compared, because in doubt in " + name + ":");
            rows.forEach(row -> out.println("  " + row.name() + ": " + row.doubt().label()));
            out.println();
        }
    }

    private static void missing(String name, List<Row> rows, PrintWriter out) {
        if (!rows.isEmpty()) {
            out.println("Only in " + name + ":");
            rows.forEach(row -> out.println("  " + row.name()));
            out.println();
        }
    }
}
