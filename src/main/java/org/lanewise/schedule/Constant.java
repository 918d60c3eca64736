package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * A part of the base for some steps, then the base: PyTorch's {@code ConstantLR}.
 * <pre>{@code
 * k < steps:  base factor
 * k >= steps: base
 * }</pre>
 *
 * <p>In step 1 the value is {@code base factor}, unless {@code steps} is 0. PyTorch divides by the factor again, so that 0.1 becomes
 * 0.10000000000000002 for some factors; {@link #inChain()} does so too and has its bits. optax and transformers have the case of a factor
 * for ever, or of 1: {@code constant_schedule}, {@code get_constant_schedule}.
 *
 * @param factor finite, at least 0; 1/3 in PyTorch
 * @param steps how many steps it lasts: at least 0, {@link Long#MAX_VALUE} for ever; 5 in PyTorch
 * @param chained whether the base is restored by multiplying by {@code 1 / factor}, as in PyTorch; not with a factor of 0
 */
public record Constant(double factor, long steps, boolean chained) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Constant {
        Check.notNegative("factor", factor);
        Check.atLeast("steps", steps, 0);
        if (chained && factor == 0) {
            throw new IllegalArgumentException("factor must be above 0 if chained, got " + factor);
        }
    }

    /**
     * A part of the base that is followed by the base itself.
     *
     * @param factor finite, at least 0
     * @param steps how many steps it lasts: at least 0
     */
    public Constant(double factor, long steps) {
        this(factor, steps, false);
    }

    /** {@return this schedule with PyTorch's bits} */
    public Constant inChain() {
        return new Constant(factor, steps, true);
    }

    @Override
    public double at(long step, double base) {
        if (Count.before(step) < steps) {
            return base * factor;
        }
        return chained ? base * factor * (1 / factor) : base;
    }
}
