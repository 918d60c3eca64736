package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Warm-ups and what follows them. */
class WarmUpTest {
    private static final double BASE = 0.1;

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void risesFromItsStartToTheBaseAndStays(@ForAll @LongRange(min = 1, max = 100) long steps, @ForAll Curve curve,
            @ForAll @Scale(9) @DoubleRange(max = 0.9) double start, @ForAll @LongRange(max = 150) long done) {
        WarmUp warmUp = Schedule.warmUp(steps).from(start).along(curve);
        assertEquals(BASE * warmUp.start(), warmUp.at(1, BASE));
        assertEquals(BASE, warmUp.at(steps + 1 + done, BASE));
        assertTrue(warmUp.at(done + 1, BASE) <= warmUp.at(done + 2, BASE) + Math.ulp(BASE));
    }

    @Property(tries = 200)
    void withoutAZeroStepItIsOneStepAhead(@ForAll @LongRange(min = 1, max = 100) long steps, @ForAll Curve curve,
            @ForAll @LongRange(min = 1, max = 150) long step) {
        WarmUp warmUp = Schedule.warmUp(steps).along(curve);
        assertEquals(warmUp.at(step + 1, BASE), warmUp.withoutZeroStep().at(step, BASE));
    }

    @Test
    void theFirstStepIsZeroOrOnePart() {
        assertEquals(0, Schedule.warmUp(50).at(1, BASE));
        assertEquals(BASE, Schedule.warmUp(50).at(51, BASE));
        assertEquals(BASE * (1 / 50.0), Schedule.warmUp(50).withoutZeroStep().at(1, BASE));
        assertEquals(BASE, Schedule.warmUp(50).withoutZeroStep().at(50, BASE));
        assertEquals(BASE * 0.5, Schedule.warmUp(50).along(Curve.COSINE).at(26, BASE));
        assertEquals(BASE * (1 - Math.sqrt(0.5)), Schedule.warmUp(50).along(Curve.ONE_MINUS_SQRT).at(26, BASE));
    }

    @Property(tries = 200)
    void theTotalHasTheWarmUpInIt(@ForAll @LongRange(min = 1, max = 100) long steps, @ForAll @LongRange(min = 1, max = 200) long rest,
            @ForAll @LongRange(max = 400) long done) {
        WarmUp warmUp = Schedule.warmUp(steps);
        long total = steps + rest;
        double p = Math.min(1, (double) (done - steps) / rest);
        double rise = (double) done / steps;
        assertEquals(BASE * (done < steps ? rise : 0.5 * (1 + StrictMath.cos(Math.PI * p))), warmUp.thenCosine(total).at(done + 1, BASE),
                4 * Math.ulp(BASE));
        assertEquals(BASE * (done < steps ? rise : Math.max(0.0, (double) (total - done) / rest)),
                warmUp.thenLinear(total).at(done + 1, BASE));
        assertEquals(BASE * (done < steps ? rise : 1 / Math.sqrt((double) done / steps)),
                warmUp.thenInverseSquareRoot().at(done + 1, BASE));
        assertEquals(warmUp.at(done + 1, BASE), warmUp.then(Schedule.constant()).at(done + 1, BASE));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void stableDecayIsAWarmUpTheBaseAndAFall(@ForAll @LongRange(max = 60) long warmUp, @ForAll @LongRange(max = 60) long stable,
            @ForAll @LongRange(min = 1, max = 60) long decay, @ForAll Curve rise, @ForAll @LongRange(max = 250) long done) {
        Schedule end = new Annealing(Level.fraction(0.1), decay, Curve.LINEAR);
        Schedule after = warmUp == 0 ? Schedule.constant() : Schedule.warmUp(warmUp).from(0.1).along(rise);
        Schedule expected = after.then(warmUp + stable, end);
        Schedule found = Schedule.warmUpStableDecay(warmUp, stable, decay).along(rise, Curve.LINEAR).downToFraction(0.1);
        assertEquals(expected.at(done + 1, BASE), found.at(done + 1, BASE), 4 * Math.ulp(BASE));
    }

    @Test
    void everyFallIsItsRiseTurnedRound() {
        for (Curve curve : Curve.values()) {
            assertEquals(1, curve.fall(0));
            assertEquals(0, curve.fall(1));
            for (int i = 0; i <= 64; i++) {
                assertEquals(curve.rise(1 - i / 64.0), curve.fall(i / 64.0), 1e-15);
            }
        }
    }

    @Test
    void stableDecayFallsAsACosineByDefault() {
        Schedule schedule = Schedule.warmUpStableDecay(10, 20, 30);
        assertEquals(0, schedule.at(1, BASE));
        assertEquals(BASE, schedule.at(11, BASE));
        assertEquals(BASE, schedule.at(31, BASE));
        assertEquals(BASE * 0.75, schedule.at(41, BASE), 2 * Math.ulp(BASE));
        assertEquals(0, schedule.at(61, BASE));
        assertEquals(0, schedule.at(Long.MAX_VALUE, BASE));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("steps must be at least 1, got 0", () -> Schedule.warmUp(0));
        assertRefused("start must be in [0, 1], got 1.5", () -> Schedule.warmUp(1).from(1.5));
        assertRefused("total must be more than the 50 steps of the warm-up, got 50", () -> Schedule.warmUp(50).thenCosine(50));
        assertRefused("total must be more than the 50 steps of the warm-up, got 7", () -> Schedule.warmUp(50).thenLinear(7));
        assertRefused("warmUp must be at least 0, got -1", () -> Schedule.warmUpStableDecay(-1, 1, 1));
        assertRefused("stable must be at least 0, got -1", () -> Schedule.warmUpStableDecay(1, -1, 1));
        assertRefused("decay must be at least 1, got 0", () -> Schedule.warmUpStableDecay(1, 1, 0));
        assertRefused("fraction must be in [0, 1], got 2.0", () -> Schedule.warmUpStableDecay(1, 1, 1).downToFraction(2));
    }
}
