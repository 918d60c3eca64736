package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * By a factor every so many steps: PyTorch's {@code StepLR}, bit for bit.
 * <pre>{@code
 * base gamma gamma ... gamma, floor(k / steps) times
 * }</pre>
 *
 * <p>In step 1 the value is the base; it changes first in step {@code steps + 1}. It never ends. The factors are multiplied one by one, as
 * PyTorch does; that takes a product for every change before this step, until a product changes nothing. The staircase of Keras'
 * {@code ExponentialDecay} and optax' {@code exponential_decay} takes a power instead, which differs by some units in the last place.
 *
 * @param steps how many steps a value lasts: at least 1
 * @param gamma finite, above 0; 0.1 in PyTorch
 */
public record StepDecay(long steps, double gamma) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public StepDecay {
        Check.atLeast("steps", steps, 1);
        Check.positive("gamma", gamma);
    }

    @Override
    public double at(long step, double base) {
        return Count.product(base, gamma, Count.before(step) / steps);
    }
}
