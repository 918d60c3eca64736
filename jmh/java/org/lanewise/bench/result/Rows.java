package org.lanewise.bench.result;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.lanewise.tool.StoreKind;

/** The rows of one run, each compared with the others. Rows in doubt are compared with none, and none with them. */
public final class Rows {
    private final List<Row> rows;
    private final List<Compared> compared;

    private Rows(List<Row> rows) {
        this.rows = List.copyOf(rows);
        this.compared = this.rows.stream().map(this::compare).toList();
    }

    /** The rows of results. */
    public static Rows of(Results results) {
        return new Rows(results.rows());
    }

    /** Rows as they are. */
    public static Rows of(List<Row> rows) {
        return new Rows(rows);
    }

    /** All, in the order of the rows. */
    public List<Compared> all() {
        return compared;
    }

    /** All, those of a rule together, by size, threads, form, storage and width; libraries after forms, in the order of the rows. */
    public List<Compared> inOrder() {
        List<String> rules = rows.stream().map(Row::rule).distinct().toList();
        return compared.stream().sorted(comparing(Compared::row, comparingInt((Row row) -> rules.indexOf(row.rule()))
                .thenComparingInt(Row::n).thenComparingInt(Row::threads).thenComparingInt(row -> order(row.form()))
                .thenComparing(Row::storage).thenComparingInt(Row::width))).toList();
    }

    private int order(Stepper stepper) {
        return stepper instanceof Form form ? form.ordinal() : Form.values().length + libraries().indexOf(stepper);
    }

    /** Other libraries, in the order of the rows. */
    public List<Library> libraries() {
        return rows.stream().map(Row::form).filter(Library.class::isInstance).map(Library.class::cast).distinct().toList();
    }

    /** Rules that Lanewise steps, in the order of the rows. */
    public List<String> rules() {
        return rows.stream().filter(row -> row.form() == Form.LANEWISE).map(Row::rule).distinct().toList();
    }

    /** Lanewise's fastest width on one thread. */
    public Optional<Compared> lanewise(String rule, StoreKind kind, int n) {
        return compared.stream().filter(cell -> cell.row().form() == Form.LANEWISE && cell.row().rule().equals(rule)
                && cell.row().storage().equals(kind.name()) && cell.row().n() == n && cell.row().threads() == 1 && cell.isFastest())
                .findFirst();
    }

    private Compared compare(Row row) {
        Map<Baseline, Ratio> speeds = new EnumMap<>(Baseline.class);
        if (row.isTrusted() && !row.isLimit()) {
            for (Baseline baseline : Baseline.values()) {
                fastest(row, other -> baseline.loopsFor(row.form()).contains(other.form()) && other.threads() == row.threads())
                        .ifPresent(loop -> speeds.put(baseline, Ratio.speed(row, loop)));
            }
        }
        boolean isFastest = row.isTrusted() && rows.stream().filter(other -> other.form().equals(row.form())
                && other.rule().equals(row.rule()) && other.storage().equals(row.storage()) && other.n() == row.n()
                && other.threads() == row.threads() && other.isTrusted()).min(comparingDouble(Row::nsPerElement)).orElseThrow() == row;
        return new Compared(row, Limit.of(row, rows), speeds, row.form() == Form.LANEWISE && row.isTrusted() ? overF32(row) : null,
                row.form() instanceof Library && row.isTrusted() ? overLanewise(row) : null, isFastest);
    }

    private Ratio overF32(Row row) {
        return fastest(row, other -> isF32(other) && other.threads() == row.threads()).map(other -> Ratio.speed(row, other)).orElse(null);
    }

    /** Beside Lanewise on as many threads, else on one. */
    private Ratio overLanewise(Row row) {
        return fastest(row, other -> isF32(other) && other.threads() == row.threads())
                .or(() -> fastest(row, other -> isF32(other) && other.threads() == 1))
                .map(other -> Ratio.time(row, other)).orElse(null);
    }

    private static boolean isF32(Row row) {
        return row.form() == Form.LANEWISE && row.storage().equals(StoreKind.F32_NATIVE.name());
    }

    private Optional<Row> fastest(Row row, Predicate<Row> wanted) {
        return rows.stream().filter(other -> other.rule().equals(row.rule()) && other.n() == row.n() && other.isTrusted())
                .filter(wanted).min(Comparator.comparingDouble(Row::nsPerElement));
    }
}
