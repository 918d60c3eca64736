package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Cosines that start again from the base, each as long as the one before or longer: PyTorch's {@code CosineAnnealingWarmRestarts}.
 * <pre>{@code
 * m + (base - m) (1 + cos(pi j / n)) / 2, m = minimum of the base
 * }</pre>
 * where {@code n} is the length of the cosine that step is in, {@code first growth^i}, and {@code j} how many of its steps are done.
 *
 * <p>In step 1 the value is the base. It never ends. The minimum itself is never reached: the step after {@code n} steps has the base
 * again. PyTorch's {@code step(epoch)} finds the cosine by a logarithm, which may be off by one at its ends; this is what it does step by
 * step.
 *
 * <p>Reference: I. Loshchilov, F. Hutter, <i>SGDR: stochastic gradient descent with warm restarts</i>, 2017,
 * <a href="https://arxiv.org/abs/1608.03983">arXiv:1608.03983</a>.
 *
 * @param first steps of the first cosine: at least 1; PyTorch's {@code T_0}
 * @param growth how many times as long each is as the one before: at least 1; 1 in PyTorch, whose name is {@code T_mult}
 * @param minimum what it falls to; 0 in PyTorch, whose {@code eta_min} is a value
 */
public record CosineWarmRestarts(long first, long growth, Level minimum) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public CosineWarmRestarts {
        Check.notNull("minimum", minimum);
        Check.atLeast("first", first, 1);
        Check.atLeast("growth", growth, 1);
    }

    /**
     * Down to 0, all of one length.
     *
     * @param first steps of each cosine: at least 1
     */
    public CosineWarmRestarts(long first) {
        this(first, 1, Level.ZERO);
    }

    /**
     * {@return this schedule with longer cosines each time}
     * @param growth how many times as long each is as the one before: at least 1
     */
    public CosineWarmRestarts growing(long growth) {
        return new CosineWarmRestarts(first, growth, minimum);
    }

    /**
     * {@return this schedule with another minimum}
     * @param value finite, at least 0
     */
    public CosineWarmRestarts downTo(double value) {
        return new CosineWarmRestarts(first, growth, Level.value(value));
    }

    /**
     * {@return this schedule with a part of the base as its minimum}
     * @param fraction finite, at least 0
     */
    public CosineWarmRestarts downToFraction(double fraction) {
        return new CosineWarmRestarts(first, growth, Level.fraction(fraction));
    }

    @Override
    public double at(long step, double base) {
        long j = Count.before(step), n = first;
        if (growth == 1) {
            j %= n;
        }
        while (j >= n) {
            j -= n;
            n = n > Long.MAX_VALUE / growth ? Long.MAX_VALUE : n * growth;
        }
        return Cosine.between(minimum.of(base), base, j, n);
    }
}
