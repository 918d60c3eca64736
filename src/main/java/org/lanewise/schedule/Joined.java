package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * One schedule after another: PyTorch's {@code SequentialLR}, optax' {@code join_schedules}. Step {@code steps + 1} is step 1 of the
 * second, with the same base.
 *
 * @param first for {@code steps} steps
 * @param steps at least 0
 * @param second for all later steps
 */
public record Joined(Schedule first, long steps, Schedule second) implements Schedule {
    /** Checks the number of steps; throws {@link IllegalArgumentException} if it is negative. */
    public Joined {
        Check.notNull("first", first);
        Check.notNull("second", second);
        Check.atLeast("steps", steps, 0);
    }

    @Override
    public double at(long step, double base) {
        return Count.before(step) < steps ? first.at(step, base) : second.at(step - steps, base);
    }
}
