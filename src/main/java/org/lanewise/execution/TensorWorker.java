package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;
import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/** Runs the loops of a {@link TensorPass}, with kernels, sums and chunks of its own. */
final class TensorWorker implements Work.Worker {
    private final int lanes;
    private final Staged[] staged;
    private final List<SumOfSquares> sums = new ArrayList<>();
    private final Kernel[] kernels;
    private final Tensor[] tensors;

    /** One loop of all tensors, and the sums it stores into. */
    private record Phase(ExecutedKernels executed, List<SumOfSquares> sums) {}

    /** One loop of one tensor, in blocks of so many elements; {@code staged} are the states it uses, and null for others. */
    private record Step(Kernel kernel, SumOfSquares[] sums, Staged[] staged, int block) {}

    /** A tensor with what is run over it; stretches hold its planes as loops see them. */
    private record Tensor(TensorPass.Task task, Measured measured, Step[] steps, Stretch[] stretches) {}

    private record Measured(Shape shape, List<SumOfSquares> all) implements Sums {
        @Override
        public double ofSquares(int sum, long index) {
            return all.get(sum).value(index);
        }
    }

    /** Of tensors that have elements, and states that are seen as they are kept, where {@code staged} has null, or through a chunk. */
    TensorWorker(Splicing splicing, List<Loop> loops, Staged[] staged, List<TensorPass.Task> tasks) {
        this.lanes = splicing.lanes();
        this.staged = staged;
        List<Phase> phases = new ArrayList<>();
        for (Loop loop : loops) {
            List<SumOfSquares> own = loop.sums().stream().map(extent ->
                    new SumOfSquares(extent, most(extent, tasks), splicing.vectorBits(), splicing.usesVectors())).toList();
            sums.addAll(own);
            phases.add(new Phase(new ExecutedKernels(splicing, loop.written()), own));
        }
        this.tensors = tasks.stream().map(task -> tensor(task, phases)).toArray(Tensor[]::new);
        this.kernels = phases.stream().flatMap(phase -> phase.executed().all().stream()).toArray(Kernel[]::new);
    }

    private static int most(Extent extent, List<TensorPass.Task> tasks) {
        return Math.toIntExact(tasks.stream().mapToLong(task -> task.shape().count(extent)).max().orElse(0));
    }

    private Tensor tensor(TensorPass.Task task, List<Phase> phases) {
        List<MemoryPlane> seen = new ArrayList<>(Arrays.asList(task.kept()));
        for (int state = 0; state < staged.length; state++) {
            if (staged[state] != null) {
                seen.set(FIRST_STATE + state, staged[state].chunk());
            }
        }
        sums.forEach(sum -> seen.add(sum.chunk()));
        Step[] steps = phases.stream().map(phase -> step(phase, layouts(phase, seen))).toArray(Step[]::new);
        return new Tensor(task, new Measured(task.shape(), Collections.unmodifiableList(sums)), steps,
                Stretch.of(seen, task.shape().size()).toArray(Stretch[]::new));
    }

    private Step step(Phase phase, List<Layout> layouts) {
        Kernel kernel = phase.executed().of(layouts);
        Staged[] used = staged.clone();
        Set<Integer> planes = phase.executed().planes();
        Arrays.setAll(used, state -> planes.contains(FIRST_STATE + state) ? used[state] : null);
        boolean chunked = !phase.sums().isEmpty() || Arrays.stream(used).anyMatch(state -> state != null && state.changesWithChunk());
        return new Step(kernel, phase.sums().toArray(SumOfSquares[]::new), used, chunked ? ChunkPlane.SIZE : Pass.BLOCK);
    }

    /** Planes of any offset, so that one kernel does for all tensors; what a loop must not do with them is refused. */
    private List<Layout> layouts(Phase phase, List<MemoryPlane> seen) {
        boolean updates = phase.sums().isEmpty();
        int firstSum = FIRST_STATE + staged.length;
        List<Layout> layouts = new ArrayList<>();
        for (int k = 0; k < seen.size(); k++) {
            boolean isSum = k >= firstSum;
            Staged state = k < FIRST_STATE || isSum ? null : staged[k - FIRST_STATE];
            boolean writable = isSum ? phase.sums().contains(sums.get(k - firstSum)) : updates && (state == null || state.writable());
            layouts.add(new Layout(seen.get(k).getClass(), false, !isSum, writable));
        }
        return layouts;
    }

    void prepare(long step, double learningRate, float gradientScale) {
        ExecutedKernels.prepare(kernels, step, learningRate, gradientScale);
    }

    void readGradients() {
        for (Tensor tensor : tensors) {
            for (Stretch stretch : tensor.stretches()) {
                stretch.replace(GRADIENT, tensor.task().kept()[GRADIENT]);
            }
        }
    }

    @Override
    public void run(int first, int end) {
        for (int k = first; k < end; k++) {
            for (Step step : tensors[k].steps()) {
                run(tensors[k], step);
            }
        }
    }

    private void run(Tensor tensor, Step step) {
        Shape shape = tensor.measured().shape();
        step.kernel().prepareTensor(tensor.task().kept(), tensor.measured());
        for (SumOfSquares sum : step.sums()) {
            sum.begin(shape);
        }
        load(tensor, step, false, 0, (int) Math.min(ChunkPlane.SIZE, shape.size()));
        for (Stretch stretch : tensor.stretches()) {
            for (int from = 0; from < stretch.length(); from += step.block()) {
                int to = Math.min(from + step.block(), stretch.length());
                load(tensor, step, true, stretch.start() + from, to - from);
                stretch.run(step.kernel(), from, to, lanes);
                for (SumOfSquares sum : step.sums()) {
                    sum.add(stretch.start() + from, to - from);
                }
                if (step.sums().length == 0) {
                    store(tensor, step, stretch.start() + from, to - from);
                }
            }
        }
    }

    private static void load(Tensor tensor, Step step, boolean changingWithChunk, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.changesWithChunk() == changingWithChunk) {
                staged.load(tensor.task().kept()[FIRST_STATE + state], tensor.measured().shape(), start, length);
            }
        }
    }

    private static void store(Tensor tensor, Step step, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.writable()) {
                staged.store(tensor.task().kept()[FIRST_STATE + state], tensor.measured().shape(), start, length);
            }
        }
    }
}
