package org.lanewise.bench.work;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/**
 * Measures in each fork what JMH's times do not tell: garbage, whether the threads of the benchmark had their processors, what else the JVM
 * did, such as compiling, and what other programs did. A process's clock ticks in hundredths of a second, so shares are of all iterations
 * so far. JMH's own profiler of garbage works for some milliseconds in each iteration, which would be taken for lost time.
 */
public final class ForkProfiler implements InternalProfiler {
    /** Bytes of Java's heap for each step, of all threads. */
    public static final String GARBAGE = "garbage";
    /** Of the time that counts so far, the share in which the threads of the benchmark ran. */
    public static final String RUNNING = "cpu.running";
    /** Processors that the JVM's other threads used in that time. */
    public static final String JVM = "cpu.jvm";
    /** Share of all processors that other programs used since the fork began; missing where the system does not tell. */
    public static final String OTHERS = "cpu.others";
    /** How many processors that is. */
    public static final String OTHERS_PROCESSORS = "cpu.others.processors";

    private static final String WORKER = "-jmh-worker-";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ProcessorTimes fork;
    private ProcessorTimes before;
    private long[] workers = {};
    private long beforeBytes;
    private long beforeNanos;
    private long beforeWorked;
    private double nanos;
    private double worked;
    private double own;

    @Override
    public String getDescription() {
        return "Garbage, and what disturbs a fork";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        ParentWatch.start();
        before = ProcessorTimes.now();
        if (fork == null) {
            fork = before;
        }
        beforeWorked = worked();
        beforeBytes = THREADS.getTotalThreadAllocatedBytes();
        beforeNanos = System.nanoTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        long afterNanos = System.nanoTime(), bytes = THREADS.getTotalThreadAllocatedBytes() - beforeBytes;
        if (iteration.getType() != IterationType.MEASUREMENT) {
            // They are there from the first iteration to the end of the fork.
            workers = findWorkers();
            return List.of();
        }
        worked += worked() - beforeWorked;
        nanos += afterNanos - beforeNanos;
        ProcessorTimes now = ProcessorTimes.now();
        own += now.own() - before.own();
        List<Result<?>> results = new ArrayList<>();
        results.add(scalar(GARBAGE, (double) bytes / result.getMetadata().getAllOps(), "B/op"));
        if (workers.length > 0) {
            results.add(scalar(RUNNING, worked / (nanos * workers.length), "1"));
            results.add(scalar(JVM, Math.max(0, own - worked) / nanos, "1"));
        }
        now.othersSince(fork).ifPresent(others -> {
            results.add(scalar(OTHERS, others.share(), "1"));
            results.add(scalar(OTHERS_PROCESSORS, others.processors(), "1"));
        });
        return results;
    }

    private static ScalarResult scalar(String name, double value, String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.MAX);
    }

    private static long[] findWorkers() {
        return Stream.of(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains(WORKER)).mapToLong(ThreadInfo::getThreadId).toArray();
    }

    private long worked() {
        return LongStream.of(workers).map(THREADS::getThreadCpuTime).sum();
    }
}
