package org.lanewise.bench.work;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/**
 * Measures in each fork what disturbs it: whether the threads of the benchmark had their processors, what else the JVM did, such as
 * compiling, and what other programs did. Clocks of processors tick in hundredths of a second, so all shares are of all iterations so far.
 */
public final class DisturbanceProfiler implements InternalProfiler {
    /** Of the time that counts so far, the share in which the threads of the benchmark ran. */
    public static final String RUNNING = "cpu.running";
    /** Processors that the JVM's other threads used in that time. */
    public static final String JVM = "cpu.jvm";
    /** Share of all processors that other programs used since the fork began; missing where the system does not tell. */
    public static final String OTHERS = "cpu.others";

    private static final String WORKER = "-jmh-worker-";
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTimes begin;
    private ProcessorTimes counted;
    private long countedNanos;
    private long countedWorkers;

    @Override
    public String getDescription() {
        return "What disturbs a fork";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        ParentWatch.start();
        if (begin == null) {
            begin = ProcessorTimes.now();
        }
        if (counted == null && iteration.getType() == IterationType.MEASUREMENT) {
            counted = ProcessorTimes.now();
            countedNanos = System.nanoTime();
            countedWorkers = workers();
        }
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        if (counted == null) {
            return List.of();
        }
        ProcessorTimes now = ProcessorTimes.now();
        double nanos = System.nanoTime() - countedNanos, workers = workers() - countedWorkers;
        List<Result<?>> results = new ArrayList<>();
        results.add(share(RUNNING, workers / (nanos * benchmark.getThreads())));
        results.add(share(JVM, Math.max(0, now.own() - counted.own() - workers) / nanos));
        now.othersSince(begin).ifPresent(others -> results.add(share(OTHERS, others)));
        return results;
    }

    private static ScalarResult share(String name, double share) {
        return new ScalarResult(name, share, "1", AggregationPolicy.MAX);
    }

    private static long workers() {
        long nanos = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().contains(WORKER)) {
                nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }
}
