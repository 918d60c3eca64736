package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.work.StepBenchmark;
import org.lanewise.tool.StoreKind;

class MeasurementTest {
    private static final Cell SMALL = Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, 16);
    private static final Cell BROKEN = new Cell(StepBenchmark.class, SMALL.parameters(), "Momentum", Form.LANEWISE, StoreKind.F32_NATIVE,
            128, 16, 1, List.of("-XX:+NoSuchOption"), false);

    @Test
    void jvmsThatFailAreNamedAndTheOthersGetTheirTurn() {
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        Measurement.Outcome outcome = new Measurement(2, 1, 1, 1).run(List.of(BROKEN, BROKEN), recorder, traces());
        assertEquals(List.of(BROKEN, BROKEN, BROKEN, BROKEN), recorder.begun);
        assertEquals(recorder.begun, recorder.ended);
        assertEquals(List.of(1, 2, 3, 4), recorder.failuresSoFar);
        assertFalse(outcome.finished());
        assertEquals(List.of(), outcome.rows());
        assertEquals(4, outcome.failures().size());
        assertTrue(outcome.failures().getFirst().startsWith("Not measured: Momentum lanewise F32_NATIVE 128 n=16, JVM 1: "),
                outcome.failures()::toString);
        assertTrue(outcome.failures().getLast().contains("JVM 2: "), outcome.failures()::toString);
        assertTrue(outcome.failures().getLast().endsWith("; jmh.log has more"), outcome.failures()::toString);
    }

    @Test
    void aRunThatIsToEndStartsNoFurtherJvmAndIsUnfinished() {
        Recorder recorder = new Recorder(1);
        Measurement.Outcome outcome = new Measurement(2, 1, 1, 1).run(List.of(BROKEN, BROKEN), recorder, traces());
        assertEquals(1, recorder.begun.size());
        assertFalse(outcome.finished());
    }

    @Test
    void theEstimateGrowsWithForksIterationsAndParameters() {
        Duration one = new Measurement(1, 100, 3, 60).estimate(List.of(SMALL));
        assertEquals(one.multipliedBy(5), new Measurement(5, 100, 3, 60).estimate(List.of(SMALL)));
        assertEquals(one.plusMillis(60), new Measurement(1, 100, 4, 60).estimate(List.of(SMALL)));
        Cell large = Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, Sizes.IN_MEMORY);
        assertTrue(new Measurement(1, 100, 3, 60).estimate(List.of(large)).compareTo(one) > 0);
    }

    @Test
    void iterationsHaveAboutTwentyStepsWhereAStepTakesLong() {
        Measurement measurement = new Measurement(1, 100, 3, 60);
        assertEquals(60, measurement.iterationMillis(SMALL));
        // A step of Momentum over 16 Mi moves 336 MB: 15 ms at 22 GB/s.
        assertEquals(302, measurement.iterationMillis(Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, Sizes.IN_MEMORY)), 2);
        assertEquals(302, measurement.iterationMillis(Cell.scalar("Momentum", Sizes.IN_MEMORY)), 2);
    }

    private static Measurement.Traces traces() {
        return new Measurement.Traces(new PrintStream(OutputStream.nullOutputStream()), Path.of("target"));
    }

    /** Has a run end after so many JVMs. */
    private static final class Recorder implements Measurement.Observer {
        final List<Cell> begun = new ArrayList<>(), ended = new ArrayList<>();
        final List<Integer> failuresSoFar = new ArrayList<>();
        private final int most;

        Recorder(int most) {
            this.most = most;
        }

        @Override
        public void begins(Cell cell) {
            begun.add(cell);
        }

        @Override
        public void ended(Cell cell, Supplier<Measurement.Outcome> soFar) {
            ended.add(cell);
            failuresSoFar.add(soFar.get().failures().size());
            assertFalse(soFar.get().finished());
        }

        @Override
        public boolean isStopped() {
            return ended.size() >= most;
        }
    }
}
