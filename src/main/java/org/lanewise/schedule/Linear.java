package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * In equal parts from one factor to another: PyTorch's {@code LinearLR}, optax' {@code linear_schedule}.
 * <pre>{@code
 * k < steps:  base (start (steps - k) + end k) / steps
 * k >= steps: base end
 * }</pre>
 *
 * <p>In step 1 the value is {@code base start}; from step {@code steps + 1} on it stays {@code base end}. With factors 1 and 0 it has the
 * bits of what follows the warm-up in transformers' {@code get_linear_schedule_with_warmup}. optax takes values instead of factors.
 *
 * <p>PyTorch multiplies the value of the step before by {@code 1 + (end - start) / (steps start + (k - 1) (end - start))}. That differs
 * by 2.5e-15 of the base in 500 steps. {@link #inChain()} has its bits, and takes a division for each step of the schedule so far.
 *
 * @param start factor of the first step: finite, at least 0, above 0 if chained; 1/3 in PyTorch
 * @param end factor after {@code steps} steps: finite, at least 0; 1 in PyTorch
 * @param steps how many steps it takes: at least 1; 5 in PyTorch
 * @param chained whether it multiplies from step to step, as PyTorch does
 */
public record Linear(double start, double end, long steps, boolean chained) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Linear {
        Check.notNegative("start", start);
        Check.notNegative("end", end);
        Check.atLeast("steps", steps, 1);
        if (chained && start == 0) {
            throw new IllegalArgumentException("start must be above 0 if chained, got " + start);
        }
    }

    /**
     * From one factor to another.
     *
     * @param start factor of the first step: finite, at least 0
     * @param end factor after {@code steps} steps: finite, at least 0
     * @param steps how many steps it takes: at least 1
     */
    public Linear(double start, double end, long steps) {
        this(start, end, steps, false);
    }

    /** {@return this schedule with PyTorch's bits} */
    public Linear inChain() {
        return new Linear(start, end, steps, true);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        if (chained) {
            return product(Math.min(k, steps), base);
        }
        // The ends are exact: start steps / steps may be one unit off.
        return base * (k == 0 ? start : k >= steps ? end : (start * (steps - k) + end * k) / steps);
    }

    private double product(long k, double base) {
        double x = base * start, change = end - start;
        for (long i = 0; i < k; i++) {
            x *= 1 + change / (steps * start + i * change);
        }
        return x;
    }
}
