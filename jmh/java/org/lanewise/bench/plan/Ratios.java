package org.lanewise.bench.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.lanewise.bench.Form;
import org.lanewise.bench.Row;

/** Puts into each row how it compares with the plain loops of the same rule and size, and with the stream of as many bytes. */
public final class Ratios {
    private Ratios() {}

    /** The same rows, compared with each other. */
    public static List<Row> of(List<Row> rows) {
        return rows.stream().map(row -> compared(row, rows)).toList();
    }

    private static Row compared(Row row, List<Row> rows) {
        boolean limit = row.form().equals(Form.ROOF) || row.form().equals(Form.ARITHMETIC);
        return new Row(row.rule(), row.form(), row.storage(), row.width(), row.n(), row.threads(), row.nsPerElement(), row.error(),
                row.bytesPerElement(), row.gbPerSecond(),
                limit ? null : roof(row, rows).map(roof -> row.gbPerSecond() / roof.gbPerSecond()).orElse(null),
                limit ? null : times(row, rows, Form.SCALAR),
                limit ? null : times(row, rows, Form.AUTO),
                row.bytesAllocatedPerStep());
    }

    private static Double times(Row row, List<Row> rows, String form) {
        return rows.stream()
                .filter(other -> other.form().equals(form) && other.rule().equals(row.rule()) && other.n() == row.n())
                .findFirst().map(other -> other.nsPerElement() / row.nsPerElement()).orElse(null);
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
