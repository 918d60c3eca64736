package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StartTimesTest {
    private static final double MILLION = 1e6;

    /** 2,000 steps of 1,000 ns, of which the first 200 took ten times as long, and one later a million. */
    private static long[] steps() {
        long[] nanos = new long[2_000];
        Arrays.fill(nanos, 1_000);
        Arrays.fill(nanos, 0, 200, 10_000);
        nanos[0] = 5_000_000;
        nanos[9] = 90_000;
        nanos[99] = 20_000;
        nanos[1_500] = 1_000_000;
        return nanos;
    }

    @Test
    void singleStepsAreThoseOfTheirNumber() {
        StartTimes times = StartTimes.of(3_000_000, 7_000, steps(), 42);
        assertEquals(3, times.make());
        assertEquals(0.007, times.again());
        assertEquals(5, times.first());
        assertEquals(0.09, times.tenth());
        assertEquals(0.02, times.hundredth());
        assertEquals((5_000_000 + 90_000 + 20_000 + 197 * 10_000 + 800 * 1_000) / MILLION, times.thousand());
        assertEquals(1_000, times.nanos());
        assertEquals(42, times.processorNanos());
    }

    @Test
    void fullSpeedBeginsAfterTheLastStepsOfWhichHalfAreSlowAndTheSlowestStepAfterThatCounts() {
        StartTimes times = StartTimes.of(0, 0, steps(), 0);
        assertEquals((5_000_000 + 90_000 + 20_000 + 197 * 10_000) / MILLION, times.full(), "one slow step does not end full speed");
        assertEquals(1, times.slowest());
    }

    @Test
    void whatWasNotComeToIsMissing() {
        StartTimes times = StartTimes.of(0, 0, new long[] {5, 4, 3}, 0);
        assertEquals(5 / MILLION, times.first());
        assertTrue(Double.isNaN(times.tenth()) && Double.isNaN(times.hundredth()) && Double.isNaN(times.thousand()));
        assertEquals(3, times.nanos());
    }

    @Test
    void theCurveBeginsWhenSomethingWasMadeAndHasTheStepThatLastsOverAnInstant() {
        double[] curve = StartTimes.of(3_000_000, 0, steps(), 0).curve();
        for (int k = 0; k < curve.length; k++) {
            double millis = StartTimes.INSTANTS.get(k);
            if (millis < 2) {
                assertTrue(Double.isNaN(curve[k]), "nothing steps at " + millis);
            } else if (millis > 4 && millis < 7) {
                assertEquals(5_000_000, curve[k], "the first step lasts from 3 to 8 ms");
            }
        }
        assertEquals(1_000, Arrays.stream(curve).filter(Double::isFinite).min().orElseThrow());
        assertTrue(Double.isNaN(curve[curve.length - 1]), "nothing steps after the end");
    }

    @Test
    void percentilesAreTimesThatSoManyCallsDoNotExceed() {
        long[] nanos = new long[1_000];
        for (int k = 0; k < nanos.length; k++) {
            nanos[k] = 1_000 - k;
        }
        assertEquals(new Spread(500, 990, 999, 1_000), Spread.of(nanos));
    }
}
