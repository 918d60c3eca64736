package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Reduces a value when a metric has not improved for some time: PyTorch's {@code ReduceLROnPlateau}, bit for bit.
 *
 * <p>This is no {@link Schedule}, since the value follows from metrics and not from the step. The record has the settings, {@link State}
 * what changes. {@link #next} makes a state of the one before and a metric. A {@link Tracker} keeps the state for you:
 * <pre>{@code
 * var plateau = new ReduceOnPlateau().withPatience(5).tracker(optimizer.learningRate());
 * ...
 * optimizer.setLearningRate(plateau.next(validationLoss));
 * }</pre>
 *
 * <p>In order, for each metric, once per epoch most often:
 * <ol>
 * <li>If it is better than the best so far it is the best, and the count of bad ones is 0. If not, {@code NaN} included, the count rises.
 * By {@link Threshold#RELATIVE} better means {@code metric < best (1 - threshold)}, or {@code metric > best (1 + threshold)} if larger is
 * better; by {@link Threshold#ABSOLUTE} {@code metric < best - threshold}, or {@code metric > best + threshold}. So with a negative best
 * and the relative threshold even an equal metric is better.
 * <li>During a cooldown, one of its metrics is over, and the count is 0.
 * <li>If the count is above {@code patience}, the cooldown begins, the count is 0, and the value falls to
 * {@code max(value factor, minimum)} if that is more than {@code epsilon} below it. By default a value below 1.1e-8 does not move.
 * </ol>
 *
 * <p>optax' {@code reduce_on_plateau} is another: it reduces when the count is {@code patience}, one metric earlier, and scales
 * updates with their decay.
 *
 * @param largerIsBetter whether a metric should rise; false in PyTorch, as {@code mode="min"}
 * @param factor of a reduction: in (0, 1); 0.1 in PyTorch
 * @param patience how many bad metrics are let pass: at least 0; 10 in PyTorch
 * @param threshold by how much a metric must be better: finite, at least 0; 1e-4 in PyTorch
 * @param thresholdMode what the threshold is a part of; {@link Threshold#RELATIVE} in PyTorch
 * @param cooldown how many metrics after a reduction do not count: at least 0; 0 in PyTorch
 * @param minimum below which it does not go: finite, at least 0; 0 in PyTorch
 * @param epsilon how small a change is not made: finite, at least 0; 1e-8 in PyTorch
 */
public record ReduceOnPlateau(boolean largerIsBetter, double factor, int patience, double threshold, Threshold thresholdMode, int cooldown,
        double minimum, double epsilon) {
    /** What a threshold is, by PyTorch's {@code threshold_mode}. */
    public enum Threshold {
        /** A part of the best metric. */
        RELATIVE,

        /** A difference from it. */
        ABSOLUTE
    }

    /**
     * What changes; to be kept with a checkpoint.
     *
     * @param initial the value before all reductions: finite, above 0
     * @param value the value now: finite, at least 0
     * @param best the best metric; infinite before the first one
     * @param bad how many bad metrics in a row: at least 0
     * @param cooling how many metrics of a cooldown are left: at least 0
     */
    public record State(double initial, double value, double best, int bad, int cooling) {
        /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
        public State {
            Check.positive("initial", initial);
            Check.require(value >= 0 && value < Double.POSITIVE_INFINITY, "value", "finite and at least 0", value);
            Check.require(!Double.isNaN(best), "best", "a number or infinite", best);
            Check.atLeast("bad", bad, 0);
            Check.atLeast("cooling", cooling, 0);
        }
    }

    /**
     * Settings and their present state. As a {@link Schedule} it reduces the base by what its value was reduced so far:
     * {@code Schedule.warmUp(500).times(tracker)}. Unlike other schedules it changes, and belongs to one thread.
     */
    public static final class Tracker implements Schedule {
        private final ReduceOnPlateau settings;
        private State state;

        private Tracker(ReduceOnPlateau settings, State state) {
            this.settings = settings;
            this.state = state;
        }

        /**
         * {@return the value after one more metric}
         * @param metric what should fall, or rise
         */
        public double next(double metric) {
            state = settings.next(state, metric);
            return state.value;
        }

        /** {@return the value now} */
        public double value() {
            return state.value;
        }

        /** {@return the state now, for a checkpoint} */
        public State state() {
            return state;
        }

        /**
         * Goes on elsewhere.
         *
         * @param state where, as {@link #state} had it
         * @throws NullPointerException if it is null
         */
        public void resume(State state) {
            this.state = Check.notNull("state", state);
        }

        /** {@return the settings} */
        public ReduceOnPlateau settings() {
            return settings;
        }

        @Override
        public double at(long step, double base) {
            Count.before(step);
            return base == state.initial ? state.value : base * (state.value / state.initial);
        }

        @Override
        public String toString() {
            return settings + " at " + state;
        }
    }

    /** Checks the settings; throws {@link IllegalArgumentException} if one is outside its range. */
    public ReduceOnPlateau {
        Check.notNull("thresholdMode", thresholdMode);
        Check.shrinking("factor", factor);
        Check.atLeast("patience", patience, 0);
        Check.notNegative("threshold", threshold);
        Check.atLeast("cooldown", cooldown, 0);
        Check.notNegative("minimum", minimum);
        Check.notNegative("epsilon", epsilon);
    }

    /** With PyTorch's defaults. */
    public ReduceOnPlateau() {
        this(false, 0.1, 10, 1e-4, Threshold.RELATIVE, 0, 0, 1e-8);
    }

    /**
     * {@return the state before the first metric}
     * @param value what is reduced: finite, above 0
     */
    public State initial(double value) {
        Check.positive("value", value);
        return new State(value, value, largerIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, 0, 0);
    }

    /**
     * {@return the state after one more metric}
     * @param state the state before it
     * @param metric what should fall, or rise
     */
    public State next(State state, double metric) {
        Check.notNull("state", state);
        boolean better = isBetter(metric, state.best);
        double best = better ? metric : state.best;
        int bad = better || state.cooling > 0 ? 0 : Math.min(state.bad, Integer.MAX_VALUE - 1) + 1;
        if (bad <= patience) {
            return new State(state.initial, state.value, best, bad, Math.max(state.cooling - 1, 0));
        }
        double reduced = Math.max(state.value * factor, minimum);
        return new State(state.initial, state.value - reduced > epsilon ? reduced : state.value, best, 0, cooldown);
    }

    private boolean isBetter(double metric, double best) {
        if (largerIsBetter) {
            return metric > (thresholdMode == Threshold.RELATIVE ? best * (threshold + 1) : best + threshold);
        }
        return metric < (thresholdMode == Threshold.RELATIVE ? best * (1 - threshold) : best - threshold);
    }

    /**
     * {@return these settings with their state before the first metric}
     * @param value what is reduced: finite, above 0
     */
    public Tracker tracker(double value) {
        return new Tracker(this, initial(value));
    }

    /**
     * {@return these settings with a state, as from a checkpoint}
     * @param state where to go on
     */
    public Tracker tracker(State state) {
        return new Tracker(this, Check.notNull("state", state));
    }

    /** {@return these settings for a metric that should rise} PyTorch's {@code mode="max"}. */
    public ReduceOnPlateau forLargerIsBetter() {
        return new ReduceOnPlateau(true, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with another factor}
     * @param factor of a reduction: in (0, 1)
     */
    public ReduceOnPlateau withFactor(double factor) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with another patience}
     * @param patience how many bad metrics are let pass: at least 0
     */
    public ReduceOnPlateau withPatience(int patience) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with another threshold}
     * @param threshold by how much a metric must be better: finite, at least 0
     * @param mode what it is a part of
     */
    public ReduceOnPlateau withThreshold(double threshold, Threshold mode) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, Check.notNull("mode", mode), cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with a cooldown}
     * @param cooldown how many metrics after a reduction do not count: at least 0
     */
    public ReduceOnPlateau withCooldown(int cooldown) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with a minimum}
     * @param minimum below which it does not go: finite, at least 0
     */
    public ReduceOnPlateau withMinimum(double minimum) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }

    /**
     * {@return these settings with another smallest change}
     * @param epsilon how small a change is not made: finite, at least 0
     */
    public ReduceOnPlateau withEpsilon(double epsilon) {
        return new ReduceOnPlateau(largerIsBetter, factor, patience, threshold, thresholdMode, cooldown, minimum, epsilon);
    }
}
