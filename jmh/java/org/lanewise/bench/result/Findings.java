package org.lanewise.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        far.stream().map(cell -> cell.row().rule()).distinct().forEach(rule -> findings.add(rule + ": " + far.stream()
                .filter(cell -> cell.row().rule().equals(rule)).map(Findings::describe).collect(Collectors.joining(", ")) + "."));
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
        List<String> allocating = told.stream().filter(row -> row.bytesAllocatedPerStep() >= noise(row, rows))
                .map(row -> String.format(Locale.ROOT, "%s %s %s %s: %.2f B", row.rule(), row.form().id(), row.storage(),
                        Units.size(row.n()), row.bytesAllocatedPerStep())).distinct().toList();
        findings.add((told.size() - allocating.size()) + " of " + told.size() + " cells of Lanewise allocate nothing: less than 1 byte in "
                + "a step, or than JMH itself allocates in that time."
                + (allocating.isEmpty() ? "" : " Not so: " + String.join("; ", allocating) + "."));
    }

    /** What JMH allocates in the time of a step, as rows of the same size without Lanewise show it; half as much again. */
    private static double noise(Row row, Rows rows) {
        double bytesPerNano = rows.all().stream().map(Compared::row)
                .filter(other -> !other.isLanewise() && other.isTrusted() && other.n() == row.n() && other.bytesAllocatedPerStep() != null)
                .mapToDouble(other -> other.bytesAllocatedPerStep() / other.nsPerStep()).max().orElse(0);
        return Math.max(1, 1.5 * bytesPerNano * row.nsPerStep());
    }
}
