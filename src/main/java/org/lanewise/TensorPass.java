package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/** A rule that depends on whole tensors: for one tensor after the other, its measures and then its update. */
final class TensorPass implements Optimizer.Work {
    private final Rule rule;
    private final int lanes;
    private final List<ExpandedState> expanded = new ArrayList<>();
    private final List<SumOfSquares> sums = new ArrayList<>();
    private final Kernel[] kernels;
    private final Task[] tasks;

    /** A measure or the update, and the sums it stores into. */
    private record Phase(ExecutedKernels executed, List<SumOfSquares> sums) {}

    /** Part of a tensor that kernels can index with ints: its planes from {@code start} on. */
    private record Stretch(Plane[] planes, long start, int length) {}

    /** One kernel over one tensor, and the sums it stores into. */
    private record Step(Kernel kernel, SumOfSquares[] sums, int block) {}

    /** One tensor: its planes as they are kept, and what is run over it. */
    private record Task(Plane[] kept, Measured measured, Step[] steps, Stretch[] stretches) {}

    private record Measured(Shape shape, List<SumOfSquares> all) implements Sums {
        @Override
        public double ofSquares(int sum, long index) {
            return all.get(sum).value(index);
        }
    }

    TensorPass(Rule rule, ParameterStore store, List<MemoryPlane> states, Width width, boolean maximize) {
        this.rule = rule;
        this.lanes = width.bits() / Float.SIZE;
        for (Rule.State state : rule.states()) {
            expanded.add(state.extent() == Extent.PARAMETER ? null : new ExpandedState(state.extent(), new ChunkPlane()));
        }
        List<Tensor> tensors = store.tensors().stream().filter(tensor -> tensor.size() > 0).toList();
        List<Phase> phases = phases(tensors, width, maximize);
        this.tasks = tensors.stream().map(tensor -> task(tensor, states, phases)).toArray(Task[]::new);
        this.kernels = phases.stream().flatMap(phase -> phase.executed().all().stream()).toArray(Kernel[]::new);
    }

    /** Whether a rule has to be run this way. */
    static boolean isNeededBy(Rule rule) {
        return !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
    }

    private List<Phase> phases(List<Tensor> tensors, Width width, boolean maximize) {
        List<Phase> phases = new ArrayList<>();
        for (Rule.Measure measure : rule.measures()) {
            List<SumOfSquares> own = measure.sums().stream()
                    .map(sum -> new SumOfSquares(sum.extent(), most(sum, tensors), width.vectorBits(), lanes > 1)).toList();
            sums.addAll(own);
            phases.add(new Phase(new ExecutedKernels(rule, measure.kernel(), width, maximize), own));
        }
        phases.add(new Phase(new ExecutedKernels(rule, rule.kernel(), width, maximize), List.of()));
        return phases;
    }

    private static int most(Rule.Sum sum, List<Tensor> tensors) {
        return Math.toIntExact(tensors.stream().mapToLong(tensor -> Shape.of(tensor.shape()).count(sum.extent())).max().orElse(0));
    }

    private Task task(Tensor tensor, List<MemoryPlane> states, List<Phase> phases) {
        List<MemoryPlane> kept = new ArrayList<>(List.of(tensor.parameter().plane(), tensor.gradient().plane()));
        List<MemoryPlane> seen = new ArrayList<>(kept);
        for (int k = 0; k < states.size(); k++) {
            MemoryPlane state = states.get(k).at(tensor.start(rule.states().get(k).extent()));
            kept.add(state);
            seen.add(expanded.get(k) == null ? state : expanded.get(k).chunk());
        }
        sums.forEach(sum -> seen.add(sum.chunk()));
        boolean chunked = expanded.stream().anyMatch(state -> state != null && state.changesWithChunk());
        List<Step> steps = new ArrayList<>();
        for (Phase phase : phases) {
            int block = chunked || !phase.sums().isEmpty() ? ChunkPlane.SIZE : Pass.BLOCK;
            steps.add(new Step(phase.executed().of(layouts(phase, seen)), phase.sums().toArray(SumOfSquares[]::new), block));
        }
        List<Stretch> stretches = new ArrayList<>();
        for (long start = 0; start < tensor.size(); start += Pass.LONGEST_STRETCH) {
            long from = start;
            stretches.add(new Stretch(seen.stream().map(plane -> plane.at(from)).toArray(Plane[]::new), start,
                    (int) Math.min(Pass.LONGEST_STRETCH, tensor.size() - start)));
        }
        return new Task(kept.toArray(Plane[]::new), new Measured(Shape.of(tensor.shape()), sums), steps.toArray(Step[]::new),
                stretches.toArray(Stretch[]::new));
    }

    /** Planes of any offset, so that one kernel does for all tensors; what a loop must not do with them is refused. */
    private List<Layout> layouts(Phase phase, List<MemoryPlane> planes) {
        List<Layout> layouts = new ArrayList<>();
        boolean updates = phase.sums().isEmpty();
        int firstSum = 2 + expanded.size();
        for (int k = 0; k < planes.size(); k++) {
            boolean isSum = k >= firstSum;
            boolean isExpanded = k >= 2 && !isSum && expanded.get(k - 2) != null;
            boolean writable = isSum ? phase.sums().contains(sums.get(k - firstSum)) : updates && !isExpanded;
            layouts.add(new Layout(planes.get(k).getClass(), false, !isSum, writable));
        }
        return layouts;
    }

    @Override
    public void run(long step, double learningRate) {
        for (Kernel kernel : kernels) {
            kernel.prepare(step, learningRate);
        }
        for (Task task : tasks) {
            for (Step each : task.steps()) {
                run(task, each);
            }
        }
    }

    private void run(Task task, Step step) {
        Shape shape = task.measured().shape();
        step.kernel().prepareTensor(task.kept(), task.measured());
        for (SumOfSquares sum : step.sums()) {
            sum.begin(shape);
        }
        expand(task, false, 0, (int) Math.min(ChunkPlane.SIZE, shape.size()));
        for (Stretch stretch : task.stretches()) {
            for (int from = 0; from < stretch.length(); from += step.block()) {
                int to = Math.min(from + step.block(), stretch.length());
                expand(task, true, stretch.start() + from, to - from);
                run(step.kernel(), stretch.planes(), from, to);
                for (SumOfSquares sum : step.sums()) {
                    sum.add(stretch.start() + from, to - from);
                }
            }
        }
    }

    private void expand(Task task, boolean changingWithChunk, long start, int length) {
        for (int k = 0; k < expanded.size(); k++) {
            ExpandedState state = expanded.get(k);
            if (state != null && state.changesWithChunk() == changingWithChunk) {
                state.fill((MemoryPlane) task.kept()[2 + k], task.measured().shape(), start, length);
            }
        }
    }

    private void run(Kernel kernel, Plane[] planes, int from, int to) {
        int vectorized = lanes == 1 ? from : from + (to - from & -lanes);
        if (vectorized > from) {
            kernel.vector(planes, from, vectorized);
        }
        if (to > vectorized) {
            kernel.scalar(planes, vectorized, to);
        }
    }
}
