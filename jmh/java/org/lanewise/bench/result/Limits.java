package org.lanewise.bench.result;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the probes of a run say of the machine. */
final class Limits {
    /** Streams by the number of their bytes. */
    private final Map<Place, TreeMap<Double, Row>> streams = new HashMap<>();
    private final Map<Operations, Double> probes = new HashMap<>();

    /** What streams are compared by. */
    private record Place(int n, int threads, boolean isNative) {
        static Place of(Row row) {
            return new Place(row.n(), row.threads(), row.isNative());
        }
    }

    /** What a probe does for each parameter. */
    private record Operations(int roots, int divisions, int threads) {}

    Limits(List<Row> rows) {
        for (Row row : rows) {
            if (row.isTrusted() && row.form() == Form.ROOF) {
                streams.computeIfAbsent(Place.of(row), _ -> new TreeMap<>()).putIfAbsent(row.bytesPerElement(), row);
            } else if (row.isTrusted() && row.form() == Form.ARITHMETIC) {
                probes.merge(new Operations(row.roots(), row.divisions(), row.threads()), row.nsPerElement(), Math::min);
            }
        }
    }

    /** Null for rows that are limits themselves, and where a probe lacks that is needed. */
    Limit of(Row row) {
        double bytes = bytes(row), arithmetic = arithmetic(row);
        if (row.isLimit() || Double.isNaN(bytes) || Double.isNaN(arithmetic)) {
            return null;
        }
        return arithmetic > bytes ? new Limit(arithmetic, Limit.Resource.ARITHMETIC) : new Limit(bytes, Limit.Resource.MEMORY);
    }

    private double bytes(Row row) {
        TreeMap<Double, Row> near = streams.get(Place.of(row));
        if (near == null || Double.isNaN(row.bytesPerElement())) {
            return Double.NaN;
        }
        Map.Entry<Double, Row> fewer = near.floorEntry(row.bytesPerElement()), more = near.ceilingEntry(row.bytesPerElement());
        boolean isLower = more == null
                || fewer != null && row.bytesPerElement() - fewer.getKey() <= more.getKey() - row.bytesPerElement();
        return row.bytesPerElement() / (isLower ? fewer : more).getValue().gbPerSecond();
    }

    private double arithmetic(Row row) {
        int pairs = Math.min(row.roots(), row.divisions());
        return times(pairs, 1, 1, row) + times(row.roots() - pairs, 1, 0, row) + times(row.divisions() - pairs, 0, 1, row);
    }

    private double times(int count, int roots, int divisions, Row row) {
        return count == 0 ? 0 : count * probes.getOrDefault(new Operations(roots, divisions, row.threads()), Double.NaN);
    }
}
