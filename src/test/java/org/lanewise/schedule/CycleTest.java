package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Cycles of the rate, and of the momentum against it. */
class CycleTest {
    private static final double BASE = 1, ROUNDED = 1e-12;
    private static final Level LOW = Level.value(0.25), HIGH = Level.fraction(1);

    @Property(tries = 200)
    void aTriangleGoesUpAndDownInItsSteps(@ForAll @LongRange(min = 1, max = 50) long up, @ForAll @LongRange(min = 1, max = 50) long down,
            @ForAll @LongRange(max = 300) long done) {
        Cyclic cyclic = Schedule.cyclic(LOW, HIGH, up).withDown(down);
        long position = done % (up + down);
        double x = position <= up ? (double) position / up : (double) (up + down - position) / down;
        assertEquals(0.25 + 0.75 * x, cyclic.at(done + 1, BASE), ROUNDED * (1 + done));
        assertEquals(0.9 - 0.1 * x, cyclic.momentum(0.8, 0.9).at(done + 1, BASE), ROUNDED * (1 + done));
    }

    @Property(tries = 200)
    void theHeightHalvesByCycleOrShrinksByStep(@ForAll @LongRange(min = 1, max = 50) long steps, @ForAll @LongRange(max = 300) long done) {
        Cyclic cyclic = Schedule.cyclic(LOW, HIGH, steps);
        double height = cyclic.at(done + 1, BASE) - 0.25;
        assertEquals(height * Math.pow(0.5, Math.floor(1 + done / (2.0 * steps)) - 1), cyclic.halving().at(done + 1, BASE) - 0.25, ROUNDED);
        assertEquals(height * Math.pow(0.99, done), cyclic.shrinking(0.99).at(done + 1, BASE) - 0.25, ROUNDED);
        double part = (cyclic.halving().at(done + 1, BASE) - 0.25) / 0.75;
        assertEquals(0.9 - 0.1 * part, cyclic.halving().momentum(0.8, 0.9).at(done + 1, BASE), ROUNDED);
    }

    @Test
    void heightsThatHaveHalvedForLongVanish() {
        assertEquals(0.25, Schedule.cyclic(LOW, HIGH, 1).halving().at(1L << 50, BASE));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void oneCycleBeginsAndEndsWithPartsOfTheBase(@ForAll @LongRange(min = 4, max = 2_000) long steps, @ForAll boolean threePhases,
            @ForAll boolean linear, @ForAll @LongRange(max = 10_000) long later) {
        OneCycle cycle = new OneCycle(steps, 0.3, linear ? Curve.LINEAR : Curve.COSINE, threePhases, 25, 1e4);
        assertEquals(BASE / 25, cycle.at(1, BASE), ROUNDED);
        assertEquals(BASE / 25 / 1e4, cycle.at(steps + later, BASE), ROUNDED);
        assertEquals(0.95, cycle.momentum(0.85, 0.95).at(1, BASE), ROUNDED);
        assertEquals(0.95, cycle.momentum(0.85, 0.95).at(steps + later, BASE), ROUNDED);
    }

    /** The longest way between two steps of a straight line is its slope. */
    @Property(tries = 200)
    void oneCycleHasNoLeaps(@ForAll @LongRange(min = 20, max = 2_000) long steps, @ForAll boolean threePhases,
            @ForAll @LongRange(min = 1, max = 2_000) long step) {
        OneCycle cycle = new OneCycle(steps, 0.3, Curve.LINEAR, threePhases, 25, 1e4);
        double leap = Math.abs(cycle.at(step + 1, BASE) - cycle.at(step, BASE));
        assertTrue(leap <= BASE / (0.3 * steps - 1), () -> "leap " + leap);
        double cosine = Math.abs(cycle.along(Curve.COSINE).at(step + 1, BASE) - cycle.along(Curve.COSINE).at(step, BASE));
        assertTrue(cosine <= Math.PI / 2 * BASE / (0.3 * steps - 1), () -> "leap of the cosine " + cosine);
    }

    @Test
    void oneCycleHasItsTopAfterItsRisingStepsAndInThreePhasesIsSymmetric() {
        OneCycle cycle = Schedule.oneCycle(101).withRising(31 / 101.0).along(Curve.LINEAR);
        assertEquals(BASE, cycle.at(31, BASE), ROUNDED);
        assertEquals(0.85, cycle.momentum(0.85, 0.95).at(31, BASE), ROUNDED);
        OneCycle three = cycle.inThreePhases();
        for (int i = 0; i < 30; i++) {
            assertEquals(three.at(31 - i, BASE), three.at(31 + i, BASE), ROUNDED);
        }
        assertTrue(three.at(80, BASE) < BASE / 25 && cycle.at(80, BASE) > BASE / 25);
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("up must be at least 1, got 0", () -> Schedule.cyclic(LOW, HIGH, 0));
        assertRefused("down must be at least 1, got 0", () -> Schedule.cyclic(LOW, HIGH, 1).withDown(0));
        assertRefused("gamma must be finite and above 0, got 0.0", () -> Schedule.cyclic(LOW, HIGH, 1).shrinking(0));
        assertRefused("least must be finite and at least 0, got -1.0", () -> Schedule.cyclic(LOW, HIGH, 1).momentum(-1, 1));
        assertRefused("most must be finite and at least 0, got -1.0", () -> Schedule.oneCycle(9).momentum(1, -1));
        assertRefused("steps must be at least 4, got 3", () -> Schedule.oneCycle(3));
        assertRefused("rising must be above 0.1111111111111111 and below 1.0, got 1.0", () -> Schedule.oneCycle(9).withRising(1));
        assertRefused("rising must be above 0.25 and below 1.0, got 0.25", () -> Schedule.oneCycle(4).withRising(0.25));
        assertRefused("rising must be above 0.1111111111111111 and below 0.5, got 0.5",
                () -> Schedule.oneCycle(9).inThreePhases().withRising(0.5));
        assertRefused("rising must be above 0.1111111111111111 and below 1.0, got NaN", () -> Schedule.oneCycle(9).withRising(Double.NaN));
        assertRefused("curve must be LINEAR or COSINE, got ONE_MINUS_SQRT", () -> Schedule.oneCycle(9).along(Curve.ONE_MINUS_SQRT));
        assertRefused("startDivisor must be finite and above 0, got 0.0", () -> Schedule.oneCycle(9).withDivisors(0, 1));
        assertRefused("endDivisor must be finite and above 0, got 0.0", () -> Schedule.oneCycle(9).withDivisors(1, 0));
    }
}
