package org.lanewise;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.lanewise.check.Check;
import org.lanewise.execution.Crew;
import org.lanewise.execution.Followers;
import org.lanewise.execution.StepRecording;
import org.lanewise.execution.Training;
import org.lanewise.staging.Loops;

/**
 * Steps the parameters of a store by rules.
 *
 * <pre>{@code
 * var optimizer = Optimizer.of(new Adam(1e-3), ParameterStore.wrap(weights, gradients));
 * while (training) {
 *     computeGradients(weights, gradients);
 *     optimizer.step();
 * }
 * }</pre>
 *
 * <p>{@link OptimizerBuilder} says what else a step can do. All state is in the store; the optimizer adds numbers of steps, learning rates
 * and the loss scale, so a training can be resumed. A step allocates nothing once its kernels are compiled, unless a gradient was rebound
 * before it, and the same steps give the same bits at every {@link Width} and number of threads. Not thread-safe; not bound to a thread.
 *
 * <p>A step that is refused or skipped has changed nothing. If a kernel of the user's own throws, the step is not counted, and some of the
 * parameters and states have changed; with several threads the message says how many parts were done.
 *
 * <p>Its kernels are classes made for its rules' options, storages and width; {@code Kernel} says how many stay loaded after it.
 * {@link #close} ends its threads; an optimizer without need not be closed.
 */
public final class Optimizer implements AutoCloseable {
    final Insides.Options options;
    private final Groups groups;
    private final Optional<Crew> crew;
    final Training training;
    private final Optional<LossScaler.LossScale> lossScale;
    private final StepReport report = new StepReport();
    private final StepRecording recording = new StepRecording();
    private Optional<Averaged> swapped = Optional.empty();
    double taken, weight;
    long steps;
    boolean lookedAhead, closed;

    Optimizer(Insides.Options options) {
        this.options = options;
        this.lossScale = options.lossScale();
        this.steps = options.steps();
        this.crew = options.parallelism() == 1 ? Optional.empty() : Optional.of(new Crew(options.parallelism()));
        try {
            this.groups = new Groups(options, new Training(options.pipelineSettings(crew), options.factorOfTensor()));
        } catch (Throwable e) {
            close();
            throw e;
        }
        this.training = groups.training();
    }

    /**
     * {@return a new optimizer, before its first step, that minimizes, of the width this CPU prefers}
     *
     * @param rule what a step does
     * @param store what it does it to; gets the rule's states
     * @throws IllegalStateException as {@link OptimizerBuilder#build}, and so all else that is refused
     */
    public static Optimizer of(Rule rule, ParameterStore store) {
        return builder(store).rule(rule).build();
    }

    /**
     * {@return a new optimizer, before its first step, that minimizes, of a given width}
     *
     * @param rule what a step does
     * @param store what it does it to; gets the rule's states
     * @param width width of its kernels
     * @throws IllegalStateException as {@link OptimizerBuilder#build}, and so all else that is refused
     */
    public static Optimizer of(Rule rule, ParameterStore store, Width width) {
        return builder(store).rule(rule).width(width).build();
    }

    /**
     * {@return a new builder of an optimizer with groups and options, which needs a rule}
     *
     * @param store what it steps
     * @throws NullPointerException if the store is null
     */
    public static OptimizerBuilder builder(ParameterStore store) {
        return new OptimizerBuilder(store);
    }

    /**
     * Steps tensors of a frozen group from now on, beginning with their own step 1. Schedules go by the optimizer's steps.
     *
     * @param group which tensors, all of them frozen so far, and how; with a rule of its own if the optimizer has none
     * @throws IllegalArgumentException if one is not frozen, or as {@link OptimizerBuilder#build}; nothing has changed then
     * @throws IllegalStateException between {@link #lookAhead} or {@link #accumulate} and {@link #step}, or while averages are in the
     *         place of parameters; nothing has changed then
     * @throws NullPointerException if the group is null
     */
    public void add(Group group) {
        Check.notNull("group", group);
        requireReady();
        if (lookedAhead || weight != 0) {
            throw new IllegalStateException("add must come before the gradients of a step");
        }
        groups.add(group, steps);
    }

    /**
     * Updates all parameters and states once, from the gradients as they are now or, with {@link OptimizerBuilder#accumulate}, from the
     * weighted mean of those that were accumulated.
     *
     * @return what was done; the same object every time
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, a rule looks ahead and {@link
     *         #lookAhead} was not called, nothing was accumulated, or averages are in the place of parameters; nothing has changed then
     * @throws IllegalArgumentException if a schedule gives what a rule refuses; nothing has changed then
     * @throws ArithmeticException if a gradient is not finite and {@link NonFinite#REFUSE} was chosen; nothing has changed then
     */
    public StepReport step() {
        requireReady();
        long step = steps + 1;
        if (training.pipeline().looksAhead() && !lookedAhead) {
            throw new IllegalStateException("step " + step + " of " + rule() + " needs lookAhead() before it");
        }
        if (options.accumulates() && weight == 0) {
            throw new IllegalStateException("step " + step + " needs accumulate() before it");
        }
        recording.begin();
        groups.findGradients(!options.accumulates(), false);
        find(step);
        report.clear(step, training.groups().getFirst().steps().found(), lossScale());
        taken = (lossScale.isPresent() ? lossScale.get().inverse() : 1.0) / (options.accumulates() ? weight : 1);
        boolean skips = options.measures() && !measure();
        if (skips) {
            skip();
        } else {
            update(step);
        }
        if (lossScale.isPresent()) {
            lossScale.get().update(skips);
        }
        weight = 0;
        recording.commit(step, report.learningRate(), report.gradientNorm(), report.clipFactor(), report.lossScale(),
                report.nonFiniteCount(), skips);
        return report;
    }

    private void update(long step) {
        training.take(step, (float) (report.clipFactor() * taken), options.bound());
        Followers followers = training.pipeline().followers();
        if (options.average().isPresent() && options.average().get().takesPartIn(step)) {
            followers.average(options.average().get().prepare(options.average().get().updates(steps), followers.numbers()));
        } else {
            followers.leaveAverages();
        }
        training.pipeline().update();
        steps = step;
        lookedAhead = false;
        training.done();
    }

    /** Clears gradients that are not used. */
    private void skip() {
        report.skipped(training.measures().nonFiniteCount());
        training.pipeline().followers().leaveAverages();
        if (options.clearsGradients() && !options.accumulates()) {
            training.pipeline().followOnly();
        }
    }

    /** Finds the norm of the gradients and how they are clipped; whether the step is done. */
    private boolean measure() {
        boolean byTensor = options.clipping().form() == Clipping.Form.TENSOR_NORM;
        double norm = byTensor ? training.norms(taken) : training.norm(taken);
        if (!(norm <= Float.MAX_VALUE) && options.nonFinite() == NonFinite.REFUSE) {
            throw options.store().notFinite(training.measures().firstNonFinite(), steps + 1, norm);
        }
        if (options.globalNorm().isPresent()) {
            norm = options.globalNorm().get().applyAsDouble(norm);
        }
        report.measured(norm);
        if (!(norm <= Float.MAX_VALUE) && options.nonFinite() == NonFinite.SKIP) {
            return false;
        }
        if (byTensor || options.clipping().isGlobal()) {
            report.clipped(byTensor ? training.smallestFactor() : options.clipping().factor(norm));
        }
        return true;
    }

    /** Finds learning rates and the like; nothing has changed if one is refused. */
    private void find(long step) {
        groups.followGradients();
        if (!lookedAhead) {
            groups.leaveOutTensorsWithoutGradients();
        }
        training.find(step);
    }

    void requireReady() {
        options.store().requireUsable();
        if (closed) {
            throw new IllegalStateException("optimizer is closed");
        }
        if (swapped.isPresent()) {
            swapped.get().requireClosed();
        }
    }

    /**
     * One whole step: looks ahead if a rule does, has the gradients computed where the parameters then are, and updates; for every rule. If
     * {@code gradients} throws, no step is counted; a call after that does not look ahead again.
     *
     * @param gradients writes the gradients of all tensors
     * @return as {@link #step()}
     * @throws IllegalStateException as {@link #step()}; {@code gradients} was not called then unless nothing was accumulated
     */
    public StepReport step(Runnable gradients) {
        Check.notNull("gradients", gradients);
        requireReady();
        if (training.pipeline().looksAhead() && !lookedAhead) {
            lookAhead();
        }
        gradients.run();
        return step();
    }

    /**
     * Moves the parameters to where the next gradient is to be taken. {@link #step()} then completes the step from where they were, for the
     * tensors that {@link Tensor#hasGradient} named now.
     *
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, no rule looks ahead, it was done since
     *         the last step, or averages are in the place of parameters; nothing has changed then
     */
    public void lookAhead() {
        requireReady();
        if (!training.pipeline().looksAhead()) {
            throw new IllegalStateException("lookAhead() needs a rule that looks ahead, got " + rule());
        }
        if (lookedAhead) {
            throw new IllegalStateException("step " + (steps + 1) + " of " + rule() + " has its lookAhead() already");
        }
        find(steps + 1);
        training.take(steps + 1, 1, options.bound());
        training.pipeline().lookAhead();
        lookedAhead = true;
    }

    /**
     * Adds the gradients as they are now, times a weight, to those that the next step takes the mean of: the sum divided by the sum of
     * weights. The weight of a mean over samples or tokens is their number; that of a sum over them is such that the weights add up to it.
     *
     * @param weight finite, above 0
     * @throws IllegalStateException if the optimizer was not told to accumulate, or as {@link #step()}; nothing has changed then
     * @throws IllegalArgumentException if the weight is out of range; nothing has changed then
     */
    public void accumulate(double weight) {
        requireReady();
        if (!options.accumulates()) {
            throw new IllegalStateException("accumulate() needs an optimizer that was built with accumulate(true)");
        }
        Check.positive("weight", weight);
        groups.findGradients(true, this.weight != 0);
        training.pipeline().accumulate(this.weight == 0, (float) weight);
        this.weight += (float) weight;
    }

    /**
     * Puts the averages in the place of the parameters, to evaluate or save the model with them. Before the first average was taken, they
     * are the parameters.
     *
     * @return to be closed before the next step
     * @throws IllegalStateException if the optimizer keeps no averages, they are in that place already, it has looked ahead, or the store
     *         is closed; nothing has changed then
     */
    public Averaged averaged() {
        requireReady();
        if (options.average().isEmpty() || lookedAhead) {
            throw new IllegalStateException(lookedAhead ? "averaged() must come after the step that was looked ahead for"
                    : "averaged() needs an optimizer that was built with an average");
        }
        swapped = Optional.of(new Averaged(options.store(), training.pipeline().swap(options.average().get().updates(steps) > 0)));
        return swapped.get();
    }

    /**
     * Waits until the loops run at full speed, or none of them will, or the thread is interrupted. Steps run on plain Java loops, with the
     * same bits, while a background thread has the fast ones compiled, so only services that are to be fast from their first step on wait.
     * With {@code -Dlanewise.plainFirst=false} there is no such thread, and the first steps are slow.
     *
     * @param limit how long at most
     * @return how many run at full speed
     * @throws NullPointerException if the limit is null
     */
    public Readiness warmUp(Duration limit) {
        Check.notNull("limit", limit);
        Loops loops = training.warmUp(TimeUnit.NANOSECONDS.convert(limit), options.measures(),
                options.clipping().form() == Clipping.Form.TENSOR_NORM);
        return new Readiness(loops.count(), loops.fast());
    }

    /** {@return the rule of the rest, or of the first group if there is no such, as it was given} */
    public Rule rule() {
        return options.rule().or(() -> options.groups().getFirst().rule()).orElseThrow();
    }

    /** {@return the groups; of an optimizer with one rule, the group {@value Group#REST} alone; the same object every time} */
    public Groups groups() {
        return groups;
    }

    /** {@return the store this optimizer was made with} */
    public ParameterStore store() {
        return options.store();
    }

    /** {@return the width of the kernels} */
    public Width width() {
        return options.width();
    }

    /** {@return the number of steps done, those before {@link OptimizerBuilder#resume} included, those that were skipped not} */
    public long steps() {
        return steps;
    }

    /**
     * {@return the learning rate of the next step: as the schedule gives it, else the rule's, or what {@link #setLearningRate} was last
     * given; with groups, of the first of them}
     */
    public double learningRate() {
        return training.groups().getFirst().steps().learningRate();
    }

    /**
     * {@return the learning rate of the last step done, from which {@link org.lanewise.rule.Asgd} goes on, or that of the next step if
     * there was none; with groups, of the first of them}
     */
    public double previousLearningRate() {
        return training.groups().getFirst().steps().previousLearningRate();
    }

    /**
     * Changes the learning rate of all further steps, of all groups. Their factors, and their schedules if they have one, are applied to
     * it.
     *
     * @param learningRate 0 or a number from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}; for {@link org.lanewise.rule.Ftrl}
     *         from 1e-19 to 1e19
     * @throws IllegalArgumentException if a rule refuses it; nothing has changed then
     * @see Rule#requireLearningRate
     */
    public void setLearningRate(double learningRate) {
        training.groups().forEach(group -> group.steps().requireLearningRate(learningRate));
        training.groups().forEach(group -> group.steps().setLearningRate(learningRate));
    }

    /** {@return what to multiply the next loss by; 1 without a loss scaler} */
    public float lossScale() {
        return lossScale.isPresent() ? lossScale.get().scale() : 1;
    }

    /** {@return where the loss scaler stands; empty without one} */
    public Optional<LossScaler.State> lossScalerState() {
        return lossScale.map(LossScaler.LossScale::state);
    }

    /**
     * Puts the loss scaler where it stood.
     *
     * @param state as {@link #lossScalerState} had it
     * @throws IllegalStateException if there is no loss scaler
     * @throws NullPointerException if the state is null
     */
    public void resume(LossScaler.State state) {
        Check.notNull("state", state);
        lossScale.orElseThrow(() -> new IllegalStateException("resume(" + state + ") needs an optimizer with a loss scaler"))
                .restore(state);
    }

    /** Ends the threads of an optimizer that was built with parallelism, which cannot step any more; does nothing to others. */
    @Override
    public void close() {
        crew.ifPresent(Crew::close);
        closed = crew.isPresent();
    }

    /**
     * {@return rule or table of groups, learning rate of the next step if it is not the rule's, width, options that are on, and number of
     * steps, for instance {@code GradientDescent[learningRate=0.1] with learning rate 0.05 at BITS_512, steps: 3}}
     */
    @Override
    public String toString() {
        String rate = learningRate() == rule().learningRate() ? "" : " with learning rate " + learningRate();
        String what = options.groups().isEmpty() ? rule() + rate : groups + "\n";
        return what + " at " + options.width() + options.text() + ", steps: " + steps;
    }
}
