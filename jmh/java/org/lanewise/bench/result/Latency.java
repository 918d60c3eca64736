package org.lanewise.bench.result;

/**
 * How long single steps took, in nanoseconds.
 *
 * @param rule name of the rule
 * @param form what stepped
 * @param storage a {@code StoreKind}
 * @param width bits of a vector
 * @param n number of parameters
 * @param p50 half of all steps took at most this long
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 * @param max the longest
 * @param doubt why the times do not tell what a step costs; null if nothing speaks against them
 */
public record Latency(String rule, Stepper form, String storage, int width, int n, double p50, double p99, double p999, double max,
        Doubt doubt) {
    /** Times that nothing speaks against. */
    public Latency(String rule, Stepper form, String storage, int width, int n, double p50, double p99, double p999, double max) {
        this(rule, form, storage, width, n, p50, p99, p999, max, null);
    }
}
