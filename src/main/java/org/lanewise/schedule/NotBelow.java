package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * A schedule that stops falling at a level: optax' {@code end_value} of {@code exponential_decay}.
 *
 * @param schedule has the base
 * @param least the lowest value
 */
public record NotBelow(Schedule schedule, Level least) implements Schedule {
    /** Checks that both are there. */
    public NotBelow {
        Check.notNull("schedule", schedule);
        Check.notNull("least", least);
    }

    @Override
    public double at(long step, double base) {
        return Math.max(schedule.at(step, base), least.of(base));
    }
}
