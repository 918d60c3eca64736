package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Cosines: where they begin, end and begin again. */
class CosineTest {
    private static final double BASE = 0.1;

    @Property(tries = 200)
    void cosineIsWhatTorchMultiplies(@ForAll @LongRange(min = 2, max = 100) long period,
            @ForAll @Scale(9) @DoubleRange(max = 0.05) double minimum,
            @ForAll @LongRange(max = 250) long done) {
        double lr = BASE;
        for (long k = 1; k <= done; k++) {
            lr = (k - 1 - period) % (2 * period) == 0 ? lr + (BASE - minimum) * (1 - StrictMath.cos(Math.PI / period)) / 2
                    : (1 + StrictMath.cos(Math.PI * k / period)) / (1 + StrictMath.cos(Math.PI * (k - 1) / period)) * (lr - minimum)
                            + minimum;
        }
        assertEquals(lr, Schedule.cosine(period).downTo(minimum).risingAgain().at(done + 1, BASE), 1e-10 * BASE);
    }

    @Property(tries = 200)
    void cosineFallsFromTheBaseToItsMinimumAndStays(@ForAll @LongRange(min = 1, max = 500) long steps,
            @ForAll @LongRange(max = 600) long done) {
        Cosine cosine = Schedule.cosine(steps).downTo(0.02);
        assertEquals(BASE, cosine.at(1, BASE));
        assertEquals(0.02, cosine.at(steps + 1 + done, BASE));
        assertTrue(cosine.at(done + 2, BASE) <= cosine.at(done + 1, BASE));
        if (done <= steps) {
            assertEquals(BASE + 0.02, cosine.at(done + 1, BASE) + cosine.at(steps - done + 1, BASE), 3 * Math.ulp(BASE), "symmetric");
            assertEquals(cosine.at(done + 1, BASE), cosine.risingAgain().at(done + 1, BASE), Math.ulp(BASE));
        }
    }

    @Property(tries = 200)
    void theCosineThatRisesAgainIsAPeriod(@ForAll @LongRange(min = 1, max = 500) long steps, @ForAll @LongRange(max = 600) long done) {
        Cosine cosine = Schedule.cosine(steps).risingAgain();
        assertEquals(cosine.at(done + 1, BASE), cosine.at(2 * steps + done + 1, BASE), 1e-14 * BASE);
        assertEquals(BASE, cosine.at(2 * steps + 1, BASE));
        assertEquals(0, cosine.at(3 * steps + 1, BASE));
    }

    @Property(tries = 200)
    void warmRestartsAreCosinesOneAfterAnother(@ForAll @LongRange(min = 1, max = 40) long first,
            @ForAll @LongRange(min = 1, max = 3) long growth, @ForAll @LongRange(max = 500) long done) {
        Schedule expected = Schedule.cosine(first * growth * growth * growth * growth);
        for (int i = 3; i >= 0; i--) {
            long length = first * Math.powExact(growth, i);
            expected = Schedule.cosine(length).then(length, expected);
        }
        long known = first;
        for (int i = 1; i <= 4; i++) {
            known += first * Math.powExact(growth, i);
        }
        long step = done % known + 1;
        assertEquals(expected.at(step, BASE), Schedule.cosineWarmRestarts(first).growing(growth).at(step, BASE));
    }

    @Test
    void warmRestartsOfEnormousLengthDoNotOverflow() {
        assertTrue(Schedule.cosineWarmRestarts(3).growing(1L << 40).at(Long.MAX_VALUE, BASE) >= 0);
        assertEquals(BASE, Schedule.cosineWarmRestarts(3).at(3L * (1L << 50) + 1, BASE));
    }

    @Property(tries = 200)
    void hardRestartsOfWholeLengthsAreWarmRestartsThatEnd(@ForAll @LongRange(min = 1, max = 50) long length,
            @ForAll @LongRange(min = 1, max = 6) long cycles, @ForAll @LongRange(max = 400) long done) {
        double found = Schedule.cosineHardRestarts(length * cycles, cycles).at(done + 1, BASE);
        double expected = done >= length * cycles ? 0 : Schedule.cosineWarmRestarts(length).at(done + 1, BASE);
        // The position of a restart is rounded, so the step before it and the one after it may change places.
        assertTrue(Math.abs(found - expected) <= 1e-14 * BASE || done % length == 0 && found <= 1e-14 * BASE,
                () -> found + " for " + expected);
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("steps must be at least 1, got 0", () -> Schedule.cosine(0));
        assertRefused("value must be finite and at least 0, got -1.0", () -> Schedule.cosine(1).downTo(-1));
        assertRefused("first must be at least 1, got 0", () -> Schedule.cosineWarmRestarts(0));
        assertRefused("growth must be at least 1, got 0", () -> Schedule.cosineWarmRestarts(1).growing(0));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.cosineHardRestarts(0, 1));
        assertRefused("cycles must be finite and above 0, got 0.0", () -> Schedule.cosineHardRestarts(1, 0));
    }
}
