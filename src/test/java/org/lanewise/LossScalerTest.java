package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lanewise.LossScaler.LossScale;
import org.lanewise.LossScaler.State;

/** How the scale of the loss grows and falls. */
class LossScalerTest {
    private static final LossScaler TORCH = new LossScaler().withFloor(0).withGrowthInterval(3);

    /** torch's update, with its variables. */
    @Property(tries = 200)
    void everyStepDoesWhatTorchDoes(@ForAll @Size(max = 80) List<Boolean> found, @ForAll @IntRange(min = 1, max = 5) int interval) {
        LossScaler scaler = new LossScaler(1000, 3.1, 0.3, interval, 0, 1, false);
        State state = scaler.initial();
        float scale = 1000;
        int tracker = 0;
        for (boolean inf : found) {
            if (inf) {
                scale = (float) (scale * 0.3);
                tracker = 0;
            } else if (++tracker == interval) {
                float next = (float) (scale * 3.1);
                scale = next < Float.POSITIVE_INFINITY ? next : scale;
                tracker = 0;
            }
            state = scaler.next(state, inf);
            assertEquals(new State(scale, tracker, 1), state);
        }
    }

    @Property(tries = 200)
    void theScaleThatAnOptimizerKeepsIsTheStateOfTheSettings(@ForAll @Size(max = 60) List<Boolean> found,
            @ForAll @IntRange(min = 1, max = 4) int hysteresis, @ForAll boolean consecutive) {
        LossScaler scaler = new LossScaler().withGrowthInterval(4).withHysteresis(hysteresis, consecutive);
        LossScale scale = new LossScale(scaler);
        State state = scaler.initial();
        for (boolean inf : found) {
            scale.update(inf);
            state = scaler.next(state, inf);
            assertEquals(state, scale.state());
            assertEquals(state.scale(), scale.scale());
            assertEquals((float) (1.0 / state.scale()), scale.inverse());
        }
        LossScale restored = new LossScale(scaler);
        restored.restore(state);
        assertEquals(state, restored.state());
    }

    @Property(tries = 200)
    void theScaleNeverLeavesItsFloorAndTheFloats(@ForAll @Size(max = 200) List<Boolean> found) {
        LossScaler scaler = new LossScaler(0x1p100f, 0x1p30, 0x1p-40, 1, 0x1p-24f, 1, false);
        State state = scaler.initial();
        for (boolean inf : found) {
            state = scaler.next(state, inf);
            assertTrue(state.scale() >= 0x1p-24f && state.scale() < Float.POSITIVE_INFINITY, state::toString);
        }
    }

    @Test
    void withoutAFloorTheScaleEndsAtZeroForGoodAndWithOneItGrowsAgain() {
        State none = TORCH.initial(), some = TORCH.withFloor(0x1p-24f).initial();
        for (int i = 0; i < 200; i++) {
            none = TORCH.next(none, true);
            some = TORCH.withFloor(0x1p-24f).next(some, true);
        }
        assertEquals(0, none.scale());
        assertEquals(0x1p-24f, some.scale());
        assertEquals(0x1p-23f, after(TORCH.withFloor(0x1p-24f), some, false, false, false).scale());
        assertEquals(0, after(TORCH, none, false, false, false).scale());
    }

    @Test
    void aScaleBelowTheFloorDoesNotRiseByFalling() {
        assertEquals(0x1p-10f, TORCH.withFloor(1).next(new State(0x1p-10f, 0, 1), true).scale());
    }

    @Test
    void aTrackerBeyondTheIntervalDoesNotGrow() {
        assertEquals(new State(8, 6, 1), TORCH.next(new State(8, 5, 1), false));
        assertEquals(new State(16, 0, 1), TORCH.next(new State(8, 2, 1), false));
    }

    @Test
    void aScaleThatWouldOverflowStaysAndItsCountBeginsAgain() {
        assertEquals(new State(0x1p127f, 0, 1), TORCH.next(new State(0x1p127f, 2, 1), false));
    }

    /** DeepSpeed: the count is full again after a growth only, unless consecutive. */
    @Test
    void hysteresisLetsTheFirstOverflowsPass() {
        LossScaler two = TORCH.withHysteresis(2, false);
        assertEquals(new State(0x1p16f, 0, 1), after(two, two.initial(), true));
        assertEquals(new State(0x1p15f, 0, 1), after(two, two.initial(), true, true));
        assertEquals(new State(0x1p14f, 0, 1), after(two, two.initial(), true, true, true));
        assertEquals(new State(0x1p15f, 0, 1), after(two, two.initial(), true, false, true));
        assertEquals(new State(0x1p17f, 0, 1), after(two, two.initial(), true, false, false, false, true));
        LossScaler consecutive = TORCH.withHysteresis(2, true);
        assertEquals(new State(0x1p16f, 0, 1), after(consecutive, consecutive.initial(), true, false, true));
        assertEquals(new State(0x1p15f, 0, 1), after(consecutive, consecutive.initial(), true, false, true, true));
    }

    @Test
    void theDefaultsAreTorchsAndAFloor() {
        assertEquals(new LossScaler(65_536, 2, 0.5, 2_000, 0x1p-24f, 1, false), new LossScaler());
        assertEquals(new LossScaler(8, 3, 0.25, 2_000, 0x1p-24f, 1, false), new LossScaler().withInitialScale(8).withFactors(3, 0.25));
    }

    @Test
    void updatesMakeNoGarbage() {
        LossScale scale = new LossScale(TORCH);
        assertEquals(0, Garbage.of(() -> {
            for (int i = 0; i < 1_000; i++) {
                scale.update(i % 7 == 0);
            }
        }));
    }

    @Test
    void whatIsOutsideItsRangeIsNamedWithTheRangeAndTheValue() {
        assertRefused("initialScale must be finite and above 0, got 0.0", () -> TORCH.withInitialScale(0));
        assertRefused("growthFactor must be finite and above 1, got 1.0", () -> TORCH.withFactors(1, 0.5));
        assertRefused("backoffFactor must be in (0, 1), got 1.0", () -> TORCH.withFactors(2, 1));
        assertRefused("growthInterval must be at least 1, got 0", () -> TORCH.withGrowthInterval(0));
        assertRefused("floor must be finite and at least 0, got -1.0", () -> TORCH.withFloor(-1));
        assertRefused("floor must be at most the initial scale of 65536.0, got 65537.0", () -> TORCH.withFloor(65_537));
        assertRefused("hysteresis must be at least 1, got 0", () -> TORCH.withHysteresis(0, true));
        assertRefused("scale must be finite and at least 0, got NaN", () -> new State(Float.NaN, 0, 1));
        assertRefused("growthTracker must be at least 0, got -1", () -> new State(1, -1, 1));
        assertRefused("hysteresisLeft must be at least 1, got 0", () -> new State(1, 0, 0));
    }

    private static State after(LossScaler scaler, State state, boolean... found) {
        State now = state;
        for (boolean inf : found) {
            now = scaler.next(now, inf);
        }
        return now;
    }

    private static void assertRefused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
