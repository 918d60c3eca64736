package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * A number of cosines of one length, then nothing: what follows the warm-up in transformers'
 * {@code get_cosine_with_hard_restarts_schedule_with_warmup}.
 * <pre>{@code
 * k < steps:  base (1 + cos(pi ((cycles k / steps) mod 1))) / 2
 * k >= steps: 0
 * }</pre>
 *
 * <p>In step 1 the value is the base; from step {@code steps + 1} on it is 0. The cosines need not be whole numbers of steps long, as those
 * of {@link CosineWarmRestarts} are.
 *
 * @param steps of all cosines together: at least 1
 * @param cycles how many cosines: finite, above 0; 1 in transformers
 */
public record CosineHardRestarts(long steps, double cycles) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public CosineHardRestarts {
        Check.atLeast("steps", steps, 1);
        Check.positive("cycles", cycles);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        return k >= steps ? 0 : base * Curve.COSINE.fall(cycles * ((double) k / steps) % 1);
    }
}
