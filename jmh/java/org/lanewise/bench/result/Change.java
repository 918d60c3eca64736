package org.lanewise.bench.result;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A cell in two results.
 *
 * @param before in the first
 * @param after in the second
 * @param noise how many nanoseconds the times would differ by chance, in 99 of 100 cases at most
 */
public record Change(Row before, Row after, double noise) {
    /** Of a normal distribution: the distance of a quartile from the mean, in standard deviations. */
    private static final double QUARTILE = 0.6745;
    /** The standard error of a median of many normal numbers, in those of a mean: the root of pi/2. */
    private static final double MEDIAN = 1.2533;
    /** 99 of 100 normal numbers are within so many standard deviations. */
    private static final double SURE = 2.576;
    private static final double LEAST = 0.0005;

    /**
     * All cells that both results have without a doubt, in the order of the first. An error is the distance of a quartile; over the root
     * of the number of JVMs it gives the standard error of the median. Iterations of one JVM depend on each other, so JVMs count and not
     * iterations.
     */
    public static List<Change> between(Results before, Results after) {
        Map<Row.Key, Row> second = byKey(after);
        return byKey(before).values().stream().filter(row -> second.containsKey(row.key()))
                .map(row -> new Change(row, second.get(row.key()), SURE * Math.hypot(
                        standardError(row, before.settings().forks()), standardError(second.get(row.key()), after.settings().forks()))))
                .toList();
    }

    /** Cells of the first that the second does not have, not even in doubt. */
    public static List<Row> missing(Results first, Results second) {
        Set<Row.Key> there = second.rows().stream().filter(Row::isMeasured).map(Row::key).collect(Collectors.toSet());
        return byKey(first).values().stream().filter(row -> !there.contains(row.key())).toList();
    }

    private static Map<Row.Key, Row> byKey(Results results) {
        return results.rows().stream().filter(Row::isTrusted)
                .collect(Collectors.toMap(Row::key, Function.identity(), (first, _) -> first, LinkedHashMap::new));
    }

    private static double standardError(Row row, int forks) {
        return row.error() / QUARTILE * MEDIAN / Math.sqrt(forks);
    }

    /** The second time over the first. */
    public double ratio() {
        return after.nsPerElement() / before.nsPerElement();
    }

    /** Whether the times differ by more than noise, and so much that it shows in a ratio of three decimals. */
    public boolean isReal() {
        return Math.abs(after.nsPerElement() - before.nsPerElement()) > noise && Math.abs(ratio() - 1) >= LEAST;
    }

    /** {@code faster} or {@code slower} if the second differs by more than noise, else empty. */
    public String word() {
        return !isReal() ? "" : ratio() < 1 ? "faster" : "slower";
    }
}
