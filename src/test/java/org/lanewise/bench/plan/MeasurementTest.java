package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.work.StepBenchmark;
import org.lanewise.tool.StoreKind;

class MeasurementTest {
    private static final Cell SMALL = Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, 16);

    @Test
    void jvmsThatFailAreNamedAndTheOthersGetTheirTurn() {
        Cell broken = new Cell(StepBenchmark.class, SMALL.parameters(), "Momentum", Form.LANEWISE, StoreKind.F32_NATIVE, 128, 16, 1,
                List.of("-XX:+NoSuchOption"), false);
        List<Cell> begun = new ArrayList<>(), ended = new ArrayList<>();
        Measurement.Outcome outcome = new Measurement(2, 1, 1, 1)
                .run(List.of(broken, broken), begun::add, ended::add, new PrintStream(OutputStream.nullOutputStream()));
        assertEquals(List.of(broken, broken, broken, broken), begun);
        assertEquals(begun, ended);
        assertEquals(List.of(), outcome.rows());
        assertEquals(4, outcome.failures().size());
        assertTrue(outcome.failures().getFirst().startsWith("Not measured: Momentum lanewise F32_NATIVE 128 n=16, JVM 1: "),
                outcome.failures()::toString);
        assertTrue(outcome.failures().getLast().contains("JVM 2: "), outcome.failures()::toString);
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
}
