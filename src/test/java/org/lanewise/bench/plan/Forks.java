package org.lanewise.bench.plan;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.lanewise.bench.work.ForkProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;

/** What JMH says of a fork, made up. */
final class Forks {
    private Forks() {}

    /** One that allocated so many bytes in a step, with the times of its iterations. */
    static RunResult fork(double allocated, double... nanos) {
        return fork(Map.of(ForkProfiler.GARBAGE, allocated), nanos);
    }

    /** One with secondary results that are the same in each iteration. */
    static RunResult fork(Map<String, Double> secondary, double... nanos) {
        List<IterationResult> iterations = DoubleStream.of(nanos).mapToObj(time -> iteration(secondary, time)).toList();
        return new RunResult(null, List.of(new BenchmarkResult(null, iterations)));
    }

    private static IterationResult iteration(Map<String, Double> secondary, double nanos) {
        IterationResult iteration = new IterationResult(null, null, null);
        iteration.addResult(new AverageTimeResult(ResultRole.PRIMARY, "step", 1, (long) nanos, TimeUnit.NANOSECONDS));
        secondary.forEach((name, value) -> iteration.addResult(new ScalarResult(name, value, "1", AggregationPolicy.AVG)));
        return iteration;
    }
}
