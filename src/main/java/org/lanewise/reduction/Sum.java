package org.lanewise.reduction;

/**
 * A sum of numbers that are at least 0, with the rounding errors of its additions kept beside it (D. E. Knuth's two-sum), so that
 * thousands of blocks add no error of their own. Depends on the order, which callers fix.
 */
public final class Sum {
    private double sum;
    private double error;

    /** Zero. */
    public Sum() {}

    /** Back to zero. */
    public void clear() {
        sum = 0;
        error = 0;
    }

    /**
     * Adds a number.
     *
     * @param x at least 0, infinite or {@code NaN}
     */
    public void add(double x) {
        double next = sum + x;
        double part = next - sum;
        error += (sum - (next - part)) + (x - part);
        sum = next;
    }

    /**
     * The sum so far.
     *
     * @return rounded once
     */
    public double value() {
        return sum <= Double.MAX_VALUE ? sum + error : sum;
    }
}
