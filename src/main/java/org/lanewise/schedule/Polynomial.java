package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * As a power of what is left of the steps: PyTorch's {@code PolynomialLR}, optax' {@code polynomial_schedule}, Keras'
 * {@code PolynomialDecay}, and what follows the warm-up in transformers' {@code get_polynomial_decay_schedule_with_warmup}.
 * <pre>{@code
 * k < steps:  e + (base - e) (1 - k / steps)^power, e = end of the base
 * k >= steps: e
 * }</pre>
 *
 * <p>In step 1 the value is the base; from step {@code steps + 1} on it stays at the end. PyTorch's end is 0, and it multiplies from step
 * to step, with a difference of 1e-15 of the base in 500 steps. In transformers the end is a value, 1e-7 unless given, and is
 * that of the optimizer's own rate: groups with another rate end at another value. Here they all end at the value. The cycle of Keras is
 * not here.
 *
 * @param steps how many steps it takes: at least 1; 5 in PyTorch
 * @param power finite, above 0; 1 in PyTorch
 * @param end where it ends; 0 in PyTorch
 */
public record Polynomial(long steps, double power, Level end) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Polynomial {
        Check.notNull("end", end);
        Check.atLeast("steps", steps, 1);
        Check.positive("power", power);
    }

    /**
     * Down to 0.
     *
     * @param steps how many steps it takes: at least 1
     * @param power finite, above 0
     */
    public Polynomial(long steps, double power) {
        this(steps, power, Level.ZERO);
    }

    /**
     * {@return this schedule with another end}
     * @param value finite, at least 0
     */
    public Polynomial downTo(double value) {
        return new Polynomial(steps, power, Level.value(value));
    }

    /**
     * {@return this schedule with a part of the base as its end}
     * @param fraction finite, at least 0
     */
    public Polynomial downToFraction(double fraction) {
        return new Polynomial(steps, power, Level.fraction(fraction));
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        double e = end.of(base);
        return k >= steps ? e : e + (base - e) * Elementary.power(1 - (double) k / steps, power);
    }
}
