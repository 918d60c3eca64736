package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * By the same factor in every step: PyTorch's {@code ExponentialLR}, Keras' {@code ExponentialDecay}, optax' {@code exponential_decay}.
 * <pre>{@code
 * base gamma^(k / steps)
 * }</pre>
 *
 * <p>In step 1 the value is the base. It never ends. The staircase of Keras and optax is {@link StepDecay}.
 *
 * <p>PyTorch, where {@code steps} is 1, multiplies from step to step. {@link #inChain()} has its bits and takes a product for each step
 * before this one, about a millisecond in step 1,000,000; the difference is 2e-15 after 1,000 steps.
 *
 * @param gamma factor of {@code steps} steps: finite, above 0
 * @param steps at least 1; 1 in PyTorch
 * @param chained whether it multiplies from step to step, as PyTorch does; with {@code steps} 1 only
 */
public record Exponential(double gamma, long steps, boolean chained) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Exponential {
        Check.positive("gamma", gamma);
        Check.atLeast("steps", steps, 1);
        if (chained && steps != 1) {
            throw new IllegalArgumentException("steps must be 1 if chained, got " + steps);
        }
    }

    /**
     * By the same factor in every step.
     *
     * @param gamma finite, above 0
     */
    public Exponential(double gamma) {
        this(gamma, 1, false);
    }

    /** {@return this schedule with PyTorch's bits} */
    public Exponential inChain() {
        return new Exponential(gamma, steps, true);
    }

    /**
     * {@return a schedule by this factor in so many steps}
     * @param steps at least 1
     */
    public Exponential every(long steps) {
        return new Exponential(gamma, steps, chained);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        if (chained) {
            return Count.product(base, gamma, k);
        }
        double whole = base * Elementary.wholePower(gamma, k / steps);
        return k % steps == 0 ? whole : whole * Elementary.power(gamma, (double) (k % steps) / steps);
    }
}
