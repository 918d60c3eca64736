package org.lanewise;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.check.Check;
import org.lanewise.check.VectorModule;
import org.lanewise.execution.Execution;
import org.lanewise.execution.Loop;
import org.lanewise.execution.Pass;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Splicing;
import org.lanewise.execution.TensorPass;
import org.lanewise.execution.Work;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Shape;

/**
 * Describes an {@link Optimizer}: the width of its kernels, whether it minimizes or maximizes, and whether states keep subnormal numbers.
 *
 * <p>A call that is refused leaves the builder and the store as they were. Not thread-safe.
 */
public final class OptimizerBuilder {
    /** Elements of the longest arrays that all JVMs can make. */
    private static final int MOST_ROWS = Integer.MAX_VALUE - 8;

    private final Rule rule;
    private final ParameterStore store;
    private Width width;
    private boolean maximize;
    private boolean flushSubnormals;
    private boolean unsupportedWidth;
    private long steps;
    private double previousLearningRate;

    OptimizerBuilder(Rule rule, ParameterStore store) {
        this.rule = Check.notNull("rule", rule);
        this.store = Check.notNull("store", store);
    }

    /**
     * Width of the kernels; {@link Width#preferred} by default. The results are the same bits at every width.
     *
     * @param width their width
     * @return this
     * @throws NullPointerException if it is null
     */
    public OptimizerBuilder width(Width width) {
        this.width = Check.notNull("width", width);
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
     * Whether a step stores zero instead of a state whose magnitude is below 2^-126 = 1.2e-38, a subnormal number; false by default, which
     * gives PyTorch's bits. The zero has the state's sign.
     *
     * <p>Without new gradients a running average fades until it is subnormal, and then stays at some multiple of 1.4e-45 for good, because
     * rounding gives back what the factor takes. Adam's {@code m} gets there after some 900 zero gradients. Many CPUs compute with
     * subnormal numbers slowly, and {@code Lion} and {@code Signum}, which go by the sign, move the parameter for as long as the average is
     * not zero. Layers that are frozen, and rows of embeddings that are seldom used, have such gradients.
     *
     * <p>The option holds for every rule, storage and width, and for states of rows, columns and tensors. States that hold parameters
     * ({@link Rule.State#exact}), parameters, gradients and what is computed from them are not flushed; {@code torch.set_flush_denormal}
     * flushes these too. A number is compared with 2^-126 before it is rounded to the storage. A step computes with the number itself and
     * stores the zero, so the next step is the first to see it. Numbers that a rule starts with or that you write with a {@link Slice} stay
     * until a step stores a new one. Flushing takes three instructions for each vector that is stored.
     *
     * <p>Gradients below 1e-19 in magnitude have squares below 2^-126, so no mean of their squares builds up. With an {@code epsilon} of 0,
     * a mean of squares that was flushed makes the parameter {@code NaN} by 0 / 0, as a first gradient of zero does.
     *
     * @param flushSubnormals whether to store zeros
     * @return this
     */
    public OptimizerBuilder flushSubnormals(boolean flushSubnormals) {
        this.flushSubnormals = flushSubnormals;
        return this;
    }

    /**
     * Continues a training: the next step is the one after so many. Copy parameters and states into the slices of the tensors once the
     * optimizer is made, and set the learning rate. Steps then leave the bits that they would have left without a break.
     *
     * @param steps number of steps done, at least 0; 0 by default
     * @param previousLearningRate learning rate of the last one, as {@link Optimizer#previousLearningRate} had it; without effect if there
     *         was none
     * @return this
     * @throws IllegalArgumentException if {@code steps} is negative, or the rule refuses the learning rate of a step that was done
     */
    public OptimizerBuilder resume(long steps, double previousLearningRate) {
        Check.steps("steps", steps);
        if (steps > 0) {
            rule.requireLearningRate(previousLearningRate);
        }
        this.steps = steps;
        this.previousLearningRate = previousLearningRate;
        return this;
    }

    /**
     * Makes the optimizer, and gives its store the rule's states.
     *
     * @return a new optimizer, before its next step
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, it already has an optimizer, or the JVM
     *         was started without the module {@code jdk.incubator.vector}
     * @throws IllegalArgumentException if the width is not supported here, the rule refuses its own learning rate, it names
     *         two states alike, it both looks ahead and depends on whole tensors, it has numbers for rows, columns or matrices and a tensor
     *         has more than 2147483639 of them, or a kernel of it does what {@code Kernel} does not allow
     * @throws NullPointerException if the rule returns null where {@link Rule} does not allow it
     */
    public Optimizer build() {
        VectorModule.require();
        Width chosen = width == null ? Width.preferred() : width;
        if (!unsupportedWidth) {
            chosen.requireSupported();
        }
        double learningRate = rule.learningRate();
        rule.requireLearningRate(learningRate);
        List<Rule.State> states = Check.returned(rule, "states()", rule.states());
        List<Rule.Measure> measures = Check.returned(rule, "measures()", rule.measures());
        Set<String> names = new HashSet<>();
        for (Rule.State state : states) {
            if (!names.add(state.name())) {
                throw new IllegalArgumentException(rule + " has two states named '" + state.name() + "'");
            }
        }
        Optional<Kernel> lookAhead = Check.returned(rule, "lookAhead()", rule.lookAhead());
        boolean wholeTensors = !measures.isEmpty() || states.stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
        if (lookAhead.isPresent() && wholeTensors) {
            throw new IllegalArgumentException(rule + " must not both look ahead and depend on whole tensors");
        }
        requireCountable(states, measures);
        Splicing splicing = new Splicing(rule, chosen.vectorBits(), chosen.bits() / Float.SIZE, maximize, flushed(states));
        Optimizer optimizer = store.bind(rule, states, allocated -> {
            List<PlacedTensor> tensors = store.placedTensors();
            Work update = wholeTensors ? new TensorPass(splicing, loops(measures), tensors, allocated)
                    : new Pass(splicing, kernel(), tensors, allocated);
            Execution ahead = lookAhead.map(kernel -> new Execution(new Pass(splicing, kernel, tensors, allocated))).orElse(null);
            return new Optimizer(rule, learningRate, store, chosen, maximize, flushSubnormals, new Execution(update), ahead, steps,
                    previousLearningRate);
        });
        chosen.warnIfSlow();
        return optimizer;
    }

    private Kernel kernel() {
        return Check.returned(rule, "kernel()", rule.kernel());
    }

    /** Sums and states of rows and columns are found by ints. */
    private void requireCountable(List<Rule.State> states, List<Rule.Measure> measures) {
        Stream<Extent> extents = Stream.concat(states.stream().map(Rule.State::extent),
                measures.stream().flatMap(measure -> measure.sums().stream()).map(Rule.Sum::extent));
        extents.distinct().filter(extent -> extent != Extent.PARAMETER && extent != Extent.TENSOR).sorted().forEach(extent -> {
            for (Tensor tensor : store.tensors()) {
                long count = Shape.of(tensor.shape()).count(extent);
                if (count > MOST_ROWS) {
                    String counted = switch (extent) {
                        case ROW -> "rows";
                        case COLUMN -> "columns";
                        default -> "matrices";
                    };
                    throw new IllegalArgumentException(counted + " of '" + tensor.name() + "' must be at most "
                            + MOST_ROWS + " for " + rule + ", got " + count);
                }
            }
        });
    }

    /**
     * What is described so far.
     *
     * @return for instance {@code Adam[...] at the preferred width, over ParameterStore[...]}
     */
    @Override
    public String toString() {
        String options = (maximize ? ", maximizes" : "") + (flushSubnormals ? ", flushes subnormals" : "")
                + (steps == 0 ? "" : ", steps: " + steps);
        return rule + " at " + (width == null ? "the preferred width" : width) + options + ", over " + store;
    }

    /** Indices of the states to flush: not of those that hold parameters, which are treated as the parameters are. */
    private Set<Integer> flushed(List<Rule.State> states) {
        return IntStream.range(0, flushSubnormals ? states.size() : 0)
                .filter(k -> !states.get(k).exact() || states.get(k).extent() != Extent.PARAMETER).boxed().collect(Collectors.toSet());
    }

    private List<Loop> loops(List<Rule.Measure> measures) {
        List<Loop> loops = new ArrayList<>();
        measures.forEach(measure -> loops.add(new Loop(measure.kernel(), measure.sums().stream().map(Rule.Sum::extent).toList())));
        loops.add(new Loop(kernel(), List.of()));
        return loops;
    }
}
