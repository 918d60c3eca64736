package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.schedule.Schedule;
import org.lanewise.tool.Progress;

class TimingTest {
    private static final Progress SILENT = Progress.onTerminalOr(new PrintWriter(PrintWriter.nullWriter()));

    @Test
    void givesATimeToEachOptimizerWhoseStepsMakeNoGarbage() {
        Times times = new Timing(1, 1, 3, false).measure(List.of(plain(1024), plain(4096)), SILENT);
        assertEquals(2, times.nanosPerParameter().length);
        for (double nanos : times.nanosPerParameter()) {
            assertTrue(nanos > 0 && nanos < 1e6, () -> nanos + " ns");
        }
    }

    @Test
    void takesNoTimeOfStepsThatStillMakeGarbage() {
        // A decay that changes makes a rule and kernels in every step.
        Optimizer wasteful = Optimizer.builder(ParameterStore.builder().tensor("w", 1).build()).rule(new AdamW(0.1))
                .schedule("weightDecay", Schedule.warmUp(1_000_000)).width(Width.SCALAR).build();
        Times times = new Timing(1, 1, 3, false).measure(List.of(wasteful), SILENT);
        assertArrayEquals(new double[] {Double.NaN}, times.nanosPerParameter());
    }

    @Test
    void whatIsNotMeasuredIsUnknown() throws IOException {
        Times times = new Timing(1, 1, 1, false).measureOneByOne(2, SILENT);
        assertArrayEquals(new double[] {Double.NaN, Double.NaN}, times.nanosPerParameter());
        assertTrue(times.disturbance().warning().isEmpty());
    }

    private static Optimizer plain(int size) {
        return Optimizer.of(new Adam(0.1), ParameterStore.builder().tensor("w", size).build(), Width.SCALAR);
    }
}
