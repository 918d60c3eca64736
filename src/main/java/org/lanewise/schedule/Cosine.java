package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Half a period of a cosine from the base down: PyTorch's {@code CosineAnnealingLR}, optax' {@code cosine_decay_schedule}, and what follows
 * the warm-up in transformers' {@code get_cosine_schedule_with_warmup} and {@code get_cosine_with_min_lr_schedule_with_warmup}.
 * <pre>{@code
 * m + (base - m) (1 + cos(pi k / steps)) / 2, m = minimum of the base
 * }</pre>
 *
 * <p>In step 1 the value is the base, in step {@code steps + 1} the minimum. <b>After that it stays there, as in optax. PyTorch and
 * transformers go up again:</b> {@link #risingAgain()} does so too, back to the base after {@code 2 steps} steps, and so on. PyTorch
 * multiplies from step to step; the difference is 2e-13 of the base after five periods.
 *
 * <p>Reference: I. Loshchilov, F. Hutter, <i>SGDR: stochastic gradient descent with warm restarts</i>, 2017,
 * <a href="https://arxiv.org/abs/1608.03983">arXiv:1608.03983</a>, equation 5.
 *
 * @param steps how many steps it falls: at least 1; PyTorch's {@code T_max}
 * @param minimum where it ends; 0 in PyTorch, whose {@code eta_min} is a value
 * @param rises whether it goes on as a cosine after the end instead of staying
 */
public record Cosine(long steps, Level minimum, boolean rises) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Cosine {
        Check.notNull("minimum", minimum);
        Check.atLeast("steps", steps, 1);
    }

    /**
     * Down to 0, where it stays.
     *
     * @param steps how many steps it falls: at least 1
     */
    public Cosine(long steps) {
        this(steps, Level.ZERO, false);
    }

    /**
     * {@return this schedule with another minimum}
     * @param value finite, at least 0
     */
    public Cosine downTo(double value) {
        return new Cosine(steps, Level.value(value), rises);
    }

    /**
     * {@return this schedule with a part of the base as its minimum}
     * @param fraction finite, at least 0
     */
    public Cosine downToFraction(double fraction) {
        return new Cosine(steps, Level.fraction(fraction), rises);
    }

    /** {@return this schedule, which goes up and down again after its end as PyTorch's and transformers' do} */
    public Cosine risingAgain() {
        return new Cosine(steps, minimum, true);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        double m = minimum.of(base);
        return !rises && k >= steps ? m : between(m, base, k, steps);
    }

    /** From the base at 0 to the minimum at {@code steps}. */
    static double between(double minimum, double base, long k, long steps) {
        return minimum + (base - minimum) * (1 + Elementary.cosPi((double) k / steps)) / 2;
    }
}
