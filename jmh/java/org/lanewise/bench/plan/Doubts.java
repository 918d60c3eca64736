package org.lanewise.bench.plan;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Verdict;
import org.lanewise.bench.work.ForkProfiler;
import org.lanewise.bench.work.OtherPrograms;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** What speaks against the times of a fork, and what becomes of it. */
public final class Doubts {
    /** How many times as long a fork is warmed up when it is repeated. */
    public static final int LONGER = 5;

    private static final double SLOW_START = 1.3;
    /** A loop that had its processor for less of the time than this may seem slower where it is not. */
    private static final double RUNNING = 1 - Verdict.MARGIN;
    /** Processors that the rest of the JVM may use. Compiling uses one; up to 0.2 were seen in compiled forks. */
    private static final double JVM = 0.5;

    private Doubts() {}

    /** Something to measure. */
    public interface Run {
        /** Measures it after so long a warm-up. */
        RunResult after(int warmUpMillis) throws RunnerException;
    }

    /** Measures something, and once more after a longer warm-up if something speaks against the first time. */
    public static RunResult measure(Run run, int warmUpMillis, Function<RunResult, Doubt> doubt) throws RunnerException {
        RunResult result = run.after(warmUpMillis);
        return doubt.apply(result) == null ? result : run.after(LONGER * warmUpMillis);
    }

    /**
     * What speaks against a loop of this project over n parameters; null if nothing does. A fork was late if it allocated a byte for each
     * parameter or more, as a vector loop does that C2 has not compiled, if its first iteration took much longer than its fastest, or if
     * the JVM compiled beside it.
     */
    public static Doubt of(RunResult result, int n) {
        return of(result, n, 0);
    }

    /**
     * What speaks against a loop over n parameters that has threads of its own.
     *
     * @param own threads besides those of the benchmark threads that the loop has besides those of the benchmark
     */
    public static Doubt of(RunResult result, int n, int own) {
        if (anyFork(result, iterations -> isBusy(iterations.getLast()) || secondary(iterations.getLast(), ForkProfiler.RUNNING)
                .orElse(1) < RUNNING)) {
            return Doubt.BUSY;
        }
        return anyFork(result, iterations -> isLate(iterations, n, own)) ? Doubt.LATE : null;
    }

    /** What speaks against another library, which may use threads of its own and allocate; null if nothing does. */
    public static Doubt ofLibrary(RunResult result) {
        return anyFork(result, iterations -> isBusy(iterations.getLast())) ? Doubt.BUSY : null;
    }

    private static boolean anyFork(RunResult result, Function<List<IterationResult>, Boolean> holds) {
        return result.getBenchmarkResults().stream().anyMatch(fork -> holds.apply(List.copyOf(fork.getIterationResults())));
    }

    private static boolean isBusy(IterationResult last) {
        return new OtherPrograms(secondary(last, ForkProfiler.OTHERS).orElse(0), secondary(last, ForkProfiler.OTHERS_PROCESSORS).orElse(0))
                .disturb();
    }

    private static boolean isLate(List<IterationResult> iterations, int n, int own) {
        double first = iterations.getFirst().getPrimaryResult().getScore();
        double fastest = iterations.stream().mapToDouble(iteration -> iteration.getPrimaryResult().getScore()).min().orElseThrow();
        return first > SLOW_START * fastest || secondary(iterations.getLast(), ForkProfiler.JVM).orElse(0) > JVM + own
                || iterations.stream().anyMatch(iteration -> allocated(iteration) > n);
    }

    private static OptionalDouble secondary(IterationResult iteration, String name) {
        Result<?> result = iteration.getSecondaryResults().get(name);
        return result == null ? OptionalDouble.empty() : OptionalDouble.of(result.getScore());
    }

    /** Bytes of Java's heap for each step; NaN if JMH could not tell. */
    public static double allocated(IterationResult iteration) {
        return secondary(iteration, ForkProfiler.GARBAGE).orElse(Double.NaN);
    }
}
