package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.result.Row;
import org.lanewise.tool.StoreKind;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;

/** What becomes of JMH's results. */
class SamplesTest {
    private static final int N = 1_000;
    private static final double NO_GARBAGE = 0.01;

    private final Samples samples = new Samples(Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, N));

    @Test
    void aRowIsTheMedianOfAllIterationsOfAllForksAndItsFartherQuartile() {
        assertTrue(samples.isEmpty());
        samples.add(fork(NO_GARBAGE, 100, 110, 120));
        samples.add(fork(NO_GARBAGE, 130, 190));
        Row row = samples.row();
        assertFalse(samples.isEmpty());
        assertEquals(0.12, row.nsPerElement(), 1e-15);
        assertEquals(0.01, row.error(), 1e-15);
        assertEquals(20, row.bytesPerElement());
        assertEquals(0, row.roots());
        assertEquals(NO_GARBAGE, row.bytesAllocatedPerStep());
        assertEquals(20 / 0.12, row.gbPerSecond(), 1e-9);
    }

    @Test
    void garbageThatJmhCouldNotTellIsNotTakenForNone() {
        samples.add(fork(Double.NaN, 100));
        assertNull(samples.row().bytesAllocatedPerStep());
    }

    @Test
    void aForkThatAllocatesAByteForEachParameterOrStartsSlowlyIsTooEarly() {
        assertFalse(AtSpeed.isTooEarly(fork(N, 129, 100, 128), N));
        assertTrue(AtSpeed.isTooEarly(fork(N + 1, 100, 100, 100), N));
        assertTrue(AtSpeed.isTooEarly(fork(NO_GARBAGE, 131, 110, 100), N));
        assertFalse(AtSpeed.isTooEarly(fork(Double.NaN, 100, 200), N));
    }

    @Test
    void whatWasTooEarlyIsRunOnceMoreAfterALongerWarmUp() throws Exception {
        List<Integer> warmUps = new ArrayList<>();
        RunResult slow = fork(NO_GARBAGE, 1_000, 100), second = fork(NO_GARBAGE, 1_000, 100), good = fork(NO_GARBAGE, 100, 100);
        assertSame(second, AtSpeed.measure(millis -> warmUps.add(millis) && warmUps.size() == 1 ? slow : second, 10, N));
        assertEquals(List.of(10, 10 * AtSpeed.LONGER), warmUps);
        warmUps.clear();
        assertSame(good, AtSpeed.measure(millis -> warmUps.add(millis) ? good : slow, 10, N));
        assertEquals(List.of(10), warmUps);
    }

    private static RunResult fork(double allocated, double... nanos) {
        List<IterationResult> iterations = DoubleStream.of(nanos).mapToObj(time -> iteration(allocated, time)).toList();
        return new RunResult(null, List.of(new BenchmarkResult(null, iterations)));
    }

    private static IterationResult iteration(double allocated, double nanos) {
        IterationResult iteration = new IterationResult(null, null, null);
        iteration.addResult(new AverageTimeResult(ResultRole.PRIMARY, "step", 1, (long) nanos, TimeUnit.NANOSECONDS));
        iteration.addResult(new ScalarResult("gc.alloc.rate.norm", allocated, "B/op", AggregationPolicy.AVG));
        return iteration;
    }
}
