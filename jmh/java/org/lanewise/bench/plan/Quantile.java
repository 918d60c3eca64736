package org.lanewise.bench.plan;

/** Medians and quartiles. */
public final class Quantile {
    private Quantile() {}

    /** What a fraction of sorted numbers is below; linear between neighbours. */
    public static double of(double[] sorted, double fraction) {
        double at = fraction * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** How far the quartile is from the median that is further from it. */
    public static double error(double[] sorted) {
        double median = of(sorted, 0.5);
        return Math.max(of(sorted, 0.75) - median, median - of(sorted, 0.25));
    }
}
