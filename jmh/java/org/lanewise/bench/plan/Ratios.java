package org.lanewise.bench.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.lanewise.bench.Form;
import org.lanewise.bench.Row;

/**
 * Puts into each row how it compares with the plain loops of the same rule and size, and with the stream whose bytes, 12, 20, 28 or 36,
 * are nearest to its own.
 */
public final class Ratios {
    /** What C2 makes of plain loops: of the rule's own, and of the one by hand where there is one. */
    private static final Set<String> AUTO = Set.of(Form.AUTO, Form.CONTROL_AUTO);

    private static final Set<String> AUTO_AVX2 = Set.of(Form.AUTO_AVX2);

    private Ratios() {}

    /** The same rows, compared with each other. */
    public static List<Row> of(List<Row> rows) {
        return rows.stream().map(row -> compared(row, rows)).toList();
    }

    private static Row compared(Row row, List<Row> rows) {
        boolean limit = Form.isLimit(row.form());
        return new Row(row.rule(), row.form(), row.storage(), row.width(), row.n(), row.threads(), row.nsPerElement(), row.error(),
                row.bytesPerElement(), row.gbPerSecond(),
                limit || row.form().equals(Form.LANEWISE_AVX2) ? null
                        : roof(row, rows).map(roof -> row.gbPerSecond() / roof.gbPerSecond()).orElse(null),
                limit ? null : times(row, rows, Set.of(Form.SCALAR)),
                limit ? null : times(row, rows, row.form().equals(Form.LANEWISE_AVX2) ? AUTO_AVX2 : AUTO),
                row.bytesAllocatedPerStep());
    }

    private static Double times(Row row, List<Row> rows, Set<String> forms) {
        return rows.stream()
                .filter(other -> forms.contains(other.form()) && other.rule().equals(row.rule()) && other.n() == row.n()
                        && other.threads() == row.threads())
                .min(Comparator.comparingDouble(Row::nsPerElement)).map(other -> other.nsPerElement() / row.nsPerElement()).orElse(null);
    }

    private static Optional<Row> roof(Row row, List<Row> rows) {
        Predicate<Row> samePlace = other -> other.form().equals(Form.ROOF) && other.n() == row.n() && other.threads() == row.threads()
                && isNative(other) == isNative(row);
        return rows.stream().filter(samePlace)
                .min(Comparator.comparingDouble(other -> Math.abs(other.bytesPerElement() - row.bytesPerElement())));
    }

    private static boolean isNative(Row row) {
        return !row.storage().endsWith("HEAP");
    }
}
