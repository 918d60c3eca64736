package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * A schedule of the value of another one, in the same step: PyTorch's {@code ChainedScheduler}.
 *
 * @param first has the base
 * @param second has the value of the first as its base
 */
public record Product(Schedule first, Schedule second) implements Schedule {
    /** Checks that both are there. */
    public Product {
        Check.notNull("first", first);
        Check.notNull("second", second);
    }

    @Override
    public double at(long step, double base) {
        return second.at(step, first.at(step, base));
    }
}
