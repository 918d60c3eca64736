package org.lanewise.bench.result;

import org.lanewise.tool.Units;

/**
 * One measured cell: a row of {@code results.json}. It holds what was measured; what follows from it and other rows is in
 * {@link Compared}.
 *
 * @param rule name of the rule, or of the probe for forms that show a limit
 * @param form what stepped
 * @param storage a {@code StoreKind}, or what the library keeps its numbers in
 * @param width bits of a vector; 32 for loops without; 0 where a library chooses for itself
 * @param n number of parameters
 * @param threads how many threads shared them
 * @param nsPerElement nanoseconds per parameter and step: the median of all iterations in all forks
 * @param error the distance from it to the farther quartile of these iterations
 * @param bytesPerElement bytes that a step reads and writes per parameter
 * @param roots square roots that a step takes per parameter
 * @param divisions divisions that a step makes per parameter
 * @param bytesAllocatedPerStep heap memory; null where not measured
 * @param doubt why the time does not tell what a step costs; null if nothing speaks against it
 */
public record Row(String rule, Stepper form, String storage, int width, int n, int threads, double nsPerElement, double error,
        double bytesPerElement, int roots, int divisions, Double bytesAllocatedPerStep, Doubt doubt) {
    /** Doubts what its own numbers speak against. */
    public Row {
        doubt = doubt == null ? Doubt.of(form, n, nsPerElement, error, bytesAllocatedPerStep) : doubt;
    }

    /** A row that nothing but its own numbers can speak against. */
    public Row(String rule, Stepper form, String storage, int width, int n, int threads, double nsPerElement, double error,
            double bytesPerElement, int roots, int divisions, Double bytesAllocatedPerStep) {
        this(rule, form, storage, width, n, threads, nsPerElement, error, bytesPerElement, roots, divisions, bytesAllocatedPerStep, null);
    }

    /**
     * What a row is of.
     *
     * @param rule name of the rule
     * @param form what stepped
     * @param storage how numbers are kept
     * @param width bits of a vector
     * @param n number of parameters
     * @param threads number of threads
     */
    public record Key(String rule, Stepper form, String storage, int width, int n, int threads) {}

    /** What it is of. */
    public Key key() {
        return new Key(rule, form, storage, width, n, threads);
    }

    /** What it is of, in a few words. */
    public String name() {
        return rule + " " + form.id() + " " + storage + (width > 0 ? " " + width : "") + " " + Units.size(n)
                + (threads > 1 ? " threads=" + threads : "");
    }

    /** Whether it has a time. */
    public boolean isMeasured() {
        return Double.isFinite(nsPerElement);
    }

    /** Whether it has a time that nothing speaks against; only such rows are compared with others. */
    public boolean isTrusted() {
        return isMeasured() && doubt == null;
    }

    /** The error as a share of the time; 0 if it is not known. */
    public double relativeError() {
        return Double.isFinite(error) ? error / nsPerElement : 0;
    }

    /** Bytes moved per nanosecond. */
    public double gbPerSecond() {
        return bytesPerElement / nsPerElement;
    }

    /** Nanoseconds of a whole step. */
    public double nsPerStep() {
        return nsPerElement * n;
    }

    /** Whether Lanewise steps, in whatever JVM. */
    public boolean isLanewise() {
        return form instanceof Form own && own.isLanewise();
    }

    /** Whether it trains nothing and shows what the machine allows. */
    public boolean isLimit() {
        return form instanceof Form own && own.isLimit();
    }

    boolean isNative() {
        return !storage.endsWith("HEAP");
    }
}
