package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Where a schedule goes: a value, the same whatever it starts from, or a part of the base.
 *
 * <p>PyTorch's {@code eta_min} and {@code min_lr} and transformers' {@code lr_end} are values. optax' {@code alpha} and transformers'
 * {@code min_lr_rate} and {@code min_lr_ratio} are parts of the base.
 *
 * @param number finite, at least 0
 * @param ofBase whether the number is multiplied by the base
 */
public record Level(double number, boolean ofBase) {
    /** Zero. */
    static final Level ZERO = new Level(0, false);

    /** Checks the number; throws {@link IllegalArgumentException} if it is negative or not finite. */
    public Level {
        Check.notNegative("number", number);
    }

    /**
     * {@return a value that does not depend on the base}
     * @param value finite, at least 0
     */
    public static Level value(double value) {
        return new Level(Check.notNegative("value", value), false);
    }

    /**
     * {@return a part of the base}
     * @param fraction finite, at least 0; 1 is the base itself
     */
    public static Level fraction(double fraction) {
        return new Level(Check.notNegative("fraction", fraction), true);
    }

    /**
     * {@return the value for a base}
     * @param base what the schedule was given
     */
    public double of(double base) {
        return ofBase ? number * base : number;
    }

    @Override
    public String toString() {
        return ofBase ? number + " of the base" : String.valueOf(number);
    }
}
