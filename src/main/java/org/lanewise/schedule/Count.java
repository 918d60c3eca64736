package org.lanewise.schedule;

import org.lanewise.check.Check;

/** Steps, and products over steps. */
final class Count {
    private Count() {}

    /** How many steps there were before this one: what PyTorch, transformers and optax count. */
    static long before(long step) {
        Check.atLeast("step", step, 1);
        return step - 1;
    }

    /** The factors one by one, each product rounded, as PyTorch multiplies from step to step; ends early where nothing changes any more. */
    static double product(double base, double factor, long times) {
        double x = base;
        for (long i = 0; i < times; i++) {
            double next = x * factor;
            if (!(Math.abs(next - x) > 0)) {
                return next;
            }
            x = next;
        }
        return x;
    }
}
