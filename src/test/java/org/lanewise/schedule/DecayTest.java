package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Schedules that go one way, against what torch multiplies from step to step. */
class DecayTest {
    private static final double BASE = 0.1;

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void linearIsWhatTorchMultiplies(@ForAll @Scale(9) @DoubleRange(min = 0.001, max = 1) double start,
            @ForAll @Scale(9) @DoubleRange(max = 1) double end,
            @ForAll @LongRange(min = 1, max = 300) long steps, @ForAll @LongRange(max = 400) long done) {
        double lr = BASE * start;
        for (long k = 1; k <= Math.min(done, steps); k++) {
            lr = lr * (1.0 + (end - start) / (steps * start + (k - 1) * (end - start)));
        }
        Linear linear = new Linear(start, end, steps);
        assertEquals(lr, linear.inChain().at(done + 1, BASE), "bits");
        assertEquals(lr, linear.at(done + 1, BASE), 1e-12 * BASE);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void linearBeginsAndEndsExactly(@ForAll @Scale(9) @DoubleRange(max = 2) double start,
            @ForAll @Scale(9) @DoubleRange(max = 2) double end,
            @ForAll @LongRange(min = 1, max = 300) long steps, @ForAll @LongRange(max = 1_000) long later) {
        Linear linear = new Linear(start, end, steps);
        assertEquals(BASE * linear.start(), linear.at(1, BASE));
        assertEquals(BASE * linear.end(), linear.at(steps + 1 + later, BASE));
    }

    @Property(tries = 200)
    void exponentialIsWhatTorchMultiplies(@ForAll @Scale(9) @DoubleRange(min = 0.5, max = 1.1) double gamma,
            @ForAll @LongRange(max = 400) long done) {
        double lr = BASE;
        for (long k = 0; k < done; k++) {
            lr *= gamma;
        }
        assertEquals(lr, new Exponential(gamma).inChain().at(done + 1, BASE), "bits");
        assertEquals(lr, new Exponential(gamma).at(done + 1, BASE), 1e-12 * lr);
    }

    @Property(tries = 200)
    void exponentialInSeveralStepsPassesThroughItsPowers(@ForAll @Scale(9) @DoubleRange(min = 0.5, max = 1) double gamma,
            @ForAll @LongRange(min = 1, max = 50) long steps, @ForAll @LongRange(max = 200) long done) {
        Exponential schedule = new Exponential(gamma).every(steps);
        assertEquals(new Exponential(gamma).at(done + 1, BASE), schedule.at(done * steps + 1, BASE));
        double expected = BASE * StrictMath.pow(gamma, (double) done / steps);
        assertEquals(expected, schedule.at(done + 1, BASE), 1e-13 * expected);
    }

    @Test
    void aChainThatChangesNothingAnyMoreEndsAtOnce() {
        assertEquals(0, Schedule.exponential(0.5).inChain().at(Long.MAX_VALUE, BASE));
        assertEquals(BASE, Schedule.stepDecay(1, 1).at(Long.MAX_VALUE, BASE));
        assertEquals(Double.POSITIVE_INFINITY, Schedule.stepDecay(1, 2).at(Long.MAX_VALUE, BASE));
    }

    @Property(tries = 200)
    void stepsAreMilestonesAtEqualDistances(@ForAll @LongRange(min = 1, max = 40) long steps, @ForAll @LongRange(max = 150) long done) {
        Schedule milestones = new MultiStepDecay(List.of(steps, 2 * steps, 3 * steps), 0.3);
        assertEquals(Schedule.stepDecay(steps, 0.3).at(Math.min(done, 3 * steps) + 1, BASE), milestones.at(done + 1, BASE));
    }

    @Test
    void aMilestoneChangesTheStepAfterSoManySteps() {
        Schedule schedule = Schedule.multiStepDecay(0.5, 0, 3);
        assertEquals(0.5, schedule.at(1, 1));
        assertEquals(0.5, schedule.at(3, 1));
        assertEquals(0.25, schedule.at(4, 1));
        assertEquals(1, Schedule.stepDecay(3, 0.5).at(3, 1));
        assertEquals(0.5, Schedule.stepDecay(3, 0.5).at(4, 1));
    }

    @Property(tries = 200)
    void polynomialIsWhatTorchMultiplies(@ForAll @Scale(9) @DoubleRange(min = 0.2, max = 4) double power,
            @ForAll @LongRange(min = 2, max = 100) long steps, @ForAll @LongRange(max = 150) long done) {
        double lr = BASE;
        for (long k = 1; k <= Math.min(done, steps); k++) {
            lr *= StrictMath.pow((1.0 - (double) k / steps) / (1.0 - (double) (k - 1) / steps), power);
        }
        assertEquals(lr, Schedule.polynomial(steps, power).at(done + 1, BASE), 1e-12 * BASE);
    }

    @Property(tries = 200)
    void polynomialGoesFromTheBaseToItsEnd(@ForAll @Scale(9) @DoubleRange(min = 0.2, max = 4) double power,
            @ForAll @LongRange(min = 1, max = 100) long steps, @ForAll @LongRange(max = 100) long done) {
        Polynomial schedule = Schedule.polynomial(steps, power).downTo(0.01);
        assertEquals(BASE, schedule.at(1, BASE), Math.ulp(BASE));
        assertEquals(0.01, schedule.at(steps + 1 + done, BASE));
        assertTrue(schedule.at(done + 2, BASE) <= schedule.at(done + 1, BASE) + Math.ulp(BASE));
        assertEquals(schedule.at(done + 1, BASE), Schedule.polynomial(steps, power).downToFraction(0.1).at(done + 1, BASE), 1e-16);
    }

    @Property(tries = 200)
    void theInverseSquareRootFallsByHalfInThreeTimescales(@ForAll @LongRange(min = 1, max = 1_000_000) long timescale,
            @ForAll @LongRange(max = 1_000_000) long done) {
        Schedule schedule = Schedule.inverseSquareRoot(timescale);
        assertEquals(BASE, schedule.at(1, BASE));
        assertEquals(BASE / 2, schedule.at(3 * timescale + 1, BASE));
        assertEquals(BASE * Math.sqrt((double) timescale / (timescale + done)), schedule.at(done + 1, BASE), 4 * Math.ulp(BASE));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void annealingGoesFromTheBaseToItsTarget(@ForAll @Scale(9) @DoubleRange(min = 0.001, max = 1) double target, @ForAll Curve curve,
            @ForAll @LongRange(min = 1, max = 50) long steps, @ForAll @LongRange(max = 60) long done) {
        Schedule schedule = new Annealing(Level.value(target), steps, curve);
        assertEquals(BASE, schedule.at(1, BASE));
        assertEquals(target, schedule.at(steps + 1 + done, BASE));
        double change = schedule.at(done + 2, BASE) - schedule.at(done + 1, BASE);
        assertTrue(change * Math.signum(target - BASE) >= -2 * Math.ulp(1.0), () -> "goes back by " + change);
    }

    @Test
    void annealingIsHalfWayInTheMiddle() {
        assertEquals(0.15, new Annealing(Level.value(0.2), 10, Curve.COSINE).at(6, BASE), 1e-16);
        assertEquals(0.125, new Annealing(Level.value(0.2), 8, Curve.LINEAR).at(3, BASE), 1e-16);
    }

    @Test
    void aConstantFactorEndsWithTheBase() {
        Constant third = new Constant(1 / 3.0, 5);
        assertEquals(BASE * (1 / 3.0), third.at(5, BASE));
        assertEquals(BASE, third.at(6, BASE));
        assertEquals(0.10000000000000002, new Constant(0.1, 5).inChain().at(6, BASE));
        assertEquals(0, Schedule.constant(0).at(Long.MAX_VALUE, BASE));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("factor must be finite and at least 0, got -1.0", () -> Schedule.constant(-1));
        assertRefused("steps must be at least 0, got -1", () -> new Constant(1, -1));
        assertRefused("factor must be above 0 if chained, got 0.0", () -> new Constant(0, 1).inChain());
        assertRefused("start must be finite and at least 0, got -1.0", () -> Schedule.linear(-1, 1, 5));
        assertRefused("end must be finite and at least 0, got NaN", () -> Schedule.linear(1, Double.NaN, 5));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.linear(1, 1, 0));
        assertRefused("start must be above 0 if chained, got 0.0", () -> Schedule.linear(0, 1, 5).inChain());
        assertRefused("gamma must be finite and above 0, got 0.0", () -> Schedule.exponential(0));
        assertRefused("steps must be 1 if chained, got 2", () -> Schedule.exponential(0.5).inChain().every(2));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.exponential(0.5).every(0));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.stepDecay(0, 0.5));
        assertRefused("gamma must be finite and above 0, got -0.5", () -> Schedule.stepDecay(1, -0.5));
        assertRefused("milestones[0] must be at least 0, got -1", () -> Schedule.multiStepDecay(0.5, -1));
        assertRefused("milestones[1] must be at least 31, got 30", () -> Schedule.multiStepDecay(0.5, 30, 30));
        assertRefused("power must be finite and above 0, got 0.0", () -> Schedule.polynomial(5, 0));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.polynomial(0, 1));
        assertRefused("timescale must be at least 1, got 0", () -> Schedule.inverseSquareRoot(0));
        assertRefused("steps must be at least 1, got 0", () -> Schedule.annealing(Level.value(1), 0));
    }
}
