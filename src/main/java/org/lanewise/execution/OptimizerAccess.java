package org.lanewise.execution;

import java.util.Map;

/**
 * What the library may do with an optimizer and nobody else: set when {@code OptimizerBuilder} is initialized, and seen by this module
 * alone. Optimizers are objects here, since {@code Optimizer} itself needs this package.
 */
public abstract class OptimizerAccess {
    private static OptimizerAccess instance;

    /** For {@code OptimizerBuilder}. */
    protected OptimizerAccess() {}

    /**
     * The one there is.
     *
     * @return null before there is an optimizer
     */
    public static OptimizerAccess get() {
        return instance;
    }

    /**
     * Called once, by {@code OptimizerBuilder}.
     *
     * @param access what {@link #get} returns from then on
     */
    public static void set(OptimizerAccess access) {
        if (instance != null) {
            throw new IllegalStateException("access to optimizers is set already");
        }
        instance = access;
    }

    /**
     * Refuses an optimizer that is not between two steps.
     *
     * @param optimizer an optimizer
     * @param what is to be done, for the message
     * @throws IllegalStateException if it or its store is closed, it has looked ahead, or averages are in the place of parameters
     */
    public abstract void requireBetweenSteps(Object optimizer, String what);

    /**
     * Its groups.
     *
     * @param optimizer an optimizer
     * @return what it steps
     */
    public abstract Training training(Object optimizer);

    /**
     * What it was built with and bits depend on, but for rules and groups.
     *
     * @param optimizer an optimizer
     * @return values by the names of the builder's methods; options that are off are not in it
     */
    public abstract Map<String, Object> options(Object optimizer);

    /**
     * Sum of the weights of gradients that were accumulated since the last step.
     *
     * @param optimizer an optimizer
     * @return 0 if there are none
     */
    public abstract double accumulatedWeight(Object optimizer);

    /**
     * Puts its own numbers where they were.
     *
     * @param optimizer an optimizer
     * @param steps number of steps done
     * @param accumulatedWeight as {@link #accumulatedWeight(Object)} had it
     */
    public abstract void resume(Object optimizer, long steps, double accumulatedWeight);
}
