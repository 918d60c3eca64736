package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Up to the base, on it, and down: transformers' {@code get_wsd_schedule}.
 * <pre>{@code
 * k < warmUp:                  base (rise(k / warmUp) (1 - minimum) + minimum)
 * k < warmUp + stable:         base
 * k < warmUp + stable + decay: base (fall((k - warmUp - stable) / decay) (1 - minimum) + minimum)
 * then:                        base minimum
 * }</pre>
 *
 * <p>Step 1 has {@code base minimum}, thus 0 by default, or the base if {@code warmUp} is 0. {@link Curve} says what rise and fall are.
 *
 * <p>Reference: S. Hu, Y. Tu, X. Han et al., <i>MiniCPM: unveiling the potential of small language models with scalable training
 * strategies</i>, 2024, <a href="https://arxiv.org/abs/2404.06395">arXiv:2404.06395</a>, section 4.
 *
 * @param warmUp steps of the rise: at least 0
 * @param stable steps with the base: at least 0
 * @param decay steps of the fall: at least 1
 * @param rise on which way up; {@link Curve#LINEAR} in transformers
 * @param fall on which way down; {@link Curve#COSINE} in transformers
 * @param minimum part of the base where it begins and ends: in [0, 1]; 0 in transformers, as {@code min_lr_ratio}
 */
public record WarmUpStableDecay(long warmUp, long stable, long decay, Curve rise, Curve fall, double minimum) implements Schedule {
    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public WarmUpStableDecay {
        Check.notNull("rise", rise);
        Check.notNull("fall", fall);
        Check.atLeast("warmUp", warmUp, 0);
        Check.atLeast("stable", stable, 0);
        Check.atLeast("decay", decay, 1);
        Check.fractionOrOne("minimum", minimum);
    }

    /**
     * Up in equal parts, down as a cosine to 0.
     *
     * @param warmUp steps of the rise: at least 0
     * @param stable steps with the base: at least 0
     * @param decay steps of the fall: at least 1
     */
    public WarmUpStableDecay(long warmUp, long stable, long decay) {
        this(warmUp, stable, decay, Curve.LINEAR, Curve.COSINE, 0);
    }

    /**
     * {@return this schedule on other ways}
     * @param rise on which way up
     * @param fall on which way down
     */
    public WarmUpStableDecay along(Curve rise, Curve fall) {
        return new WarmUpStableDecay(warmUp, stable, decay, rise, fall, minimum);
    }

    /**
     * {@return this schedule with another beginning and end}
     * @param fraction of the base: in [0, 1]
     */
    public WarmUpStableDecay downToFraction(double fraction) {
        return new WarmUpStableDecay(warmUp, stable, decay, rise, fall, Check.fractionOrOne("fraction", fraction));
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        if (k < warmUp) {
            return base * above(rise.rise((double) k / warmUp));
        }
        long stableSteps = k - warmUp;
        if (stableSteps < stable) {
            return base;
        }
        long falling = stableSteps - stable;
        return base * (falling < decay ? above(fall.fall((double) falling / decay)) : minimum);
    }

    private double above(double part) {
        return part * (1 - minimum) + minimum;
    }
}
