package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;
import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
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
    private final SumOfSquares[] sums;
    private final Kernel[] kernels;
    private final Part[] parts;

    /** One loop of all tensors, the sums it stores into, and whether it has numbers of its own for each tensor. */
    private record Phase(ExecutedKernels executed, List<SumOfSquares> sums, boolean preparesTensors) {}

    /** One loop over planes of the same layouts, in blocks of so many elements; {@code staged} has the states it uses, null for others. */
    private record Step(Kernel kernel, SumOfSquares[] sums, Staged[] staged, boolean preparesTensors, int block) {}

    /** A tensor, or some that lie one after the other and fit into a chunk; stretches hold its planes as loops see them. */
    private record Part(Tensor[] tensors, Step[] steps, Stretch[] stretches) {}

    /**
     * A tensor in its part, its planes as {@link Kernel#prepareTensor} gets them, and where: loops run over elements {@code from} to
     * {@code to - 1} if it shares the part with others.
     */
    private record Tensor(TensorPass.Task task, Plane[] prepared, SumOfSquares[] sums, int index, int from, int to)
            implements Sums {
        @Override
        public Shape shape() {
            return task.shape();
        }

        @Override
        public double ofSquares(int sum, long index) {
            return sums[sum].value(this.index + index);
        }
    }

    /** Of tensors that have elements, and states that are seen as they are kept, where {@code staged} has null, or through a chunk. */
    TensorWorker(Splicing splicing, List<Loop> loops, Staged[] staged, List<List<TensorPass.Task>> parts) {
        this.lanes = splicing.lanes();
        this.staged = staged;
        List<SumOfSquares> all = new ArrayList<>();
        List<Phase> phases = new ArrayList<>();
        for (Loop loop : loops) {
            List<SumOfSquares> own = loop.sums().stream().map(extent ->
                    new SumOfSquares(extent, most(extent, parts), splicing.vectorBits(), splicing.usesVectors())).toList();
            all.addAll(own);
            phases.add(new Phase(new ExecutedKernels(splicing, loop.written()), own, loop.preparesTensors()));
        }
        this.sums = all.toArray(SumOfSquares[]::new);
        Map<List<Class<?>>, Step[]> steps = new HashMap<>();
        this.parts = parts.stream().map(tasks -> part(splicing, tasks, phases, steps)).toArray(Part[]::new);
        this.kernels = phases.stream().flatMap(phase -> phase.executed().all().stream()).toArray(Kernel[]::new);
    }

    /** The most numbers of an extent that a part has. */
    private static int most(Extent extent, List<List<TensorPass.Task>> parts) {
        return Math.toIntExact(parts.stream()
                .mapToLong(tasks -> tasks.stream().mapToLong(task -> task.shape().count(extent)).sum()).max().orElse(0));
    }

    private Part part(Splicing splicing, List<TensorPass.Task> tasks, List<Phase> phases,
            Map<List<Class<?>>, Step[]> steps) {
        List<MemoryPlane> seen = new ArrayList<>(Arrays.asList(tasks.getFirst().kept()));
        for (int state = 0; state < staged.length; state++) {
            if (staged[state] != null) {
                seen.set(FIRST_STATE + state, staged[state].chunk());
            }
        }
        for (SumOfSquares sum : sums) {
            seen.add(sum.chunk());
        }
        Tensor[] tensors = new Tensor[tasks.size()];
        long length = 0;
        for (int index = 0; index < tensors.length; index++) {
            TensorPass.Task task = tasks.get(index);
            long end = length + (lanes == 1 ? task.shape().size() : task.length());
            tensors[index] = new Tensor(task, splicing.prepared(task.kept()), sums, index, (int) length, (int) end);
            length = index + 1 < tensors.length ? length + task.length() : end;
        }
        return new Part(tensors, steps.computeIfAbsent(classes(seen), _ -> steps(phases, seen)),
                Stretch.of(seen, length).toArray(Stretch[]::new));
    }

    private static List<Class<?>> classes(List<MemoryPlane> planes) {
        return planes.stream().<Class<?>>map(MemoryPlane::getClass).toList();
    }

    private Step[] steps(List<Phase> phases, List<MemoryPlane> seen) {
        return phases.stream().map(phase -> step(phase, layouts(phase, seen))).toArray(Step[]::new);
    }

    private Step step(Phase phase, List<Layout> layouts) {
        Kernel kernel = phase.executed().of(layouts);
        Staged[] used = staged.clone();
        Set<Integer> planes = phase.executed().planes();
        Arrays.setAll(used, state -> planes.contains(FIRST_STATE + state) ? used[state] : null);
        boolean chunked = !phase.sums().isEmpty() || Arrays.stream(used).anyMatch(state -> state != null && state.changesWithChunk());
        return new Step(kernel, phase.sums().toArray(SumOfSquares[]::new), used, phase.preparesTensors(),
                chunked ? ChunkPlane.SIZE : Pass.BLOCK);
    }

    /** Planes of any offset, so that one kernel does for all tensors; what a loop must not do with them is refused. */
    private List<Layout> layouts(Phase phase, List<MemoryPlane> seen) {
        boolean updates = phase.sums().isEmpty();
        int firstSum = FIRST_STATE + staged.length;
        List<Layout> layouts = new ArrayList<>();
        for (int k = 0; k < seen.size(); k++) {
            boolean isSum = k >= firstSum;
            Staged state = k < FIRST_STATE || isSum ? null : staged[k - FIRST_STATE];
            boolean writable = isSum ? phase.sums().contains(sums[k - firstSum]) : updates && (state == null || state.writable());
            layouts.add(new Layout(seen.get(k).getClass(), false, !isSum, writable));
        }
        return layouts;
    }

    void prepare(long step, double learningRate, float gradientScale) {
        ExecutedKernels.prepare(kernels, step, learningRate, gradientScale);
    }

    void readGradients() {
        for (Part part : parts) {
            for (Tensor tensor : part.tensors()) {
                tensor.prepared()[GRADIENT] = tensor.task().kept()[GRADIENT];
            }
            for (Stretch stretch : part.stretches()) {
                stretch.replace(GRADIENT, part.tensors()[0].task().kept()[GRADIENT]);
            }
        }
    }

    @Override
    public void run(int first, int end) {
        for (int k = first; k < end; k++) {
            Part part = parts[k];
            for (Step step : part.steps()) {
                if (part.tensors().length == 1) {
                    run(part.tensors()[0], part.stretches(), step);
                } else if (step.preparesTensors() || lanes == 1) {
                    runOneByOne(part, step);
                } else {
                    runTogether(part, step);
                }
            }
        }
    }

    private void run(Tensor tensor, Stretch[] stretches, Step step) {
        long size = tensor.shape().size();
        step.kernel().prepareTensor(tensor.prepared(), tensor);
        for (SumOfSquares sum : step.sums()) {
            sum.begin(tensor.shape());
        }
        load(tensor, step, false, 0, (int) Math.min(ChunkPlane.SIZE, size));
        for (Stretch stretch : stretches) {
            for (int from = 0; from < stretch.length(); from += step.block()) {
                int to = Math.min(from + step.block(), stretch.length());
                long start = stretch.start() + from;
                int length = (int) Math.min(to - from, size - start);
                load(tensor, step, true, start, length);
                stretch.run(step.kernel(), from, to, lanes);
                for (SumOfSquares sum : step.sums()) {
                    sum.add(start, length);
                }
                if (step.sums().length == 0) {
                    store(tensor, step, start, length);
                }
            }
        }
    }

    private void runOneByOne(Part part, Step step) {
        Stretch stretch = part.stretches()[0];
        for (Tensor tensor : part.tensors()) {
            step.kernel().prepareTensor(tensor.prepared(), tensor);
            spread(tensor, step);
            stretch.run(step.kernel(), tensor.from(), tensor.to(), lanes);
            add(tensor, step);
        }
    }

    private void runTogether(Part part, Step step) {
        for (Tensor tensor : part.tensors()) {
            spread(tensor, step);
        }
        Stretch stretch = part.stretches()[0];
        stretch.run(step.kernel(), 0, stretch.length(), lanes);
        for (Tensor tensor : part.tensors()) {
            add(tensor, step);
        }
    }

    /** Repeats states of a tensor where loops see it. */
    private static void spread(Tensor tensor, Step step) {
        for (int state = 0; state < step.staged().length; state++) {
            if (step.staged()[state] != null) {
                step.staged()[state].spread(tensor.task().kept()[FIRST_STATE + state], tensor.from(), tensor.to());
            }
        }
    }

    private static void add(Tensor tensor, Step step) {
        for (SumOfSquares sum : step.sums()) {
            sum.addTensor(tensor.index(), tensor.from(), (int) tensor.shape().size());
        }
    }

    private static void load(Tensor tensor, Step step, boolean changingWithChunk, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.changesWithChunk() == changingWithChunk) {
                staged.load(tensor.task().kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }

    private static void store(Tensor tensor, Step step, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.writable()) {
                staged.store(tensor.task().kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }
}
