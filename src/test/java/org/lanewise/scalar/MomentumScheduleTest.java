package org.lanewise.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MomentumScheduleTest {
    @Test
    void productFollowsFromTheStepWhateverWasAskedBefore() {
        MomentumSchedule inOrder = new MomentumSchedule(0.9, 0.004);
        MomentumSchedule jumping = new MomentumSchedule(0.9, 0.004);
        float expected = 1;
        for (int step = 1; step <= 60; step++) {
            expected *= (float) inOrder.mu(step);
            assertEquals(expected, inOrder.product(step));
            assertEquals(expected, inOrder.product(step), "asked twice");
            jumping.product((step * 37) % 61);
            assertEquals(expected, jumping.product(step));
        }
    }

    @Test
    void growsFromHalfOfBetaToIt() {
        MomentumSchedule schedule = new MomentumSchedule(0.9, 0.004);
        assertEquals(0.45, schedule.mu(0));
        assertEquals(0.9, schedule.mu(1_000_000), 1e-15);
        assertEquals(0.45, new MomentumSchedule(0.9, 0).mu(1_000_000));
    }
}
