package org.lanewise.execution;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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

    /**
     * How a group is to be divided among processes.
     *
     * @param tensors numbers of its tensors in the store
     * @param isFrozen whether they are not stepped
     * @param wholeTensors whether its rule needs to know of whole tensors
     */
    public record Division(List<Integer> tensors, boolean isFrozen, boolean wholeTensors) {}

    /**
     * The groups of an optimizer to be.
     *
     * @param builder a builder
     * @return in the order in which they were given, what is left last
     * @throws IllegalArgumentException if groups do not fit the tensors, a group has no rule, options do not go together, or gradients are
     *         to be written back, which are not those of the builder's store
     */
    public abstract List<Division> divisions(Object builder);

    /**
     * The store that a builder is for.
     *
     * @param builder a builder
     * @return a store
     */
    public abstract Object store(Object builder);

    /**
     * The tensors of the store that a builder is for.
     *
     * @param builder a builder
     * @return where they lie
     * @throws IllegalStateException if the store is closed
     */
    public abstract List<PlacedTensor> placed(Object builder);

    /**
     * Has the gradients of a store found, where its maker said how.
     *
     * @param store a store
     * @param further whether they are added to others: a tensor that had a gradient among those has one
     */
    public abstract void findGradients(Object store, boolean further);

    /**
     * A store for parts of the tensors of a builder's store.
     *
     * @param builder a builder
     * @return a builder of a store in native memory, whose states are kept as in the other one; without tensors
     */
    public abstract Object shard(Object builder);

    /**
     * Makes the optimizer over a part of each tensor. The builder's own store belongs to it too.
     *
     * @param builder a builder
     * @param shard a store that has a part, if only an empty one, of each tensor of the builder's store, in their order
     * @param check is given the optimizer; if it throws, the builder's store has no optimizer
     * @return the optimizer, with all that the builder was told
     */
    public abstract Object build(Object builder, Object shard, Consumer<Object> check);
}
