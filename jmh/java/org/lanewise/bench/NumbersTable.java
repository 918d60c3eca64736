package org.lanewise.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.torch.ComparedNumbers;
import org.lanewise.tool.torch.ComparedNumbers.Nearness;
import org.lanewise.tool.torch.NumbersFile;

/** What {@code torch} prints of schedules and scales: a row for each series, and the cases that were skipped. */
final class NumbersTable {
    private NumbersTable() {}

    static void print(NumbersFile file, PrintWriter out) {
        List<ComparedNumbers> compared = file.compared();
        compared.stream().filter(one -> one.differing() > 0).forEach(one -> out.println(one.name() + " differs, most at " + one.where()));
        TextTable table = new TextTable(2, "case", "compared", "values", "differing", "worst");
        for (ComparedNumbers one : compared) {
            table.add(one.name(), one.nearness().toString(), String.format(Locale.ROOT, "%,d", one.values()),
                    String.format(Locale.ROOT, "%,d", one.differing()),
                    one.worst() == 0 ? "0" : String.format(Locale.ROOT, "%.1e", one.worst()));
        }
        table.print(out);
        out.println();
        out.println("worst: the largest distance, as a part of the number that the series begins from.");
        explain(compared, Nearness.FORMULA, "to 4 units in the last place of 1, as a part of that number: Python's cosines and powers "
                + "are another library's.", out);
        explain(compared, Nearness.CHAIN, "to so large a part of that number: PyTorch multiplies from step to step, the schedule "
                + "computes each value anew.", out);
        file.skipped().forEach(one -> out.println("skipped " + one.name() + ": " + one.reason()));
        // Digits only: the line is read by programs too.
        out.println("torch: " + compared.stream().mapToLong(ComparedNumbers::values).sum() + " values, "
                + compared.stream().mapToLong(ComparedNumbers::differing).sum() + " differences, " + file.skipped().size() + " skipped");
        out.flush();
    }

    private static void explain(List<ComparedNumbers> compared, Nearness nearness, String how, PrintWriter out) {
        if (compared.stream().anyMatch(one -> one.nearness() == nearness)) {
            out.println(nearness + ": " + how);
        }
    }
}
