package org.lanewise.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lanewise.tool.Machine;

/** Prints the demo's results for people. */
final class DemoTable {
    private static final String HEAD = "%-17s %6s %12s %14s %14s %10s %10s %11s%n";
    private static final String ROW = "%-17s %6s %12.5f %12.1f %% %14s %10.3f %10.3f %11s%n";

    private DemoTable() {}

    static void print(DemoResults results, PrintWriter out) {
        DemoResults.Data data = results.data();
        Machine machine = results.machine();
        out.printf(Locale.ROOT, HEAD, "rule", "batch", "final loss", "test accuracy", "steps to 95 %", "vector", "scalar", "bits equal");
        results.rules().forEach(row -> print(row, data, out));
        out.println();
        out.printf(Locale.ROOT, "%d epochs of %,d training images; loss on these, accuracy on %,d others, looked at %s.%n",
                data.epochs(), data.trainImages(), data.testImages(), intervals(results.rules()));
        out.println("vector, scalar: ns per parameter and step; bits equal: whether both trainings ended in the same bits.");
        out.printf(Locale.ROOT, "%s, %s, %d cores, %s, %s.%n", machine.jvm(), machine.cpu(), machine.cores(), machine.os(),
                machine.vectors());
    }

    private static void print(DemoResults.RuleResult row, DemoResults.Data data, PrintWriter out) {
        out.printf(Locale.ROOT, ROW,
                row.name(),
                row.batchSize() == data.trainImages() ? "all" : row.batchSize(),
                row.finalLoss(),
                100 * row.testAccuracy(),
                row.stepsTo95() == null ? "-" : row.stepsTo95(),
                row.nsPerParameterVector(),
                row.nsPerParameterScalar(),
                row.bitsEqual() ? "yes" : "NO");
    }

    private static String intervals(List<DemoResults.RuleResult> rows) {
        int usual = rows.stream().mapToInt(DemoResults.RuleResult::scoredEvery).max().orElse(1);
        String others = rows.stream().filter(row -> row.scoredEvery() != usual)
                .map(row -> " (" + row.name() + ": " + every(row.scoredEvery()) + ")").collect(Collectors.joining());
        return every(usual) + others;
    }

    private static String every(int steps) {
        return steps == 1 ? "after every step" : "every " + steps + " steps";
    }
}
