package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * By the inverse square root of the steps: what follows the warm-up in transformers' {@code get_inverse_sqrt_schedule}, bit for bit.
 * <pre>{@code
 * base / sqrt((k + timescale) / timescale)
 * }</pre>
 *
 * <p>In step 1 the value is the base, half of it after {@code 3 timescale} steps. It never ends. Vaswani et al.,
 * <i>Attention is all you need</i>, 2017, <a href="https://arxiv.org/abs/1706.03762">arXiv:1706.03762</a>, section 5.3, is
 * {@code Schedule.warmUp(4000).thenInverseSquareRoot()}, with a base of {@code 1 / sqrt(d_model 4000)}. transformers takes the warm-up's
 * length as the timescale, or 10,000 without warm-up.
 *
 * @param timescale at least 1
 */
public record InverseSquareRoot(long timescale) implements Schedule {
    /** Checks the number; throws {@link IllegalArgumentException} if it is below 1. */
    public InverseSquareRoot {
        Check.atLeast("timescale", timescale, 1);
    }

    @Override
    public double at(long step, double base) {
        return base * (1 / Math.sqrt(((double) Count.before(step) + timescale) / timescale));
    }
}
