package org.lanewise.execution;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.lanewise.schedule.Schedule;

/** Learning rates and other scheduled numbers of a group, from step to step. */
public final class GroupSteps {
    private final StepNumbers numbers;
    private final double factor;
    private final DoubleConsumer requireLearningRate;
    private final Optional<Schedule> schedule;
    private long before;
    private List<Schedule> scheduled = List.of();
    private Optional<Function<double[], Runnable>> prepared = Optional.empty();
    private Optional<Runnable> apply = Optional.empty();
    private double[] bases = {};
    private double[] values = {};
    private double[] next = {};
    private boolean changes;
    private long done;
    private double base;
    private double constant;
    private double learningRate;
    private double previousLearningRate;

    /**
     * Of a group before its next step.
     *
     * @param numbers what its kernels are prepared with
     * @param base its rule's learning rate
     * @param factor what that is multiplied by
     * @param schedule makes the learning rate of each step from that product; empty if all have it
     * @param requireLearningRate refuses what the rule cannot step with
     * @param before number of the optimizer's step after which the group began
     * @param done number of the optimizer's steps so far
     * @param previousLearningRate learning rate of the last step, if there was one
     */
    public GroupSteps(StepNumbers numbers, double base, double factor, Optional<Schedule> schedule, DoubleConsumer requireLearningRate,
            long before, long done, double previousLearningRate) {
        this.numbers = numbers;
        this.base = base;
        this.factor = factor;
        this.schedule = schedule;
        this.requireLearningRate = requireLearningRate;
        this.before = before;
        this.done = done;
        this.previousLearningRate = previousLearningRate;
        this.constant = accepted(base * factor);
    }

    /**
     * Has other numbers follow schedules.
     *
     * @param all gives the value of each in each step
     * @param own the rule's own values
     * @param prepare checks values, and returns what makes the group's kernels with them
     */
    public void schedule(List<Schedule> all, double[] own, Function<double[], Runnable> prepare) {
        scheduled = all;
        bases = own;
        values = own.clone();
        next = own.clone();
        prepared = Optional.of(prepare);
    }

    /** Says that the group's kernels were made anew, with the rule's own values. */
    public void restart() {
        values = bases.clone();
    }

    /**
     * Learning rate of the next step.
     *
     * @return 0 if the schedule gives less than a float can hold
     * @throws IllegalArgumentException if the rule refuses it
     */
    public double learningRate() {
        return learningRate(done + 1);
    }

    private double learningRate(long step) {
        return schedule.isPresent() ? accepted(schedule.get().at(step, base * factor)) : constant;
    }

    private double accepted(double rate) {
        double held = Math.abs(rate) < Float.MIN_NORMAL ? Math.copySign(0, rate) : rate;
        requireLearningRate.accept(held);
        return held;
    }

    /**
     * Finds the numbers of a step; nothing else has changed after that.
     *
     * @param step its number
     * @throws IllegalArgumentException if the rule refuses one
     */
    public void find(long step) {
        learningRate = learningRate(step);
        changes = false;
        for (int k = 0; k < scheduled.size(); k++) {
            next[k] = scheduled.get(k).at(step, bases[k]);
            changes |= next[k] != values[k];
        }
        if (changes) {
            apply = Optional.of(prepared.orElseThrow().apply(next));
        }
    }

    /**
     * Takes the numbers that were found.
     *
     * @param step number of the step
     */
    public void take(long step) {
        if (changes) {
            apply.orElseThrow().run();
            System.arraycopy(next, 0, values, 0, next.length);
            changes = false;
        }
        numbers.step(step - before, learningRate, previousLearningRate);
    }

    /**
     * Learning rate that was found last.
     *
     * @return that of the step to come or of the one that was just done
     */
    public double found() {
        return learningRate;
    }

    /** Notes that the step was done. */
    public void done() {
        done++;
        previousLearningRate = learningRate;
    }

    /**
     * What its kernels are prepared with.
     *
     * @return the same object every time
     */
    public StepNumbers numbers() {
        return numbers;
    }

    /**
     * Learning rate of the last step that was done.
     *
     * @return that of the next step if there was none
     */
    public double previousLearningRate() {
        return done == before ? learningRate() : previousLearningRate;
    }

    /**
     * Changes the learning rate, before factor and schedule.
     *
     * @param base one that {@link #requireLearningRate} takes
     */
    public void setLearningRate(double base) {
        this.base = base;
        this.constant = accepted(base * factor);
    }

    /**
     * Refuses a learning rate that the rule does, by itself or times the factor.
     *
     * @param base a learning rate, before factor and schedule
     * @throws IllegalArgumentException if it is refused
     */
    public void requireLearningRate(double base) {
        requireLearningRate.accept(base);
        requireLearningRate.accept(base * factor);
    }

    /**
     * Number of steps that the group did.
     *
     * @return at least 0
     */
    public long steps() {
        return done - before;
    }

    /**
     * Where a group stands.
     *
     * @param learningRate base of its learning rates, before factor and schedule
     * @param previousLearningRate learning rate of the last step; without effect if there was none
     * @param before number of the optimizer's step after which the group began
     * @param done number of the optimizer's steps so far
     */
    public record Position(double learningRate, double previousLearningRate, long before, long done) {}

    /**
     * Where the group stands.
     *
     * @return for {@link #resume}
     */
    public Position position() {
        return new Position(base, done == before ? 0 : previousLearningRate, before, done);
    }

    /**
     * Goes on elsewhere.
     *
     * @param position with a learning rate that {@link #requireLearningRate} takes
     */
    public void resume(Position position) {
        before = position.before;
        done = position.done;
        previousLearningRate = position.previousLearningRate;
        setLearningRate(position.learningRate);
    }

    /**
     * What learning rates are multiplied by.
     *
     * @return at least 0
     */
    public double factor() {
        return factor;
    }
}
