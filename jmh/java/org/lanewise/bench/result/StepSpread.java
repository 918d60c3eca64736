package org.lanewise.bench.result;

/**
 * How long single steps by Adam take at full speed, and beside them calls of a loop that only computes, as long as a step: what they take
 * longer is the machine's unrest. Nanoseconds.
 *
 * @param way what stepped
 * @param n number of parameters
 * @param steps of steps
 * @param machine of the loop
 * @param doubt why the times do not tell what steps cost; null if nothing speaks against them
 */
public record StepSpread(String way, int n, Percentiles steps, Percentiles machine, Doubt doubt) {
    /**
     * Medians of all JVMs.
     *
     * @param p50 half of all calls took at most this long
     * @param p99 99 of 100
     * @param p999 999 of 1,000
     * @param max the longest
     */
    public record Percentiles(double p50, double p99, double p999, double max) {}
}
