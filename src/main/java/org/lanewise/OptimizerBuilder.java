package org.lanewise;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lanewise.execution.Execution;
import org.lanewise.execution.Loop;
import org.lanewise.execution.Pass;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Splicing;
import org.lanewise.execution.TensorPass;
import org.lanewise.execution.Work;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;

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
    private boolean unsupportedWidth;

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

    /** Takes any width: where the CPU lacks it, the JDK's Java code stands for its vectors, so that tests run every width on every CPU. */
    OptimizerBuilder evenUnsupportedWidth() {
        unsupportedWidth = true;
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
     * @throws IllegalArgumentException if the width is not supported here, the rule refuses its own learning rate, it names two states
     *         alike, it both looks ahead and depends on whole tensors, or a kernel of it is not of the form {@code Kernel} asks for
     */
    public Optimizer build() {
        Width.requireVectorModule();
        Width chosen = width == null ? Width.preferred() : width;
        if (!unsupportedWidth) {
            chosen.requireSupported();
        }
        rule.requireLearningRate(rule.learningRate());
        List<Rule.State> states = List.copyOf(rule.states());
        List<Rule.Measure> measures = List.copyOf(rule.measures());
        Set<String> names = new HashSet<>();
        for (Rule.State state : states) {
            if (!names.add(state.name())) {
                throw new IllegalArgumentException(rule + " has two states named '" + state.name() + "'");
            }
        }
        Optional<Kernel> lookAhead = rule.lookAhead();
        boolean wholeTensors = !measures.isEmpty() || states.stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
        if (lookAhead.isPresent() && wholeTensors) {
            throw new IllegalArgumentException(rule + " must not both look ahead and depend on whole tensors");
        }
        Splicing splicing = new Splicing(rule, chosen.vectorBits(), chosen.bits() / Float.SIZE, maximize);
        return store.bind(rule, states, allocated -> {
            List<PlacedTensor> tensors = store.placedTensors();
            Work update = wholeTensors ? new TensorPass(splicing, loops(measures), tensors, allocated)
                    : new Pass(splicing, rule.kernel(), tensors, allocated);
            Execution ahead = lookAhead.map(kernel -> new Execution(new Pass(splicing, kernel, tensors, allocated))).orElse(null);
            return new Optimizer(rule, store, chosen, maximize, new Execution(update), ahead);
        });
    }

    private List<Loop> loops(List<Rule.Measure> measures) {
        List<Loop> loops = new ArrayList<>();
        measures.forEach(measure -> loops.add(new Loop(measure.kernel(), measure.sums().stream().map(Rule.Sum::extent).toList())));
        loops.add(new Loop(rule.kernel(), List.of()));
        return loops;
    }
}
