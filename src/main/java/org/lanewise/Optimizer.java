package org.lanewise;

import java.util.List;
import org.lanewise.check.Check;
import org.lanewise.execution.Execution;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.storage.MemoryPlane;

/**
 * Steps the parameters of a store by a rule.
 *
 * <pre>{@code
 * var optimizer = Optimizer.of(new Adam(1e-3), ParameterStore.wrap(weights, gradients));
 * while (training) {
 *     computeGradients(weights, gradients);
 *     optimizer.step();
 * }
 * }</pre>
 *
 * <p>All state is in the store; the optimizer adds the number of steps and the learning rates of the next and of the last one, so with
 * these a training can be resumed: {@link OptimizerBuilder#resume}. A step allocates nothing once its
 * kernel is compiled, unless a gradient was rebound before it, and the same steps give the same bits at every {@link Width}. Not
 * thread-safe.
 *
 * <p>An optimizer's kernels are classes made for its rule's options, its storages and its width. {@code Kernel} says how many of them
 * stay loaded after it.
 */
public final class Optimizer {
    private final Rule rule;
    private final ParameterStore store;
    private final Width width;
    private final boolean maximize;
    private final boolean flushSubnormals;
    private final Execution update;
    private final Execution lookAhead;
    private double learningRate;
    private double previousLearningRate;
    private long rebinds;
    private long steps;
    private boolean lookedAhead;

    /** Without a look-ahead, that is null; after so many steps, of which the last had this learning rate. */
    Optimizer(Rule rule, double learningRate, ParameterStore store, Width width, boolean maximize, boolean flushSubnormals,
            Execution update, Execution lookAhead, long steps, double previousLearningRate) {
        this.rule = rule;
        this.store = store;
        this.width = width;
        this.maximize = maximize;
        this.flushSubnormals = flushSubnormals;
        this.update = update;
        this.lookAhead = lookAhead;
        this.steps = steps;
        this.learningRate = learningRate;
        this.previousLearningRate = previousLearningRate;
    }

    /**
     * An optimizer that minimizes, of the width this CPU prefers.
     *
     * @param rule what a step does
     * @param store what it does it to; gets the rule's states
     * @return a new optimizer, before its first step
     * @throws IllegalStateException as {@link OptimizerBuilder#build}
     * @throws IllegalArgumentException as {@link OptimizerBuilder#build}
     * @throws NullPointerException if an argument is null, or the rule returns null where {@link Rule} does not allow it
     */
    public static Optimizer of(Rule rule, ParameterStore store) {
        return builder(rule, store).build();
    }

    /**
     * An optimizer that minimizes, of a given width.
     *
     * @param rule what a step does
     * @param store what it does it to; gets the rule's states
     * @param width width of its kernels
     * @return a new optimizer, before its first step
     * @throws IllegalStateException as {@link OptimizerBuilder#build}
     * @throws IllegalArgumentException as {@link OptimizerBuilder#build}
     * @throws NullPointerException if an argument is null, or the rule returns null where {@link Rule} does not allow it
     */
    public static Optimizer of(Rule rule, ParameterStore store, Width width) {
        return builder(rule, store).width(width).build();
    }

    /**
     * Starts an optimizer with options: one that minimizes, of the width this CPU prefers, unless told otherwise.
     *
     * @param rule what a step does
     * @param store what it does it to
     * @return a new builder
     * @throws NullPointerException if an argument is null
     */
    public static OptimizerBuilder builder(Rule rule, ParameterStore store) {
        return new OptimizerBuilder(rule, store);
    }

    /**
     * Updates all parameters and states once from the gradients as they are now. If a kernel of the user's own throws, the step is not
     * counted, and some of the parameters and states have changed.
     *
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, or the rule looks ahead and
     *         {@link #lookAhead} was not called since the last step; nothing has changed then
     */
    public void step() {
        store.requireUsable();
        if (lookAhead != null && !lookedAhead) {
            throw new IllegalStateException("step " + (steps + 1) + " of " + rule + " needs lookAhead() before it");
        }
        run(update);
        steps++;
        previousLearningRate = learningRate;
        lookedAhead = false;
    }

    /**
     * Moves the parameters to where the next gradient is to be taken. {@link #step} then completes the step from where they were.
     *
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, the rule does not look ahead, or it has
     *         done so since the last step; nothing has changed then
     */
    public void lookAhead() {
        store.requireUsable();
        if (lookAhead == null) {
            throw new IllegalStateException("lookAhead() needs a rule that looks ahead, got " + rule);
        }
        if (lookedAhead) {
            throw new IllegalStateException("step " + (steps + 1) + " of " + rule + " has its lookAhead() already");
        }
        run(lookAhead);
        lookedAhead = true;
    }

    private void run(Execution execution) {
        if (rebinds != store.rebinds()) {
            List<MemoryPlane> gradients = store.placedTensors().stream().map(PlacedTensor::gradient).toList();
            update.readGradients(gradients);
            if (lookAhead != null) {
                lookAhead.readGradients(gradients);
            }
            rebinds = store.rebinds();
        }
        execution.run(steps + 1, learningRate, previousLearningRate(), maximize ? -1 : 1);
    }

    /**
     * One whole step: looks ahead if the rule does, has the gradients computed where the parameters then are, and updates. Code that is
     * to work with every rule steps this way. If {@code gradients} throws, no step is counted; a call after that does not look ahead again.
     *
     * @param gradients writes the gradients of all tensors
     * @throws IllegalStateException if the store is closed or native memory that it wraps is freed; nothing has changed then, and
     *         {@code gradients} was not called
     * @throws NullPointerException if {@code gradients} is null; nothing has changed then
     */
    public void step(Runnable gradients) {
        Check.notNull("gradients", gradients);
        store.requireUsable();
        if (lookAhead != null && !lookedAhead) {
            lookAhead();
        }
        gradients.run();
        step();
    }

    /**
     * The rule.
     *
     * @return the one this optimizer was made with
     */
    public Rule rule() {
        return rule;
    }

    /**
     * The store.
     *
     * @return the one this optimizer was made with
     */
    public ParameterStore store() {
        return store;
    }

    /**
     * Width of the kernels.
     *
     * @return the one this optimizer was made with
     */
    public Width width() {
        return width;
    }

    /**
     * Whether the objective is maximized: gradients are negated as they are loaded.
     *
     * @return false unless the builder was told so
     */
    public boolean maximize() {
        return maximize;
    }

    /**
     * Whether steps store zeros instead of subnormal states.
     *
     * @return false unless the builder was told so
     */
    public boolean flushSubnormals() {
        return flushSubnormals;
    }

    /**
     * Number of steps done, those before {@link OptimizerBuilder#resume} included.
     *
     * @return 0 before the first step
     */
    public long steps() {
        return steps;
    }

    /**
     * Learning rate of the next step.
     *
     * @return the rule's, or what {@link #setLearningRate} was last given
     */
    public double learningRate() {
        return learningRate;
    }

    /**
     * Learning rate of the last step done, from which {@link org.lanewise.rule.Asgd} goes on.
     *
     * @return that of the next step if there was none
     */
    public double previousLearningRate() {
        return steps == 0 ? learningRate : previousLearningRate;
    }

    /**
     * Changes the learning rate of all further steps.
     *
     * @param learningRate 0 or a number from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}; for {@link org.lanewise.rule.Ftrl}
     *         from 1e-19 to 1e19
     * @throws IllegalArgumentException if the rule refuses it; nothing has changed then
     * @see Rule#requireLearningRate
     */
    public void setLearningRate(double learningRate) {
        rule.requireLearningRate(learningRate);
        this.learningRate = learningRate;
    }

    /**
     * Rule, learning rate of the next step if it is not the rule's, width, options that are on, and number of steps.
     *
     * @return for instance {@code GradientDescent[learningRate=0.1] with learning rate 0.05 at BITS_512, steps: 3}
     */
    @Override
    public String toString() {
        String rate = learningRate == rule.learningRate() ? "" : " with learning rate " + learningRate;
        String options = (maximize ? ", maximizes" : "") + (flushSubnormals ? ", flushes subnormals" : "");
        return rule + rate + " at " + width + options + ", steps: " + steps;
    }
}
