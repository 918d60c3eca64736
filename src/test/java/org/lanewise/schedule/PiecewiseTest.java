package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.lanewise.schedule.Piecewise.Between;
import org.lanewise.schedule.Piecewise.Point;

/** Points and what is between them. */
class PiecewiseTest {
    private static final double BASE = 0.1;

    @Property(tries = 200)
    void aPointHasItsOwnFactorWhateverIsBetween(@ForAll Between between, @ForAll @LongRange(max = 50) long first,
            @ForAll @LongRange(min = 1, max = 50) long more) {
        Piecewise schedule = new Piecewise(List.of(new Point(first, 0.5), new Point(first + more, 0.3)), between);
        assertEquals(BASE * (first == 0 ? 0.5 : 1), schedule.at(1, BASE));
        assertEquals(BASE * 0.5, schedule.at(first + 1, BASE));
        assertEquals(BASE * 0.3, schedule.at(first + more + 1, BASE));
        assertEquals(BASE * 0.3, schedule.at(Long.MAX_VALUE, BASE));
    }

    @Property(tries = 200)
    void equalPartsAreALinearSchedule(@ForAll @LongRange(min = 1, max = 50) long steps, @ForAll @LongRange(max = 80) long done) {
        assertEquals(Schedule.linear(0.25, 2, steps).at(done + 1, BASE),
                Schedule.piecewiseLinear().after(0, 0.25).after(steps, 2).at(done + 1, BASE), 4 * Math.ulp(BASE));
    }

    @Property(tries = 200)
    void halfCosinesAreACosineSchedule(@ForAll @LongRange(min = 1, max = 50) long steps, @ForAll @LongRange(max = 80) long done) {
        Piecewise schedule = new Piecewise(List.of(new Point(steps, 0.1)), Between.COSINE);
        assertEquals(Schedule.cosine(steps).downToFraction(0.1).at(done + 1, BASE), schedule.at(done + 1, BASE), 4 * Math.ulp(BASE));
    }

    @Property(tries = 200)
    void factorsThatStayAreMilestones(@ForAll @LongRange(max = 50) long first, @ForAll @LongRange(min = 1, max = 50) long more,
            @ForAll @LongRange(max = 150) long done) {
        assertEquals(Schedule.multiStepDecay(0.5, first, first + more).at(done + 1, BASE),
                Schedule.piecewiseConstant().after(first, 0.5).after(first + more, 0.25).at(done + 1, BASE));
    }

    @Test
    void withoutPointsItIsTheBase() {
        assertEquals(BASE, Schedule.piecewiseLinear().at(7, BASE));
    }

    @Test
    void aListOfPointsIsCopied() {
        List<Point> points = new ArrayList<>(List.of(new Point(0, 0.5)));
        Piecewise schedule = new Piecewise(points, Between.STAYS);
        points.clear();
        assertEquals(BASE * 0.5, schedule.at(1, BASE));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("steps must be at least 0, got -1", () -> Schedule.piecewiseLinear().after(-1, 1));
        assertRefused("factor must be finite and at least 0, got -1.0", () -> Schedule.piecewiseLinear().after(1, -1));
        assertRefused("steps of points[1] must be at least 6, got 5", () -> Schedule.piecewiseLinear().after(5, 1).after(5, 2));
    }
}
