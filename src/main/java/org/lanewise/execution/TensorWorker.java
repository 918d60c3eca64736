package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;
import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/**
 * Runs the loops of a {@link TensorPass}, with kernels, sums and chunks of its own. What it needs of the tensors of a part is in arrays: a
 * step over thousands of single numbers waits for each object that it visits.
 */
final class TensorWorker implements Work.Worker {
    private final int lanes;
    private final Staged[] staged;
    private final Kernel[] kernels;
    private final Part[] parts;
    private final Measured measured;

    /** One loop of all tensors, the sums it stores into, and whether it has numbers of its own for each tensor. */
    private record Phase(ExecutedKernels executed, List<SumOfSquares> sums, boolean preparesTensors) {}

    /**
     * One loop over planes of the same layouts, in blocks of so many elements; {@code staged} has the states it uses, null for others, and
     * nothing if it uses none.
     */
    private record Step(Kernel kernel, SumOfSquares[] sums, Staged[] staged, boolean preparesTensors, int block) {}

    /**
     * A tensor, or some that lie one after the other and fit into a chunk: their planes as {@link Kernel#prepareTensor} gets them, and the
     * elements {@code from} to {@code to - 1} that loops run over if they share the part. Stretches hold the planes as loops see them.
     */
    private record Part(TensorPass.Task[] tensors, Plane[][] prepared, int[] from, int[] to, int[] sizes, Step[] steps,
            Stretch[] stretches) {}

    /** What was measured of the tensor that is prepared. */
    private static final class Measured implements Sums {
        private final SumOfSquares[] sums;
        private Part part;
        private int index;

        Measured(List<SumOfSquares> sums) {
            this.sums = sums.toArray(SumOfSquares[]::new);
        }

        @Override
        public Shape shape() {
            return part.tensors()[index].shape();
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
        this.measured = new Measured(all);
        Map<List<Class<?>>, Step[]> steps = new HashMap<>();
        this.parts = parts.stream().map(tasks -> part(splicing, tasks.toArray(TensorPass.Task[]::new), phases, steps)).toArray(Part[]::new);
        this.kernels = phases.stream().flatMap(phase -> phase.executed().all().stream()).toArray(Kernel[]::new);
    }

    /** The most numbers of an extent that a part has. */
    private static int most(Extent extent, List<List<TensorPass.Task>> parts) {
        return Math.toIntExact(parts.stream()
                .mapToLong(tasks -> tasks.stream().mapToLong(task -> task.shape().count(extent)).sum()).max().orElse(0));
    }

    private Part part(Splicing splicing, TensorPass.Task[] tensors, List<Phase> phases, Map<List<Class<?>>, Step[]> steps) {
        List<MemoryPlane> seen = new ArrayList<>(Arrays.asList(tensors[0].kept()));
        for (int state = 0; state < staged.length; state++) {
            if (staged[state] != null) {
                seen.set(FIRST_STATE + state, staged[state].chunk());
            }
        }
        for (SumOfSquares sum : measured.sums) {
            seen.add(sum.chunk());
        }
        int count = tensors.length;
        int[] from = new int[count], to = new int[count], sizes = new int[count];
        long length = 0;
        for (int k = 0; k < count; k++) {
            long size = tensors[k].shape().size(), end = length + (lanes == 1 ? size : tensors[k].length());
            // A tensor alone may be longer than ints count; it is not found by them.
            from[k] = (int) length;
            to[k] = (int) end;
            sizes[k] = (int) size;
            length = k + 1 < count ? length + tensors[k].length() : end;
        }
        Plane[][] prepared = Stream.of(tensors).map(task -> splicing.prepared(task.kept())).toArray(Plane[][]::new);
        return new Part(tensors, prepared, from, to, sizes, steps.computeIfAbsent(classes(seen), _ -> steps(phases, seen)),
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
        boolean isStaged = Arrays.stream(used).anyMatch(state -> state != null);
        boolean chunked = !phase.sums().isEmpty() || Arrays.stream(used).anyMatch(state -> state != null && state.changesWithChunk());
        return new Step(kernel, phase.sums().toArray(SumOfSquares[]::new), isStaged ? used : new Staged[0], phase.preparesTensors(),
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
            boolean writable = isSum ? phase.sums().contains(measured.sums[k - firstSum])
                    : updates && (state == null || state.writable());
            layouts.add(new Layout(seen.get(k).getClass(), false, !isSum, writable));
        }
        return layouts;
    }

    void prepare(long step, double learningRate, double previousLearningRate, float gradientScale) {
        ExecutedKernels.prepare(kernels, step, learningRate, previousLearningRate, gradientScale);
    }

    void readGradients() {
        for (Part part : parts) {
            for (int k = 0; k < part.tensors().length; k++) {
                part.prepared()[k][GRADIENT] = part.tensors()[k].kept()[GRADIENT];
            }
            for (Stretch stretch : part.stretches()) {
                stretch.replace(GRADIENT, part.tensors()[0].kept()[GRADIENT]);
            }
        }
    }

    @Override
    public void run(int first, int end) {
        for (int k = first; k < end; k++) {
            Part part = parts[k];
            measured.part = part;
            for (Step step : part.steps()) {
                measured.index = 0;
                if (part.tensors().length == 1) {
                    runAlone(part, step);
                } else if (step.preparesTensors() || lanes == 1) {
                    runOneByOne(part, step);
                } else {
                    runTogether(part, step);
                }
            }
        }
    }

    private void runAlone(Part part, Step step) {
        TensorPass.Task tensor = part.tensors()[0];
        long size = tensor.shape().size();
        step.kernel().prepareTensor(part.prepared()[0], measured);
        for (SumOfSquares sum : step.sums()) {
            sum.begin(tensor.shape());
        }
        load(tensor, step, false, 0, (int) Math.min(ChunkPlane.SIZE, size));
        for (Stretch stretch : part.stretches()) {
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

    /** Tensors that share a part are the store's own: their vectors end in their padding. */
    private void runOneByOne(Part part, Step step) {
        Kernel kernel = step.kernel();
        Plane[] planes = part.stretches()[0].planes();
        int[] from = part.from(), to = part.to();
        for (int k = 0; k < from.length; k++) {
            measured.index = k;
            kernel.prepareTensor(part.prepared()[k], measured);
            spread(part, step, k);
            if (lanes == 1) {
                kernel.scalar(planes, from[k], to[k]);
            } else {
                kernel.vector(planes, from[k], to[k]);
            }
        }
        add(part, step);
    }

    private void runTogether(Part part, Step step) {
        if (step.staged().length > 0) {
            for (int k = 0; k < part.from().length; k++) {
                spread(part, step, k);
            }
        }
        Stretch stretch = part.stretches()[0];
        stretch.run(step.kernel(), 0, stretch.length(), lanes);
        add(part, step);
    }

    /** Repeats states of a tensor where loops see it. */
    private static void spread(Part part, Step step, int k) {
        for (int state = 0; state < step.staged().length; state++) {
            if (step.staged()[state] != null) {
                step.staged()[state].spread(part.prepared()[k][FIRST_STATE + state], part.from()[k], part.to()[k]);
            }
        }
    }

    private static void add(Part part, Step step) {
        for (SumOfSquares sum : step.sums()) {
            sum.addTensors(part.from(), part.sizes());
        }
    }

    private static void load(TensorPass.Task tensor, Step step, boolean changingWithChunk, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.changesWithChunk() == changingWithChunk) {
                staged.load(tensor.kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }

    private static void store(TensorPass.Task tensor, Step step, long start, int length) {
        for (int state = 0; state < step.staged().length; state++) {
            Staged staged = step.staged()[state];
            if (staged != null && staged.writable()) {
                staged.store(tensor.kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }
}
