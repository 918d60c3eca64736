package org.lanewise.bench.work;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one fresh JVM took, in milliseconds where nothing else is said. Numbers that it did not come to are NaN.
 *
 * @param make until something could step
 * @param again the same once more at the end, in the same JVM
 * @param first the first step
 * @param tenth the 10th
 * @param hundredth the 100th
 * @param thousand the first thousand together
 * @param full from the first step until steps had come to full speed
 * @param slowest the slowest step after that
 * @param nanos nanoseconds of a step at full speed
 * @param curve for each of {@link #INSTANTS}, the nanoseconds of a step then
 * @param processorNanos what the JVM used of the processors
 */
public record StartTimes(double make, double again, double first, double tenth, double hundredth, double thousand, double full,
        double slowest, double nanos, double[] curve, double processorNanos) {
    /** Milliseconds since making began, eight in a power of ten, from 0.1 ms to 10 s. */
    public static final List<Double> INSTANTS = IntStream.rangeClosed(-8, 4 * 8).mapToObj(k -> Math.pow(10, k / 8.0)).toList();

    private static final int TENTH = 10, HUNDREDTH = 100, THOUSANDTH = 1_000;
    /** Steps that are looked at together, and how much more than in the end half of them may take at full speed. */
    private static final int WINDOW = 20;
    private static final double FULL = 1.5;
    /** Share of the steps, the last ones, that are at full speed. */
    private static final int LAST = 5;
    private static final double MILLION = 1e6;

    /**
     * Of what a clock said.
     *
     * @param makeNanos what making took
     * @param againNanos what making took once more
     * @param nanos of each step; one at least
     * @param processorNanos what the JVM used of the processors
     */
    static StartTimes of(long makeNanos, long againNanos, long[] nanos, double processorNanos) {
        long[] last = Arrays.copyOfRange(nanos, nanos.length - Math.max(1, nanos.length / LAST), nanos.length);
        double full = median(last, 0, last.length);
        int slow = 0;
        for (int from = 0; from + WINDOW <= nanos.length; from += WINDOW) {
            slow = median(nanos, from, from + WINDOW) > FULL * full ? from + WINDOW : slow;
        }
        return new StartTimes(makeNanos / MILLION, againNanos / MILLION, step(nanos, 1), step(nanos, TENTH), step(nanos, HUNDREDTH),
                nanos.length < THOUSANDTH ? Double.NaN : sum(nanos, THOUSANDTH), sum(nanos, slow),
                Arrays.stream(nanos, slow, nanos.length).max().orElse(0) / MILLION, full, curve(makeNanos, nanos), processorNanos);
    }

    private static double step(long[] nanos, int number) {
        return nanos.length < number ? Double.NaN : nanos[number - 1] / MILLION;
    }

    private static double sum(long[] nanos, int steps) {
        return Arrays.stream(nanos, 0, steps).sum() / MILLION;
    }

    private static double median(long[] nanos, int from, int to) {
        long[] sorted = Arrays.copyOfRange(nanos, from, to);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The median of the steps that end between one instant and the next, or else the step that lasts over both. */
    private static double[] curve(long makeNanos, long[] nanos) {
        double[] curve = new double[INSTANTS.size()];
        double at = makeNanos;
        int step = 0;
        for (int k = 0; k < INSTANTS.size(); k++) {
            double until = MILLION * (k + 1 < INSTANTS.size() ? INSTANTS.get(k + 1) : Double.POSITIVE_INFINITY);
            int first = step;
            while (step < nanos.length && at + nanos[step] < until) {
                at += nanos[step++];
            }
            boolean makes = until <= makeNanos;
            curve[k] = step > first ? median(nanos, first, step) : makes || step == nanos.length ? Double.NaN : nanos[step];
        }
        return curve;
    }
}
