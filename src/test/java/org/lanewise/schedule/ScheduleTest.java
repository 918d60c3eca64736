package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.lanewise.Garbage;

/** What is true of every schedule, and how they are put together. */
class ScheduleTest {
    private static final double BASE = 0.1;
    private static final List<Schedule> ALL = Stream.concat(Samples.inProportion().stream(), Samples.withValues().stream()).toList();

    @Provide
    Arbitrary<Schedule> all() {
        return Arbitraries.of(ALL);
    }

    @Provide
    Arbitrary<Schedule> inProportion() {
        return Arbitraries.of(Samples.inProportion());
    }

    /** A power of two is exact. */
    @Property(tries = 200)
    void valuesAreInProportionToTheBase(@ForAll @From("inProportion") Schedule schedule, @ForAll @LongRange(min = 1, max = 60) long step,
            @ForAll @IntRange(min = -10, max = 10) int exponent) {
        assertEquals(Math.scalb(schedule.at(step, BASE), exponent), schedule.at(step, Math.scalb(BASE, exponent)));
    }

    @Property(tries = 200)
    void valuesDoNotDependOnThoseAskedForBefore(@ForAll @From("all") Schedule schedule, @ForAll @LongRange(min = 1, max = 60) long one,
            @ForAll @LongRange(min = 1, max = 60) long other) {
        double first = schedule.at(one, BASE);
        schedule.at(other, 3 * BASE);
        assertEquals(first, schedule.at(one, BASE));
    }

    @Property(tries = 200)
    void noValueIsNegativeOrNoNumberHoweverLateTheStep(@ForAll @From("all") Schedule schedule,
            @ForAll @LongRange(min = 1, max = 1L << 40) long step, @ForAll @Scale(9) @DoubleRange(min = 1e-8, max = 10) double base) {
        if (!schedule.toString().contains("chained=true")) {
            double value = schedule.at(step, base);
            assertTrue(value >= 0 && value <= 2 * Math.max(base, 1), () -> schedule + " in step " + step + ": " + value);
        }
    }

    @Property(tries = 200)
    void timesGivesTheOtherTheValueOfThisOne(@ForAll @From("all") Schedule one, @ForAll @From("all") Schedule other,
            @ForAll @LongRange(min = 1, max = 60) long step) {
        assertEquals(other.at(step, one.at(step, BASE)), one.times(other).at(step, BASE));
    }

    @Property(tries = 200)
    void notBelowIsTheLevelWhereTheScheduleIsLower(@ForAll @From("all") Schedule schedule,
            @ForAll @LongRange(min = 1, max = 60) long step) {
        assertEquals(Math.max(schedule.at(step, BASE), 0.03), schedule.notBelow(Level.value(0.03)).at(step, BASE));
        assertEquals(Math.max(schedule.at(step, BASE), 0.5 * BASE), schedule.notBelow(Level.fraction(0.5)).at(step, BASE));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void thenBeginsTheNextAtItsFirstStep(@ForAll @From("all") Schedule one, @ForAll @From("all") Schedule other,
            @ForAll @LongRange(min = 0, max = 30) long steps, @ForAll @LongRange(min = 1, max = 60) long step) {
        double expected = step <= steps ? one.at(step, BASE) : other.at(step - steps, BASE);
        assertEquals(expected, one.then(steps, other).at(step, BASE));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void joinedSchedulesDoNotDependOnHowTheyAreBracketed(@ForAll @From("all") Schedule a, @ForAll @From("all") Schedule b,
            @ForAll @From("all") Schedule c, @ForAll @LongRange(min = 0, max = 20) long first,
            @ForAll @LongRange(min = 0, max = 20) long second, @ForAll @LongRange(min = 1, max = 60) long step) {
        assertEquals(a.then(first, b.then(second, c)).at(step, BASE), a.then(first, b).then(first + second, c).at(step, BASE));
    }

    @Property(tries = 200)
    void warmedUpRisesInEqualPartsWhileItsStepsGoOn(@ForAll @From("inProportion") Schedule schedule,
            @ForAll @LongRange(min = 1, max = 20) long steps, @ForAll @LongRange(min = 1, max = 60) long step) {
        double expected = schedule.at(step, BASE) * Math.min(1, (step - 1) / (double) steps);
        assertEquals(expected, schedule.warmedUp(steps).at(step, BASE), Math.ulp(expected));
    }

    @Test
    void aLambdaIsASchedule() {
        Schedule schedule = (step, base) -> base / step;
        assertEquals(0.025, schedule.at(4, BASE));
        assertEquals(0.05, Schedule.constant().then(5, schedule).at(7, BASE));
    }

    @Test
    void stepsAreCountedFromOne() {
        for (Schedule schedule : ALL) {
            if (!(schedule.toString().contains("Lambda"))) {
                assertEquals("step must be at least 1, got 0",
                        assertThrows(IllegalArgumentException.class, () -> schedule.at(0, BASE), schedule::toString).getMessage());
            }
        }
    }

    @Test
    void equalSettingsAreEqualSchedulesAndSayWhatTheyAre() {
        assertEquals(Schedule.warmUp(5).thenCosine(9), Schedule.warmUp(5).thenCosine(9));
        assertEquals("Cosine[steps=9, minimum=0.1 of the base, rises=false]", Schedule.cosine(9).downToFraction(0.1).toString());
        assertEquals("Annealing[target=0.05, steps=3, curve=COSINE]", Schedule.annealing(Level.value(0.05), 3).toString());
    }

    @Test
    void everyKindHasASampleAndNoneMakesGarbage() {
        List<String> kinds = new ArrayList<>();
        ALL.forEach(schedule -> kinds.add(schedule.getClass().getSimpleName()));
        assertTrue(kinds.containsAll(List.of("Constant", "Linear", "Exponential", "StepDecay", "MultiStepDecay", "Polynomial",
                "InverseSquareRoot", "Cosine", "CosineWarmRestarts", "CosineHardRestarts", "Cyclic", "OneCycle", "Momentum", "WarmUp",
                "WarmUpStableDecay", "Piecewise", "Annealing", "Product", "Joined", "NotBelow")), kinds::toString);
        Schedule[] schedules = ALL.toArray(Schedule[]::new);
        assertEquals(0, Garbage.of(() -> {
            for (int step = 1; step < 60; step++) {
                for (Schedule schedule : schedules) {
                    schedule.at(step, BASE);
                }
            }
        }));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("steps must be at least 0, got -1", () -> Schedule.constant().then(-1, Schedule.constant()));
        assertRefused("value must be finite and at least 0, got -1.0", () -> Level.value(-1));
        assertRefused("fraction must be finite and at least 0, got NaN", () -> Level.fraction(Double.NaN));
        assertRefused("number must be finite and at least 0, got Infinity", () -> new Level(Double.POSITIVE_INFINITY, true));
    }

    static void assertRefused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
