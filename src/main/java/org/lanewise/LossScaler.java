package org.lanewise;

import org.lanewise.check.Check;

/**
 * The settings of loss scaling: {@code torch.amp.GradScaler}, bit for bit, with a floor and hysteresis if you want them.
 *
 * <p>The loss is multiplied by a scale so that gradients of 16 bits do not vanish, and gradients are divided by it again. Each step either
 * found a gradient that is infinite or {@code NaN}, or not:
 * <pre>{@code
 * found:     scale <- scale backoffFactor, at least floor; tracker <- 0; the step is skipped
 * not found: tracker <- tracker + 1; if it is growthInterval: scale <- scale growthFactor, unless that is infinite; tracker <- 0
 * }</pre>
 *
 * <p>The scale is a float, the factors are doubles, and the product is rounded once. With scales and factors that are powers of two, as the
 * defaults are, scaling and unscaling changes no bit of a gradient that does not become subnormal.
 *
 * <p><b>Floor.</b> PyTorch has none. Some 166 skipped steps in a row take its scale from 65,536 to 0, its reciprocal is infinite from then
 * on, gradients of 0 become {@code NaN} after they were looked at, and 0 never grows again. The default of 2^-24 keeps the reciprocal
 * finite; gradients that are not finite even there are so without a scale. A floor of 0 is PyTorch's way.
 *
 * <p><b>Hysteresis.</b> With more than 1 that many steps must find something before the scale falls; the ones before only set the tracker
 * to 0. Once it has fallen, every further one lets it fall, until the count is full again: after a growth, or after any step that finds
 * nothing if {@code consecutiveHysteresis}. These are DeepSpeed's {@code hysteresis} and {@code consecutive_hysteresis}; the latter is also
 * what Megatron does. DeepSpeed's own growth comes one step later the first time, and its scale throws at the floor.
 *
 * <p>The interval is reached by equality, as in PyTorch: a state whose tracker is beyond it does not grow until the tracker has been 0.
 *
 * @param initialScale finite, at least {@link Float#MIN_NORMAL} and {@code floor}; 65,536 by default
 * @param growthFactor finite, above 1; 2 by default
 * @param backoffFactor in (0, 1); 0.5 by default
 * @param growthInterval steps that find nothing before the scale grows: at least 1; 2,000 by default
 * @param floor below which it does not fall: finite, at least 0; 2^-24 by default
 * @param hysteresis steps that find something before the scale falls: at least 1; 1 by default
 * @param consecutiveHysteresis whether any step that finds nothing fills the count again; no effect with a hysteresis of 1
 */
public record LossScaler(float initialScale, double growthFactor, double backoffFactor, int growthInterval, float floor, int hysteresis,
        boolean consecutiveHysteresis) {
    private static final float FLOOR = 0x1p-24f;

    /**
     * What changes; to be kept with a checkpoint.
     *
     * @param scale what the loss is multiplied by: finite, at least 0
     * @param growthTracker steps that found nothing since the scale changed or one did: at least 0; PyTorch's {@code _growth_tracker}
     * @param hysteresisLeft steps that may find something before the scale falls, the one that lets it fall included: at least 1
     */
    public record State(float scale, int growthTracker, int hysteresisLeft) {
        /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
        public State {
            Check.require(scale >= 0 && scale < Float.POSITIVE_INFINITY, "scale", "finite and at least 0", scale);
            Check.atLeast("growthTracker", growthTracker, 0);
            Check.atLeast("hysteresisLeft", hysteresisLeft, 1);
        }
    }

    /** Settings and their present state, for the optimizer: makes no garbage. */
    static final class LossScale {
        private final LossScaler settings;
        private float scale;
        private int tracker;
        private int hysteresisLeft;

        LossScale(LossScaler settings) {
            this.settings = settings;
            restore(settings.initial());
        }

        void restore(State state) {
            scale = state.scale;
            tracker = state.growthTracker;
            hysteresisLeft = state.hysteresisLeft;
        }

        float scale() {
            return scale;
        }

        /** What gradients are multiplied by. */
        float inverse() {
            return (float) (1.0 / scale);
        }

        State state() {
            return new State(scale, tracker, hysteresisLeft);
        }

        /** After a step, which was skipped if a gradient was not finite. */
        void update(boolean nonFinite) {
            if (nonFinite) {
                tracker = 0;
                if (hysteresisLeft > 1) {
                    hysteresisLeft--;
                } else {
                    // A scale that was set below the floor must not rise.
                    scale = Math.max((float) (scale * settings.backoffFactor), Math.min(scale, settings.floor));
                }
                return;
            }
            if (settings.consecutiveHysteresis) {
                hysteresisLeft = settings.hysteresis;
            }
            if (++tracker == settings.growthInterval) {
                float grown = (float) (scale * settings.growthFactor);
                scale = Float.isInfinite(grown) ? scale : grown;
                tracker = 0;
                hysteresisLeft = settings.hysteresis;
            }
        }
    }

    /** Checks the settings; throws {@link IllegalArgumentException} if one is outside its range. */
    public LossScaler {
        Check.positive("initialScale", initialScale);
        Check.growing("growthFactor", growthFactor);
        Check.shrinking("backoffFactor", backoffFactor);
        Check.atLeast("growthInterval", growthInterval, 1);
        Check.notNegative("floor", floor);
        Check.require(floor <= initialScale, "floor", "at most the initial scale of " + initialScale, floor);
        Check.atLeast("hysteresis", hysteresis, 1);
    }

    /** With PyTorch's defaults and a floor of 2^-24. */
    public LossScaler() {
        this(0x1p16f, 2, 0.5, 2000, FLOOR, 1, false);
    }

    /** {@return the state before the first step} */
    public State initial() {
        return new State(initialScale, 0, hysteresis);
    }

    /**
     * {@return the state after a step}
     * @param state the state before it
     * @param nonFinite whether a gradient was infinite or {@code NaN}, and the step was skipped
     */
    public State next(State state, boolean nonFinite) {
        LossScale scale = new LossScale(this);
        scale.restore(Check.notNull("state", state));
        scale.update(nonFinite);
        return scale.state();
    }

    /**
     * {@return these settings with another scale to begin with}
     * @param initialScale finite, at least {@link Float#MIN_NORMAL} and the floor
     */
    public LossScaler withInitialScale(float initialScale) {
        return new LossScaler(initialScale, growthFactor, backoffFactor, growthInterval, floor, hysteresis, consecutiveHysteresis);
    }

    /**
     * {@return these settings with other factors}
     * @param growth finite, above 1
     * @param backoff in (0, 1)
     */
    public LossScaler withFactors(double growth, double backoff) {
        return new LossScaler(initialScale, growth, backoff, growthInterval, floor, hysteresis, consecutiveHysteresis);
    }

    /**
     * {@return these settings with another interval}
     * @param steps steps that find nothing before the scale grows: at least 1
     */
    public LossScaler withGrowthInterval(int steps) {
        return new LossScaler(initialScale, growthFactor, backoffFactor, steps, floor, hysteresis, consecutiveHysteresis);
    }

    /**
     * {@return these settings with another floor}
     * @param floor below which the scale does not fall: finite, at least 0, at most the initial scale; 0 is PyTorch's way
     */
    public LossScaler withFloor(float floor) {
        return new LossScaler(initialScale, growthFactor, backoffFactor, growthInterval, floor, hysteresis, consecutiveHysteresis);
    }

    /**
     * {@return these settings with hysteresis}
     * @param steps steps that find something before the scale falls: at least 1
     * @param consecutive whether any step that finds nothing fills the count again
     */
    public LossScaler withHysteresis(int steps, boolean consecutive) {
        return new LossScaler(initialScale, growthFactor, backoffFactor, growthInterval, floor, steps, consecutive);
    }
}
