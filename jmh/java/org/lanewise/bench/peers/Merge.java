package org.lanewise.bench.peers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.bench.Row;

/** Puts rows into those of an earlier run. */
public final class Merge {
    private Merge() {}

    /**
     * Rows of both runs. Where both measured the same cell the later time stands, in the earlier's place, and the ratios to baselines
     * that only the earlier run measured follow it.
     */
    public static List<Row> rows(List<Row> earlier, List<Row> later) {
        Map<Cell, Row> rows = new LinkedHashMap<>();
        earlier.forEach(row -> rows.put(Cell.of(row), row));
        later.forEach(row -> rows.merge(Cell.of(row), row, Merge::replace));
        return List.copyOf(rows.values());
    }

    private static Row replace(Row earlier, Row later) {
        double faster = earlier.nsPerElement() / later.nsPerElement();
        return new Row(later.rule(), later.form(), later.storage(), later.width(), later.n(), later.threads(), later.nsPerElement(),
                later.error(), later.bytesPerElement(), later.gbPerSecond(), scaled(earlier.roofFraction(), faster),
                scaled(earlier.ratioToScalar(), faster), scaled(earlier.ratioToAuto(), faster), earlier.bytesAllocatedPerStep());
    }

    private static Double scaled(Double ratio, double factor) {
        return ratio == null ? null : Double.valueOf(ratio * factor);
    }

    private record Cell(String rule, String form, String storage, int width, int n, int threads) {
        static Cell of(Row row) {
            return new Cell(row.rule(), row.form(), row.storage(), row.width(), row.n(), row.threads());
        }
    }
}
