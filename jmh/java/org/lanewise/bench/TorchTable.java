package org.lanewise.bench;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.lanewise.Width;
import org.lanewise.tool.TextTable;
import org.lanewise.tool.torch.Compared;
import org.lanewise.tool.torch.Compared.Difference;
import org.lanewise.tool.torch.Comparing;
import org.lanewise.tool.torch.Comparing.Skipped;
import org.lanewise.tool.torch.Origin;
import org.lanewise.tool.torch.Place;
import org.lanewise.tool.torch.Ulps;

/** What {@code torch} prints: differences, a table with a row for each optimizer, the cases that were skipped. */
final class TorchTable {
    /** Tensors of an optimizer that are told of one by one. */
    private static final int MOST = 3;

    private TorchTable() {}

    /** A tensor that differs, and in which case. */
    private record Found(Compared in, Difference difference) {
        String where() {
            return difference.tensor() + "[" + difference.index() + "] after step " + difference.step() + " of " + in.name();
        }

        @Override
        public String toString() {
            String elsewhere = difference.elements() == 1 ? "" : "; " + difference.elements() + " of its elements differ";
            String places = difference.places().size() == Place.all().size() ? ""
                    : ", only in " + difference.places().stream().map(Place::toString).collect(Collectors.joining(", "));
            return where() + " is " + number(difference.ours()) + ", PyTorch has " + number(difference.theirs()) + elsewhere + places;
        }
    }

    static void print(Origin origin, Comparing comparing, List<Compared> compared, PrintWriter out) {
        Map<String, List<Compared>> groups =
                compared.stream().collect(Collectors.groupingBy(Compared::group, LinkedHashMap::new, Collectors.toList()));
        groups.values().forEach(group -> printDifferences(group, out));
        TextTable table = new TextTable(2, true, comparing.kind(), "compared", "cases", "tensors", "elements", "differing", "worst ulps",
                "where");
        groups.forEach((name, group) -> addRow(table, name, group));
        table.print(out);
        out.println();
        out.println(heading(origin));
        out.println("Each case was run in Java arrays and in native memory, "
                + Width.supported().stream().map(width -> width == Width.SCALAR ? "by plain loops" : "at " + width.bits() + " bits")
                        .collect(Collectors.joining(", ")) + ".");
        if (compared.stream().anyMatch(one -> !one.exact())) {
            out.println(comparing.nearness());
        }
        List<Skipped> skipped = comparing.skipped();
        skipped.forEach(one -> out.println("skipped " + one.name() + ": " + one.reason()));
        // Digits only: the line is read by programs too.
        out.println("torch: " + compared.stream().mapToLong(Compared::tensors).sum() + " tensors, "
                + compared.stream().mapToLong(Compared::differing).sum() + " differences, " + skipped.size() + " skipped");
        out.flush();
    }

    private static String heading(Origin origin) {
        String instructions = origin.instructions().isEmpty() ? "" : ", kernels with " + origin.instructions();
        String steps = origin.recordedSteps().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "PyTorch " + origin.pyTorch() + ", path " + origin.path() + instructions + ": " + origin.steps()
                + " steps, recorded after " + steps + ".";
    }

    private static List<Found> found(List<Compared> group) {
        return group.stream().flatMap(one -> one.differences().stream().map(difference -> new Found(one, difference))).toList();
    }

    private static void printDifferences(List<Compared> group, PrintWriter out) {
        List<Found> found = found(group);
        found.stream().limit(MOST).forEach(out::println);
        if (found.size() > MOST) {
            out.printf(Locale.ROOT, "    and %,d more tensors of %s%n", found.size() - MOST, group.getFirst().group());
        }
    }

    private static void addRow(TextTable table, String name, List<Compared> group) {
        Found worst = found(group).stream().max(Comparator.comparingLong(found -> found.difference().ulps())).orElse(null);
        table.add(name, group.stream().allMatch(Compared::exact) ? "bits" : "nearly", String.valueOf(group.size()),
                String.format(Locale.ROOT, "%,d", group.stream().mapToLong(Compared::tensors).sum()),
                String.format(Locale.ROOT, "%,d", group.stream().mapToLong(Compared::elements).sum()),
                String.format(Locale.ROOT, "%,d", group.stream().mapToLong(Compared::differing).sum()),
                worst == null ? "0" : ulps(worst.difference().ulps()), worst == null ? "" : worst.where());
    }

    private static String ulps(long ulps) {
        return ulps == Ulps.NAN ? "NaN" : String.format(Locale.ROOT, "%,d", ulps);
    }

    /** A float as its bits and its value; a double that is none as its value. */
    static String number(double x) {
        return Double.compare((float) x, x) == 0 ? org.lanewise.verify.Difference.hex((float) x) : String.valueOf(x);
    }
}
