package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * From the base to another value, where it stays: PyTorch's {@code SWALR}, which goes to the constant rate of stochastic weight averaging.
 * <pre>{@code
 * t y + base (1 - y), t = target of the base, y = min(1, k / steps) or (1 - cos(pi min(1, k / steps))) / 2
 * }</pre>
 *
 * <p>In step 1 the value is the base, from step {@code steps + 1} on the target, which may be above the base. PyTorch works back from the
 * rate of the step before, with a difference of a unit in the last place. It also takes 0 steps.
 *
 * @param target where it goes; PyTorch's {@code swa_lr} is a value
 * @param steps how many steps it takes: at least 1; 10 in PyTorch, as {@code anneal_epochs}
 * @param curve on which way; {@link Curve#COSINE} in PyTorch
 */
public record Annealing(Level target, long steps, Curve curve) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Annealing {
        Check.notNull("target", target);
        Check.notNull("curve", curve);
        Check.atLeast("steps", steps, 1);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        double t = target.of(base);
        if (k >= steps) {
            return t;
        }
        double y = curve.rise((double) k / steps);
        return t * y + base * (1 - y);
    }
}
