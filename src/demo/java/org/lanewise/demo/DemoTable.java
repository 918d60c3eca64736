package org.lanewise.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lanewise.tool.Machine;

/** Prints the demo's results for people. */
final class DemoTable {
    private static final String HEAD = "%-17s %6s %12s %14s %14s %9s %9s %9s %11s%n";
    private static final String ROW = "%-17s %6s %12.5f %12.1f %% %14s %9.3f %9.3f %9s %11s%n";

    private DemoTable() {}

    static void print(DemoResults results, PrintWriter out) {
        DemoResults.Data data = results.data();
        Machine machine = results.machine();
        out.printf(Locale.ROOT, HEAD, "rule", "batch", "final loss", "test accuracy", "steps to 95 %", "Lanewise", "plain", "scalar",
                "bits equal");
        results.rules().forEach(row -> print(row, data, out));
        out.println();
        out.printf(Locale.ROOT, "%d epochs of %,d training images; loss on these, accuracy on %,d others, looked at %s.%n",
                data.epochs(), data.trainImages(), data.testImages(), intervals(results.rules()));
        out.println("Nanoseconds per parameter and step; plain: the loop as C2 compiles it, scalar: the same one element at a time.");
        out.println("Bits equal: whether trainings with vectors and with plain loops ended in the same bits.");
        DemoResults.WholeResult whole = results.whole();
        out.printf(Locale.ROOT, "AdamW on %,d parameters: %.1f %% alone, %.1f %% with the whole step, %.1f %% with its averages; "
                + "%d threads and one: %s bits.%n", whole.parameters(), 100 * whole.plainAccuracy(), 100 * whole.accuracy(),
                100 * whole.averagedAccuracy(), whole.threads(), whole.bitsEqual() ? "the same" : "OTHER");
        if (whole.resumed() != Resumed.NOT_TRIED) {
            out.printf(Locale.ROOT, "Saved after %d steps and gone on with in a second JVM: %s bits.%n", whole.resumedAfter(),
                    whole.resumed() == Resumed.SAME_BITS ? "the same" : "OTHER");
        }
        whole.ranks().sentence().ifPresent(out::println);
        results.disturbance().warning().ifPresent(out::println);
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
                row.cost().lanewise(),
                row.cost().plain(),
                Double.isNaN(row.cost().scalar()) ? "-" : String.format(Locale.ROOT, "%.3f", row.cost().scalar()),
                row.bitsEqual() ? "yes" : "NO");
    }

    /** How often the test images were looked at, in words. */
    static String intervals(List<DemoResults.RuleResult> rows) {
        int usual = rows.stream().mapToInt(DemoResults.RuleResult::scoredEvery).max().orElse(1);
        String others = rows.stream().filter(row -> row.scoredEvery() != usual)
                .map(row -> " (" + row.name() + ": " + every(row.scoredEvery()) + ")").collect(Collectors.joining());
        return every(usual) + others;
    }

    private static String every(int steps) {
        return steps == 1 ? "after every step" : "every " + steps + " steps";
    }
}
