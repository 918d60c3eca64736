package org.lanewise.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.schedule.ScheduleTest.assertRefused;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lanewise.schedule.ReduceOnPlateau.State;
import org.lanewise.schedule.ReduceOnPlateau.Threshold;
import org.lanewise.schedule.ReduceOnPlateau.Tracker;

/** When a plateau reduces, and by how much. */
class ReduceOnPlateauTest {
    private static final double BASE = 0.1;
    private static final ReduceOnPlateau HALVING = new ReduceOnPlateau().withFactor(0.5).withPatience(2);

    /** torch's own order, with its variables. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void everyMetricDoesWhatTorchDoes(@ForAll @Size(max = 60) List<@Scale(9) @DoubleRange(min = -2, max = 2) Double> metrics,
            @ForAll boolean larger,
            @ForAll boolean absolute, @ForAll @IntRange(max = 4) int patience, @ForAll @IntRange(max = 4) int cooldown) {
        ReduceOnPlateau plateau = new ReduceOnPlateau(larger, 0.3, patience, 0.1, absolute ? Threshold.ABSOLUTE : Threshold.RELATIVE,
                cooldown, 1e-4, 1e-3);
        Tracker tracker = plateau.tracker(BASE);
        double lr = BASE, best = larger ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        int bad = 0, cool = 0;
        for (double a : metrics) {
            boolean better = absolute ? larger ? a > best + 0.1 : a < best - 0.1 : larger ? a > best * (0.1 + 1.0) : a < best * (1.0 - 0.1);
            if (better) {
                best = a;
                bad = 0;
            } else {
                bad++;
            }
            if (cool > 0) {
                cool--;
                bad = 0;
            }
            if (bad > patience) {
                double next = Math.max(lr * 0.3, 1e-4);
                lr = lr - next > 1e-3 ? next : lr;
                cool = cooldown;
                bad = 0;
            }
            assertEquals(lr, tracker.next(a));
            assertEquals(new State(BASE, lr, best, bad, cool), tracker.state());
        }
    }

    @Property(tries = 200)
    void aTrackerGoesOnFromAStateAsIfItHadNotStopped(@ForAll @Size(min = 1, max = 40) List<@Scale(9) @DoubleRange(max = 1) Double> metrics,
            @ForAll @IntRange(max = 40) int stop) {
        Tracker whole = HALVING.tracker(BASE);
        Tracker resumed = HALVING.tracker(BASE);
        for (int i = 0; i < metrics.size(); i++) {
            if (i == stop) {
                resumed = HALVING.tracker(resumed.state());
            }
            assertEquals(whole.next(metrics.get(i)), resumed.next(metrics.get(i)));
        }
    }

    @Test
    void moreBadMetricsThanThePatienceReduce() {
        Tracker tracker = HALVING.tracker(BASE);
        assertEquals(List.of(BASE, BASE, BASE, BASE / 2, BASE / 2, BASE / 2, BASE / 4), next(tracker, 1, 1, 1, 1, 1, 1, 1));
    }

    @Test
    void aMetricThatIsNoNumberIsBad() {
        Tracker tracker = HALVING.tracker(BASE);
        assertEquals(List.of(BASE, BASE, BASE / 2), next(tracker, Double.NaN, Double.NaN, Double.NaN));
    }

    @Test
    void aNegativeLossThatStaysCountsAsBetter() {
        assertEquals(List.of(BASE, BASE, BASE, BASE, BASE), next(HALVING.tracker(BASE), -1, -1, -1, -1, -1));
        assertEquals(BASE / 2, next(HALVING.withThreshold(1e-4, Threshold.ABSOLUTE).tracker(BASE), -1, -1, -1, -1, -1).getLast());
    }

    @Test
    void aValueThatWouldHardlyMoveStays() {
        assertEquals(1.5e-8, next(HALVING.tracker(1.5e-8), 1, 1, 1, 1).getLast());
        assertEquals(0.75e-8, next(HALVING.withEpsilon(0).tracker(1.5e-8), 1, 1, 1, 1).getLast());
        assertEquals(0.08, next(HALVING.withMinimum(0.08).tracker(BASE), 1, 1, 1, 1, 1, 1, 1).getLast());
    }

    @Test
    void aTrackerIsAScheduleThatReducesItsBase() {
        Tracker tracker = HALVING.tracker(BASE);
        Schedule schedule = Schedule.warmUp(10).times(tracker);
        assertEquals(0.5, schedule.at(6, 1));
        next(tracker, 1, 1, 1, 1);
        assertEquals(0.25, schedule.at(6, 1));
        assertEquals(BASE / 2, tracker.at(1, BASE));
        assertEquals(BASE / 2, tracker.value());
        assertTrue(tracker.toString().startsWith("ReduceOnPlateau[largerIsBetter=false, factor=0.5"), tracker::toString);
    }

    @Test
    void theDefaultsAreTorchs() {
        assertEquals(new ReduceOnPlateau(false, 0.1, 10, 1e-4, Threshold.RELATIVE, 0, 0, 1e-8), new ReduceOnPlateau());
        assertEquals(new ReduceOnPlateau(true, 0.1, 10, 1e-4, Threshold.RELATIVE, 3, 0, 1e-8),
                new ReduceOnPlateau().forLargerIsBetter().withCooldown(3));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("factor must be in (0, 1), got 1.0", () -> HALVING.withFactor(1));
        assertRefused("patience must be at least 0, got -1", () -> HALVING.withPatience(-1));
        assertRefused("threshold must be finite and at least 0, got -1.0", () -> HALVING.withThreshold(-1, Threshold.ABSOLUTE));
        assertRefused("cooldown must be at least 0, got -1", () -> HALVING.withCooldown(-1));
        assertRefused("minimum must be finite and at least 0, got NaN", () -> HALVING.withMinimum(Double.NaN));
        assertRefused("epsilon must be finite and at least 0, got -1.0", () -> HALVING.withEpsilon(-1));
        assertRefused("value must be finite and above 0, got 0.0", () -> HALVING.initial(0));
        assertRefused("initial must be finite and above 0, got 0.0", () -> new State(0, 1, 1, 0, 0));
        assertRefused("value must be finite and at least 0, got -1.0", () -> new State(1, -1, 1, 0, 0));
        assertRefused("best must be a number or infinite, got NaN", () -> new State(1, 1, Double.NaN, 0, 0));
        assertRefused("bad must be at least 0, got -1", () -> new State(1, 1, 1, -1, 0));
        assertRefused("cooling must be at least 0, got -1", () -> new State(1, 1, 1, 0, -1));
    }

    private static List<Double> next(Tracker tracker, double... metrics) {
        return Arrays.stream(metrics).map(tracker::next).boxed().toList();
    }
}
