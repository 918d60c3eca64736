package org.lanewise.bench.result;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the machine allows a row at best: the slower of moving its bytes and of taking its roots and dividing.
 *
 * <p>Bytes take the time of the stream that has nearly as many, with as many parameters and threads, in the same kind of memory, scaled to
 * the bytes of the row. Roots and divisions take that of the fastest width of the probes on as many threads: as many pairs as there are
 * of the probe with both, the rest of the probe with one.
 *
 * @param nanos per parameter and step
 * @param by which of the two
 */
public record Limit(double nanos, Resource by) {
    /** What a step waits for. */
    public enum Resource {
        /** Moving bytes. */
        MEMORY,
        /** Roots and divisions. */
        ARITHMETIC
    }

    /** Null for rows that are limits themselves, and where the rows lack a probe that is needed. */
    static Limit of(Row row, List<Row> rows) {
        OptionalDouble bytes = bytes(row, rows);
        OptionalDouble arithmetic = arithmetic(row, rows);
        if (row.isLimit() || !row.isTrusted() || bytes.isEmpty() || arithmetic.isEmpty()) {
            return null;
        }
        return arithmetic.getAsDouble() > bytes.getAsDouble()
                ? new Limit(arithmetic.getAsDouble(), Resource.ARITHMETIC) : new Limit(bytes.getAsDouble(), Resource.MEMORY);
    }

    private static OptionalDouble bytes(Row row, List<Row> rows) {
        return rows.stream()
                .filter(roof -> roof.form() == Form.ROOF && roof.isTrusted() && roof.n() == row.n() && roof.threads() == row.threads()
                        && roof.isNative() == row.isNative())
                .min(Comparator.comparingDouble(roof -> Math.abs(roof.bytesPerElement() - row.bytesPerElement())))
                .map(roof -> OptionalDouble.of(row.bytesPerElement() / roof.gbPerSecond())).orElse(OptionalDouble.empty());
    }

    private static OptionalDouble arithmetic(Row row, List<Row> rows) {
        int pairs = Math.min(row.roots(), row.divisions());
        double nanos = times(pairs, probe(1, 1, row, rows)) + times(row.roots() - pairs, probe(1, 0, row, rows))
                + times(row.divisions() - pairs, probe(0, 1, row, rows));
        return Double.isNaN(nanos) ? OptionalDouble.empty() : OptionalDouble.of(nanos);
    }

    private static double times(int count, double nanos) {
        return count == 0 ? 0 : count * nanos;
    }

    private static double probe(int roots, int divisions, Row row, List<Row> rows) {
        return rows.stream()
                .filter(probe -> probe.form() == Form.ARITHMETIC && probe.isTrusted() && probe.threads() == row.threads()
                        && probe.roots() == roots && probe.divisions() == divisions)
                .mapToDouble(Row::nsPerElement).min().orElse(Double.NaN);
    }
}
