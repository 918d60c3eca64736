package org.lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.Width;
import org.lanewise.execution.Splicing;
import org.lanewise.kernel.Extent;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Executed;
import org.lanewise.splicer.SplicedKernels;

/** Runs executed kernels of one rule in one place at one width, and counts what differs from the reference. */
final class Cell {
    private static final String ACCUMULATED = "accumulated", AVERAGE = "average";

    private final Rule rule;
    private final Place place;
    private final Width width;
    private final boolean maximize, flushSubnormals, treatsGradients;
    private final List<String> planes = new ArrayList<>(List.of("parameter", "gradient"));
    private final List<Extent> extents = new ArrayList<>(List.of(Extent.PARAMETER, Extent.PARAMETER));
    private final List<Difference> first = new ArrayList<>();
    private final Set<String> loops = new TreeSet<>();
    private final Set<Executed> held;
    private long comparisons;
    private long differences;

    /** What is in {@code held} is not built, and compiled, again; the cell adds what it runs. */
    Cell(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, Place place, Width width,
            Set<Executed> held) {
        this.rule = rule;
        this.place = place;
        this.width = width;
        this.maximize = maximize;
        this.flushSubnormals = flushSubnormals;
        this.treatsGradients = treatsGradients;
        this.held = held;
        for (Rule.State state : rule.states()) {
            planes.add(state.name());
            extents.add(state.extent());
        }
        if (treatsGradients) {
            planes.addAll(List.of(ACCUMULATED, AVERAGE));
            extents.addAll(List.of(Extent.PARAMETER, Extent.PARAMETER));
        }
    }

    Place place() {
        return place;
    }

    Tally tally() {
        return new Tally(rule, maximize, flushSubnormals, treatsGradients, place, width, comparisons, differences, first, loops);
    }

    /** Methods of the kernels that were made so far. */
    Set<String> loops() {
        return loops;
    }

    Width width() {
        return width;
    }

    /** An optimizer with parameters, and its planes of the last tensor. */
    private record Run(ParameterStore store, Optimizer optimizer, List<Slice> slices) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
        }
    }

    private Run start(Numbers numbers) {
        ParameterStore store = place.store(numbers.shape());
        List<Executed> kernels = new ArrayList<>();
        Optimizer optimizer = SplicedKernels.observed(kernels::add,
                () -> builder(store).build());
        held.addAll(kernels);
        addLoops(kernels);
        List<Slice> slices = slices(store.tensors().getLast());
        slices.getFirst().copyFrom(numbers.parameters());
        return new Run(store, optimizer, slices);
    }

    private OptimizerBuilder builder(ParameterStore store) {
        OptimizerBuilder builder = Optimizer.builder(store).rule(rule).width(width).maximize(maximize).flushSubnormals(flushSubnormals);
        if (treatsGradients) {
            Treatment.describe(builder);
        }
        return builder;
    }

    /** Steps from the same numbers again and again, and compares nothing. */
    void exercise(Numbers numbers, int times) {
        try (Run run = start(numbers)) {
            for (int time = 0; time < times; time++) {
                run.slices().getFirst().copyFrom(numbers.parameters());
                for (int step = 1; step <= numbers.steps(); step++) {
                    prepare(numbers, step, run);
                    run.optimizer().step(() -> {});
                }
            }
        }
    }

    /** Repeats what the reference did, up to the first pass that gives other bits: what comes after starts from other numbers. */
    void compare(Reference reference) {
        Numbers numbers = reference.numbers();
        try (Run run = start(numbers)) {
            for (Reference.Pass pass : reference.passes()) {
                if (pass.lookAhead() || rule.lookAhead().isEmpty()) {
                    prepare(numbers, pass.step(), run);
                }
                if (pass.lookAhead()) {
                    run.optimizer().lookAhead();
                } else {
                    run.optimizer().step();
                }
                if (!equal(numbers, pass, run.slices())) {
                    return;
                }
            }
        }
    }

    /** What runs over the last tensor, which is compared: the loop of vectors, and that of elements if it ends within a vector. */
    private void addLoops(List<Executed> kernels) {
        boolean wholeTensors = Equivalence.needsWholeTensors(rule);
        Map<String, Class<?>> executed = new LinkedHashMap<>();
        for (Executed variant : kernels) {
            Class<?> kernel = variant.type();
            if (isAverage(kernel)) {
                continue;
            }
            // A kernel of elements may be made for each layout; those of whole tensors are shared by all. What adds is one of elements.
            executed.put(wholeTensors && !isAddition(kernel) ? kernel.getName() : kernel.getName().replaceFirst("/.*", ""), kernel);
        }
        for (Class<?> kernel : executed.values()) {
            if (width != Width.SCALAR) {
                loops.add(kernel.getName() + ".vector");
            }
            if (width == Width.SCALAR || (isSum(kernel) ? hasSumsWithin() : place.hasTails())) {
                loops.add(kernel.getName() + ".scalar");
            }
        }
    }

    private static boolean isAddition(Class<?> kernel) {
        return kernel.getPackage() == Splicing.class.getPackage();
    }

    /** Whether it only averages: it may be run once or never, where the update's own loop does that. */
    private static boolean isAverage(Class<?> kernel) {
        return isAddition(kernel) && kernel.getSimpleName().startsWith("Average");
    }

    private static boolean isSum(Class<?> kernel) {
        return kernel.getPackage() == SumOfSquares.class.getPackage();
    }

    /** Whether there are sums of rows and the like, which end within a vector; zeros follow the last element of a tensor. */
    private boolean hasSumsWithin() {
        return rule.measures().stream().flatMap(measure -> measure.sums().stream()).anyMatch(sum -> sum.extent() != Extent.TENSOR);
    }

    private List<Slice> slices(Tensor tensor) {
        List<Slice> slices = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
        planes.subList(2, planes.size()).forEach(state -> slices.add(tensor.state(state)));
        return slices;
    }

    private void prepare(Numbers numbers, int step, Run run) {
        List<Slice> slices = run.slices();
        slices.get(1).copyFrom(numbers.gradients(step));
        if (step == numbers.refilledStep()) {
            for (int k = 0; k < rule.states().size(); k++) {
                slices.get(2 + k).copyFrom(numbers.states(k));
            }
        }
        if (treatsGradients) {
            Treatment.accumulate(run.optimizer());
        }
    }

    private boolean equal(Numbers numbers, Reference.Pass pass, List<Slice> slices) {
        long before = differences;
        for (int k = 0; k < slices.size(); k++) {
            float[] expected = pass.after()[k];
            float[] found = new float[expected.length];
            slices.get(k).copyTo(found);
            comparisons += found.length;
            // By Float.compare: zeros by sign, NaN by kind.
            if (Arrays.mismatch(expected, found) >= 0) {
                count(numbers, pass, k, found);
            }
        }
        return differences == before;
    }

    private void count(Numbers numbers, Reference.Pass pass, int plane, float[] found) {
        float[] expected = pass.after()[plane];
        for (int i = 0; i < found.length; i++) {
            if (Float.floatToIntBits(found[i]) != Float.floatToIntBits(expected[i])) {
                if (differences++ < Tally.KEPT) {
                    first.add(new Difference(rule, maximize, flushSubnormals, treatsGradients, place, width, numbers.values(),
                            numbers.shape(), pass.step(), pass.lookAhead(), planes.get(plane), i, inputs(numbers, pass, plane, i),
                            expected[i], found[i]));
                }
            }
        }
    }

    /** What belongs to an element; of a row, column or tensor, only its own states. */
    private Map<String, Float> inputs(Numbers numbers, Reference.Pass pass, int plane, int i) {
        Map<String, Float> inputs = new LinkedHashMap<>();
        for (int k = 0; k < planes.size(); k++) {
            if (extents.get(plane) == extents.get(k)) {
                inputs.put(planes.get(k), pass.before()[k][i]);
            } else if (extents.get(plane) == Extent.PARAMETER) {
                inputs.put(planes.get(k), pass.before()[k][(int) numbers.shape().index(extents.get(k), i)]);
            }
        }
        return inputs;
    }
}
