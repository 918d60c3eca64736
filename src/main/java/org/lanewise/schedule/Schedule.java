package org.lanewise.schedule;

import java.util.List;
import org.lanewise.check.Check;

/**
 * How a number of a rule changes from step to step: a function of the step and of the rule's own value, which keeps nothing.
 *
 * <p>The methods below make the schedules of the library; each is a record whose text says what it does, step 1 and the end included. The
 * {@linkplain org.lanewise.schedule package's text} says how steps are counted.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * {@return the value of a step}
     * @param step number of the step: at least 1
     * @param base the value that the rule itself has
     */
    double at(long step, double base);

    /**
     * {@return this schedule and then another, whose base is the value of this one: the product of both if the other multiplies its base}
     * PyTorch's {@code ChainedScheduler}.
     * @param other what changes the value of this one
     */
    default Schedule times(Schedule other) {
        return new Product(this, Check.notNull("other", other));
    }

    /**
     * {@return this schedule for some steps, then another, for which they begin at 1 again} PyTorch's {@code SequentialLR}, optax'
     * {@code join_schedules}. Both have the same base, so the other does not go on from the last value of this one.
     * @param steps how many steps of this one: at least 0
     * @param next what follows
     */
    default Schedule then(long steps, Schedule next) {
        return new Joined(this, steps, Check.notNull("next", next));
    }

    /**
     * {@return this schedule times a linear warm-up, while its own steps go on} For a warm-up before it see {@link WarmUp#then(Schedule)}.
     * @param steps of the warm-up: at least 1
     */
    default Schedule warmedUp(long steps) {
        return times(warmUp(steps));
    }

    /**
     * {@return this schedule where it is above a level, else the level} For what falls without end, such as {@link Exponential}.
     * @param least the lowest value
     */
    default Schedule notBelow(Level least) {
        return new NotBelow(this, Check.notNull("least", least));
    }

    /** {@return the base in every step} */
    static Constant constant() {
        return new Constant(1, Long.MAX_VALUE);
    }

    /**
     * {@return a part of the base in every step}
     * @param factor finite, at least 0
     */
    static Constant constant(double factor) {
        return new Constant(factor, Long.MAX_VALUE);
    }

    /**
     * {@return from one factor to another in equal parts}
     * @param start factor of the first step: finite, at least 0
     * @param end factor after {@code steps} steps: finite, at least 0
     * @param steps how many steps it takes: at least 1
     */
    static Linear linear(double start, double end, long steps) {
        return new Linear(start, end, steps);
    }

    /**
     * {@return by the same factor in every step}
     * @param gamma finite, above 0
     */
    static Exponential exponential(double gamma) {
        return new Exponential(gamma);
    }

    /**
     * {@return by a factor every so many steps}
     * @param steps how many steps a value lasts: at least 1
     * @param gamma finite, above 0
     */
    static StepDecay stepDecay(long steps, double gamma) {
        return new StepDecay(steps, gamma);
    }

    /**
     * {@return by a factor at each milestone}
     * @param gamma finite, above 0
     * @param milestones numbers of steps after which it changes: at least 0, each larger than the one before
     */
    static MultiStepDecay multiStepDecay(double gamma, long... milestones) {
        return new MultiStepDecay(gamma, milestones);
    }

    /**
     * {@return down to 0 as a power of what is left of the steps}
     * @param steps how many steps it takes: at least 1
     * @param power finite, above 0
     */
    static Polynomial polynomial(long steps, double power) {
        return new Polynomial(steps, power);
    }

    /**
     * {@return by the inverse square root of the steps}
     * @param timescale at least 1
     */
    static InverseSquareRoot inverseSquareRoot(long timescale) {
        return new InverseSquareRoot(timescale);
    }

    /**
     * {@return half a period of a cosine down to 0, where it stays}
     * @param steps how many steps it falls: at least 1
     */
    static Cosine cosine(long steps) {
        return new Cosine(steps);
    }

    /**
     * {@return cosines down to 0 that start again from the base}
     * @param first steps of each cosine: at least 1
     */
    static CosineWarmRestarts cosineWarmRestarts(long first) {
        return new CosineWarmRestarts(first);
    }

    /**
     * {@return a number of cosines down to 0, then 0}
     * @param steps of all cosines together: at least 1
     * @param cycles how many cosines: finite, above 0
     */
    static CosineHardRestarts cosineHardRestarts(long steps, double cycles) {
        return new CosineHardRestarts(steps, cycles);
    }

    /**
     * {@return to and fro between two values}
     * @param low where each cycle begins and ends
     * @param high the value in its middle
     * @param steps half of a cycle: at least 1
     */
    static Cyclic cyclic(Level low, Level high, long steps) {
        return new Cyclic(low, high, steps);
    }

    /**
     * {@return up to the base and down again, to far below the first value}
     * @param steps of the whole cycle; at least 4
     */
    static OneCycle oneCycle(long steps) {
        return new OneCycle(steps);
    }

    /**
     * {@return from 0 to the base in equal parts, then the base}
     * @param steps how many steps are below the base: at least 1
     */
    static WarmUp warmUp(long steps) {
        return new WarmUp(steps);
    }

    /**
     * {@return up to the base, on it, and down to 0}
     * @param warmUp steps of the rise: at least 0
     * @param stable steps with the base: at least 0
     * @param decay steps of the fall: at least 1
     */
    static WarmUpStableDecay warmUpStableDecay(long warmUp, long stable, long decay) {
        return new WarmUpStableDecay(warmUp, stable, decay);
    }

    /** {@return the base, until points with other factors follow} Each factor stays until the next one. */
    static Piecewise piecewiseConstant() {
        return new Piecewise(List.of(), Piecewise.Between.STAYS);
    }

    /** {@return the base, until points with other factors follow} Between points it goes in equal parts. */
    static Piecewise piecewiseLinear() {
        return new Piecewise(List.of(), Piecewise.Between.LINEAR);
    }

    /**
     * {@return from the base to a value, where it stays}
     * @param target where it goes
     * @param steps how many steps it takes: at least 1
     */
    static Annealing annealing(Level target, long steps) {
        return new Annealing(target, steps, Curve.COSINE);
    }
}
