package org.lanewise;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Describes an {@link Optimizer}: the width of its kernels, and whether it minimizes or maximizes.
 *
 * <p>A call that is refused leaves the builder and the store as they were. Not thread-safe.
 */
public final class OptimizerBuilder {
    private final Rule rule;
    private final ParameterStore store;
    private Width width;
    private boolean maximize;

    OptimizerBuilder(Rule rule, ParameterStore store) {
        this.rule = Objects.requireNonNull(rule, "rule");
        this.store = Objects.requireNonNull(store, "store");
    }

    /**
     * Width of the kernels; {@link Width#preferred} by default. The results are the same bits at every width.
     *
     * @param width their width
     * @return this
     */
    public OptimizerBuilder width(Width width) {
        this.width = Objects.requireNonNull(width, "width");
        return this;
    }

    /**
     * Whether to maximize the objective, as PyTorch's {@code maximize}: gradients are negated as they are loaded, in every rule; false by
     * default. Weight decay still shrinks parameters.
     *
     * @param maximize whether to maximize
     * @return this
     */
    public OptimizerBuilder maximize(boolean maximize) {
        this.maximize = maximize;
        return this;
    }

    /**
     * Makes the optimizer, and gives its store the rule's states.
     *
     * @return a new optimizer, before its first step
     * @throws IllegalStateException if the store is closed or already has an optimizer, or the JVM was started without the module
     *         {@code jdk.incubator.vector}
     * @throws IllegalArgumentException if the width is not supported here, the rule's learning rate is not finite and at least 0, it names
     *         two states alike, it both looks ahead and depends on whole tensors, or a kernel of it is not of the form {@code Kernel} asks
     *         for
     */
    public Optimizer build() {
        Width.requireVectorModule();
        Width chosen = width == null ? Width.preferred() : width;
        chosen.requireSupported();
        Set<String> names = new HashSet<>();
        for (Rule.State state : rule.states()) {
            if (!names.add(state.name())) {
                throw new IllegalArgumentException(rule + " has two states named '" + state.name() + "'");
            }
        }
        if (rule.lookAhead().isPresent() && TensorPass.isNeededBy(rule)) {
            throw new IllegalArgumentException(rule + " must not both look ahead and depend on whole tensors");
        }
        return new Optimizer(rule, store, chosen, maximize);
    }
}
