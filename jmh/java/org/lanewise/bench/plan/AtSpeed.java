package org.lanewise.bench.plan;

import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Runs that were not at speed when they were measured, because C2 has to wait on a busy machine, and what becomes of them. */
public final class AtSpeed {
    /** How many times as long a run is warmed up when it is repeated. */
    public static final int LONGER = 5;

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final double SLOW_START = 1.3;

    private AtSpeed() {}

    /** Something to measure. */
    public interface Run {
        /** Measures it after so long a warm-up. */
        RunResult after(int warmUpMillis) throws RunnerException;
    }

    /** Measures something, and once more after a longer warm-up if the first was too early for n parameters. */
    public static RunResult measure(Run run, int warmUpMillis, int n) throws RunnerException {
        RunResult result = run.after(warmUpMillis);
        return isTooEarly(result, n) ? run.after(LONGER * warmUpMillis) : result;
    }

    /**
     * Whether a fork was not at speed yet: it allocated a byte for each parameter or more, as a vector loop does that C2 has not compiled,
     * or its first iteration took much longer than its fastest.
     */
    public static boolean isTooEarly(RunResult result, int n) {
        return result.getBenchmarkResults().stream().anyMatch(fork -> isTooEarly(List.copyOf(fork.getIterationResults()), n));
    }

    private static boolean isTooEarly(List<IterationResult> iterations, int n) {
        double first = iterations.getFirst().getPrimaryResult().getScore();
        double fastest = iterations.stream().mapToDouble(iteration -> iteration.getPrimaryResult().getScore()).min().orElseThrow();
        return first > SLOW_START * fastest || iterations.stream().anyMatch(iteration -> allocated(iteration) > n);
    }

    /** Bytes of Java's heap for each step; NaN if JMH could not tell. */
    public static double allocated(IterationResult iteration) {
        Result<?> allocated = iteration.getSecondaryResults().get(ALLOCATED);
        return allocated == null ? Double.NaN : allocated.getScore();
    }
}
