package org.lanewise.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.lanewise.tool.Units;

/**
 * What is worth saying of a run besides its numbers: which rows are in doubt, which cells are far from what the
 * machine allows, and which allocate.
 */
public final class Findings {
    private static final double NEAR = 0.9;
    private static final int MOST_NAMED = 10;

    private Findings() {}

    /** One paragraph for each thing that the rows can tell about. */
    public static List<String> of(Rows rows) {
        List<String> findings = new ArrayList<>();
        doubts(rows, findings);
        limits(rows, findings);
        garbage(rows, findings);
        return findings;
    }

    private static void doubts(Rows rows, List<String> findings) {
        for (Doubt doubt : Doubt.values()) {
            List<Row> found = rows.all().stream().map(Compared::row).filter(row -> row.doubt() == doubt).toList();
            if (!found.isEmpty()) {
                findings.add(found.size() + " of " + rows.all().size() + " rows are marked " + doubt.label() + ": " + doubt.reason() + ". "
                        + found.stream().limit(MOST_NAMED).map(Row::name).collect(Collectors.joining("; "))
                        + (found.size() > MOST_NAMED ? "; and others." : "."));
            }
        }
    }

    private static void limits(Rows rows, List<String> findings) {
        List<Compared> told = rows.all().stream().filter(Compared::isUsual).filter(cell -> cell.limit() != null).toList();
        if (told.isEmpty()) {
            return;
        }
        List<Compared> far = told.stream().filter(cell -> shown(cell.shareOfLimit()) < NEAR).toList();
        findings.add((told.size() - far.size()) + " of " + told.size() + " cells of Lanewise (fastest width, one thread) are at 0.9 of the "
                + "speed that this machine allows, or above it."
                + (far.isEmpty() ? "" : " Below, with what limits them, m for moving the bytes and a for roots and divisions:"));
        far.stream().collect(Collectors.groupingBy(cell -> cell.row().rule(), LinkedHashMap::new,
                Collectors.mapping(Findings::describe, Collectors.joining(", "))))
                .forEach((rule, cells) -> findings.add(rule + ": " + cells + "."));
    }

    /** With the two decimals that people read: what they see as 0.90 is not below 0.9. */
    private static double shown(double share) {
        return Math.rint(100 * share) / 100;
    }

    private static String describe(Compared cell) {
        return String.format(Locale.ROOT, "%s %s %.2f%s", cell.row().storage(), Units.size(cell.row().n()), cell.shareOfLimit(),
                cell.limit().by() == Limit.Resource.MEMORY ? "m" : "a");
    }

    private static void garbage(Rows rows, List<String> findings) {
        List<Row> told = rows.all().stream().map(Compared::row).filter(row -> row.isLanewise() && row.isTrusted())
                .filter(row -> row.bytesAllocatedPerStep() != null)
                .toList();
        if (told.isEmpty()) {
            return;
        }
        Map<Integer, Double> noise = noise(rows);
        List<String> allocating = told.stream()
                .filter(row -> row.bytesAllocatedPerStep() >= Math.max(1, noise.getOrDefault(row.n(), 0.0) * row.nsPerStep()))
                .map(row -> String.format(Locale.ROOT, "%s %s %s %s: %.2f B", row.rule(), row.form().id(), row.storage(),
                        Units.size(row.n()), row.bytesAllocatedPerStep())).distinct().toList();
        findings.add((told.size() - allocating.size()) + " of " + told.size() + " cells of Lanewise allocate nothing: less than 1 byte in "
                + "a step, or than JMH itself allocates in that time."
                + (allocating.isEmpty() ? "" : " Not so: " + String.join("; ", allocating) + "."));
    }

    /** What JMH allocates in a nanosecond, as rows of each size without Lanewise show it; half as much again. */
    private static Map<Integer, Double> noise(Rows rows) {
        return rows.all().stream().map(Compared::row)
                .filter(row -> !row.isLanewise() && row.isTrusted() && row.bytesAllocatedPerStep() != null)
                .collect(Collectors.toMap(Row::n, row -> 1.5 * row.bytesAllocatedPerStep() / row.nsPerStep(), Math::max));
    }
}
