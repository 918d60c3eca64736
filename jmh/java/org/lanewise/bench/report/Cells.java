package org.lanewise.bench.report;

import static java.util.Comparator.comparingDouble;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.lanewise.bench.Form;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;
import org.lanewise.tool.StoreKind;

/** Finds rows. */
final class Cells {
    private final List<Row> rows;

    private Cells(List<Row> rows) {
        this.rows = rows;
    }

    static Cells of(Results results) {
        return new Cells(results.rows());
    }

    /** What steps in rows of the forms that {@link Form} does not know: other libraries. */
    List<String> rivals() {
        return rows.stream().map(Row::form).filter(Form::isRival).distinct().toList();
    }

    /** Rules that Lanewise steps, in the order of the rows. */
    List<String> rules() {
        return rows.stream().filter(row -> row.form().equals(Form.LANEWISE)).map(Row::rule).distinct().toList();
    }

    /** Lanewise's fastest width, 32-bit floats in native memory, one thread. */
    Optional<Row> lanewise(String rule, int n) {
        return lanewise(rule, StoreKind.F32_NATIVE, n);
    }

    /** Lanewise's fastest width, one thread. */
    Optional<Row> lanewise(String rule, StoreKind kind, int n) {
        return fastest(rule, Form.LANEWISE, n, row -> row.storage().equals(kind.name()));
    }

    /** The fastest row of a form on one thread, wherever it keeps its numbers. */
    Optional<Row> fastest(String rule, String form, int n) {
        return fastest(rule, form, n, _ -> true);
    }

    private Optional<Row> fastest(String rule, String form, int n, Predicate<Row> also) {
        return rows.stream()
                .filter(row -> row.rule().equals(rule) && row.form().equals(form) && row.n() == n && row.threads() == 1)
                .filter(also).filter(row -> Double.isFinite(row.nsPerElement()))
                .min(comparingDouble(Row::nsPerElement));
    }

    /** Where a form stands among others; rivals come last, in the order of the rows. */
    int order(String form) {
        int own = Form.all().indexOf(form);
        return own >= 0 ? own : Form.all().size() + rivals().indexOf(form);
    }
}
