package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * From 0 to the base, then the base: transformers' {@code get_constant_schedule_with_warmup}, bit for bit, and the beginning of its other
 * schedules.
 * <pre>{@code
 * k < steps:  base (rise(k / steps) (1 - start) + start), rise(x) = x unless the curve is another one
 * k >= steps: base
 * }</pre>
 *
 * <p><b>Step 1 has 0 unless {@code start} is given</b>: in that step moments move and weights do not. That is what transformers does. With
 * {@link #withoutZeroStep()} step 1 has {@code base / steps} and step {@code steps} the base: {@code k + 1} stands for {@code k}, as in
 * transformers' {@code get_cosine_with_min_lr_schedule_with_warmup_lr_rate} without a rate.
 *
 * @param steps how many steps are below the base: at least 1
 * @param start factor that it begins with: in [0, 1]; 0 in transformers
 * @param curve on which way; {@link Curve#LINEAR} in transformers
 * @param zeroStep whether step 1 has {@code start} itself
 */
public record WarmUp(long steps, double start, Curve curve, boolean zeroStep) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public WarmUp {
        Check.notNull("curve", curve);
        Check.atLeast("steps", steps, 1);
        Check.fractionOrOne("start", start);
    }

    /**
     * From 0 in equal parts.
     *
     * @param steps how many steps are below the base: at least 1
     */
    public WarmUp(long steps) {
        this(steps, 0, Curve.LINEAR, true);
    }

    /**
     * {@return this warm-up from another factor}
     * @param start factor that it begins with: in [0, 1]
     */
    public WarmUp from(double start) {
        return new WarmUp(steps, start, curve, zeroStep);
    }

    /**
     * {@return this warm-up on another way}
     * @param curve on which way
     */
    public WarmUp along(Curve curve) {
        return new WarmUp(steps, start, curve, zeroStep);
    }

    /** {@return this warm-up whose first step is one part of {@code steps} above the start} */
    public WarmUp withoutZeroStep() {
        return new WarmUp(steps, start, curve, false);
    }

    /**
     * {@return this warm-up and then another schedule, for which steps begin at 1 again}
     * @param next what follows
     */
    public Schedule then(Schedule next) {
        return then(steps, next);
    }

    /**
     * {@return this warm-up, then half a cosine down to 0, where it stays} transformers' {@code get_cosine_schedule_with_warmup} up to step
     * {@code total + 1}; after that its rate rises again, as {@link Cosine#risingAgain()} does. optax'
     * {@code warmup_cosine_decay_schedule}, whose {@code decay_steps} is the total.
     * @param total steps of both together: more than those of the warm-up
     */
    public Schedule thenCosine(long total) {
        return then(new Cosine(rest(total)));
    }

    /**
     * {@return this warm-up, then down to 0 in equal parts, where it stays} transformers' {@code get_linear_schedule_with_warmup}, bit for
     * bit.
     * @param total steps of both together: more than those of the warm-up
     */
    public Schedule thenLinear(long total) {
        return then(new Linear(1, 0, rest(total)));
    }

    /**
     * {@return this warm-up, then the inverse square root with the warm-up's steps as its timescale} transformers'
     * {@code get_inverse_sqrt_schedule}, bit for bit.
     */
    public Schedule thenInverseSquareRoot() {
        return then(new InverseSquareRoot(steps));
    }

    private long rest(long total) {
        if (total <= steps) {
            throw new IllegalArgumentException("total must be more than the " + steps + " steps of the warm-up, got " + total);
        }
        return total - steps;
    }

    @Override
    public double at(long step, double base) {
        long done = zeroStep ? Count.before(step) : Count.before(step) + 1;
        return done >= steps ? base : base * (curve.rise((double) done / steps) * (1 - start) + start);
    }
}
