package org.lanewise.bench.work;

import java.util.Arrays;

/**
 * How long many calls of one thing took, in nanoseconds.
 *
 * @param p50 half of them at most so long
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 * @param max the longest
 */
public record Spread(double p50, double p99, double p999, double max) {
    /** Of the time of each call. */
    static Spread of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Spread(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), sorted[sorted.length - 1]);
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
