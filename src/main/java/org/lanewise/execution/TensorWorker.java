package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;
import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/**
 * Runs the loops of a {@link TensorPass}, with kernels, sums and chunks of its own. What it needs of the tensors of a part is in arrays: a
 * step over thousands of single numbers waits for each object that it visits.
 */
final class TensorWorker implements Work.Worker {
    private static final int BLOCKS_OF_STRETCH = Stretch.LONGEST / BlockReducer.BLOCK;

    private final int lanes;
    private final Staged[] staged;
    private final StepNumbers numbers;
    private final Presence presence;
    private final TensorLoop[] steps;
    private final Part[] parts;
    private final Blocks[] blocks;
    private final int[] firstBlocks;
    private final Measured measured;
    private boolean advances;

    /**
     * A tensor, or some that lie one after the other and fit into a chunk: their planes as {@link Kernel#prepareTensor} gets them, and the
     * elements {@code from} to {@code to - 1} that loops run over if they share the part. Stretches hold the planes as loops see them.
     */
    private record Part(TensorPass.Task[] tensors, Plane[][] prepared, int[] from, int[] to, int[] sizes, TensorLoop[] steps,
            Stretch[] stretches) {}

    /** A tensor of which this worker does some blocks, its loops with what else is this worker's own, and its planes as they see them. */
    private record Blocks(SplitTensor split, TensorLoop[] steps, Stretch[] stretches) {}

    /** What was measured of the tensor that is prepared. */
    private static final class Measured implements Sums {
        private final SumOfSquares[] sums;
        private Part part;
        private int index;

        Measured(List<SumOfSquares> sums) {
            this.sums = sums.toArray(new SumOfSquares[0]);
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
    TensorWorker(Splicing splicing, StepNumbers numbers, List<Loop> loops, Staged[] staged, List<List<TensorPass.Task>> parts,
            List<SplitTensor> split, Presence presence) {
        this.lanes = splicing.lanes();
        this.staged = staged;
        this.numbers = numbers;
        this.presence = presence;
        List<SumOfSquares> all = new ArrayList<>();
        List<TensorLoop.Phase> phases = new ArrayList<>();
        for (Loop loop : loops) {
            List<SumOfSquares> own = loop.sums().stream().map(extent ->
                    new SumOfSquares(extent, most(extent, parts), splicing.vectorBits(), splicing.usesVectors())).toList();
            all.addAll(own);
            phases.add(new TensorLoop.Phase(loop, phases.size(), own));
        }
        this.measured = new Measured(all);
        Map<List<Class<?>>, TensorLoop[]> steps = new HashMap<>();
        this.parts = parts.stream().map(tasks -> part(splicing, tasks.toArray(TensorPass.Task[]::new), phases, steps)).toArray(Part[]::new);
        this.blocks = split.stream().map(tensor -> blocks(tensor, phases)).toArray(Blocks[]::new);
        this.firstBlocks = split.stream().mapToInt(SplitTensor::firstBlock).toArray();
        this.steps = steps.values().stream().flatMap(Stream::of).toArray(TensorLoop[]::new);
        replace(splicing, loops);
    }

    /** The most numbers of an extent that a part has. */
    private static int most(Extent extent, List<List<TensorPass.Task>> parts) {
        long most = 0;
        for (List<TensorPass.Task> tasks : parts) {
            long count = 0;
            for (TensorPass.Task task : tasks) {
                count += task.shape().count(extent);
            }
            most = Math.max(most, count);
        }
        return Math.toIntExact(most);
    }

    private Blocks blocks(SplitTensor split, List<TensorLoop.Phase> phases) {
        List<MemoryPlane> seen = seen(split.task());
        TensorLoop[] steps = new TensorLoop[phases.size()];
        for (int k = 0; k < steps.length; k++) {
            steps[k] = step(phases.get(k), layouts(phases.get(k), seen));
            split.require(k, steps[k].layouts);
            steps[k].kernel = split.kernel(k);
        }
        long length = lanes == 1 ? split.shape().size() : split.task().length();
        return new Blocks(split, steps, Stretch.of(seen, length).toArray(new Stretch[0]));
    }

    /** A tensor's planes as loops see them. */
    private List<MemoryPlane> seen(TensorPass.Task tensor) {
        List<MemoryPlane> seen = new ArrayList<>(Arrays.asList(tensor.kept()));
        for (int state = 0; state < staged.length; state++) {
            if (staged[state] != null) {
                seen.set(FIRST_STATE + state, staged[state].chunk());
            }
        }
        for (SumOfSquares sum : measured.sums) {
            seen.add(sum.chunk());
        }
        return seen;
    }

    private Part part(Splicing splicing, TensorPass.Task[] tensors, List<TensorLoop.Phase> phases,
            Map<List<Class<?>>, TensorLoop[]> steps) {
        List<MemoryPlane> seen = seen(tensors[0]);
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
                Stretch.of(seen, length).toArray(new Stretch[0]));
    }

    private static List<Class<?>> classes(List<MemoryPlane> planes) {
        List<Class<?>> classes = new ArrayList<>();
        for (MemoryPlane plane : planes) {
            classes.add(plane.getClass());
        }
        return classes;
    }

    private TensorLoop[] steps(List<TensorLoop.Phase> phases, List<MemoryPlane> seen) {
        TensorLoop[] steps = new TensorLoop[phases.size()];
        for (int k = 0; k < steps.length; k++) {
            steps[k] = step(phases.get(k), layouts(phases.get(k), seen));
        }
        return steps;
    }

    private TensorLoop step(TensorLoop.Phase phase, List<Layout> layouts) {
        Staged[] used = staged.clone();
        boolean isStaged = false, chunked = !phase.sums().isEmpty();
        for (int state = 0; state < used.length; state++) {
            used[state] = SplicedKernels.mayUse(phase.loop().written(), FIRST_STATE + state) ? used[state] : null;
            isStaged |= used[state] != null;
            chunked |= used[state] != null && used[state].changesWithChunk();
        }
        return new TensorLoop(phase, layouts, isStaged ? used : new Staged[0], chunked ? ChunkPlane.SIZE : Pass.BLOCK);
    }

    /** Planes of any offset, so that one kernel does for all tensors; what a loop must not do with them is refused. */
    private List<Layout> layouts(TensorLoop.Phase phase, List<MemoryPlane> seen) {
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

    void prepare() {
        if (advances) {
            advance();
        }
        for (TensorLoop step : steps) {
            numbers.prepare(step.kernel);
        }
    }

    /** Takes faster kernels, if there are any; those of split tensors have been taken. */
    private void advance() {
        advances = false;
        for (TensorLoop step : steps) {
            step.kernel = StagedKernels.latest(step.kernel);
            advances |= !StagedKernels.isLast(step.kernel);
        }
        for (Blocks tensor : blocks) {
            for (int k = 0; k < tensor.steps().length; k++) {
                tensor.steps()[k].kernel = tensor.split().kernel(k);
                advances |= !StagedKernels.isLast(tensor.steps()[k].kernel);
            }
        }
    }

    /** Makes the kernels of its own. */
    void replace(Splicing splicing, List<Loop> loops) {
        for (TensorLoop step : steps) {
            step.make(splicing, loops);
        }
        advance();
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
        for (Blocks tensor : blocks) {
            for (Stretch stretch : tensor.stretches()) {
                stretch.replace(GRADIENT, tensor.split().task().kept()[GRADIENT]);
            }
        }
    }

    /** Whole tensors come first, in the first phase, and then the blocks of those that are split. */
    @Override
    public void run(int phase, int first, int end) {
        int whole = phase == 0 ? parts.length : 0;
        for (int k = first; k < Math.min(end, whole); k++) {
            run(parts[k]);
        }
        int block = Math.max(first, whole) - whole, endBlock = end - whole;
        for (int k = block < endBlock ? Segments.last(firstBlocks, block) : 0; block < endBlock; k++) {
            int endHere = Math.min(endBlock, blocks[k].split().endBlock());
            run(blocks[k], phase, block - blocks[k].split().firstBlock(), endHere - blocks[k].split().firstBlock());
            block = endHere;
        }
    }

    private void run(Part part) {
        measured.part = part;
        boolean apart = presence.isApart();
        for (TensorLoop step : part.steps()) {
            measured.index = 0;
            if (part.tensors().length == 1) {
                if (!apart || prepares(step, part.tensors()[0])) {
                    runAlone(part, step);
                }
            } else if (step.preparesTensors || lanes == 1 || apart) {
                runOneByOne(part, step, apart);
            } else {
                runTogether(part, step);
            }
        }
    }

    /** Whether a tensor is not left out; the kernel is then prepared for it alone. */
    private boolean prepares(TensorLoop step, TensorPass.Task tensor) {
        if (presence.isAbsent(tensor.tensor())) {
            return false;
        }
        presence.prepare(step.kernel, tensor.tensor(), numbers);
        return true;
    }

    private void runAlone(Part part, TensorLoop step) {
        TensorPass.Task tensor = part.tensors()[0];
        step.kernel.prepareTensor(part.prepared()[0], measured);
        for (SumOfSquares sum : step.sums) {
            sum.begin(tensor.shape());
        }
        load(tensor, step, false, 0, (int) Math.min(ChunkPlane.SIZE, tensor.shape().size()));
        for (Stretch stretch : part.stretches()) {
            run(tensor, step, stretch, 0, stretch.length());
        }
    }

    /** Blocks {@code first} to {@code end - 1} of a tensor that is prepared. */
    private void run(Blocks blocks, int loop, int first, int end) {
        TensorPass.Task tensor = blocks.split().task();
        if (blocks.split().isAbsent()) {
            return;
        }
        TensorLoop step = blocks.steps()[loop];
        for (int k = 0; k < step.sums.length; k++) {
            step.sums[k].beginBlocks(tensor.shape(), blocks.split().ofBlocks(loop, k));
        }
        load(tensor, step, false, 0, ChunkPlane.SIZE);
        for (int block = first, endHere; block < end; block = endHere) {
            int index = block / BLOCKS_OF_STRETCH, firstHere = index * BLOCKS_OF_STRETCH;
            endHere = Math.min(end, firstHere + BLOCKS_OF_STRETCH);
            Stretch stretch = blocks.stretches()[index];
            long to = (long) (endHere - firstHere) * BlockReducer.BLOCK;
            run(tensor, step, stretch, (block - firstHere) * BlockReducer.BLOCK, (int) Math.min(to, stretch.length()));
        }
    }

    /** Elements {@code first} to {@code end - 1} of a stretch, chunk by chunk. */
    private void run(TensorPass.Task tensor, TensorLoop step, Stretch stretch, int first, int end) {
        for (int from = first; from < end; from += step.block) {
            int to = Math.min(from + step.block, end);
            long start = stretch.start() + from;
            int length = (int) Math.min(to - from, tensor.shape().size() - start);
            load(tensor, step, true, start, length);
            stretch.run(step.kernel, from, to, lanes);
            for (SumOfSquares sum : step.sums) {
                sum.add(start, length);
            }
            if (step.sums.length == 0) {
                store(tensor, step, start, length);
            }
        }
    }

    /** Tensors that share a part are the store's own: their vectors end in their padding. */
    private void runOneByOne(Part part, TensorLoop step, boolean apart) {
        Kernel kernel = step.kernel;
        Plane[] planes = part.stretches()[0].planes();
        int[] from = part.from(), to = part.to();
        for (int k = 0; k < from.length; k++) {
            measured.index = k;
            if (apart && !prepares(step, part.tensors()[k])) {
                continue;
            }
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

    private void runTogether(Part part, TensorLoop step) {
        if (step.staged.length > 0) {
            for (int k = 0; k < part.from().length; k++) {
                spread(part, step, k);
            }
        }
        Stretch stretch = part.stretches()[0];
        stretch.run(step.kernel, 0, stretch.length(), lanes);
        add(part, step);
    }

    /** Repeats states of a tensor where loops see it. */
    private static void spread(Part part, TensorLoop step, int k) {
        for (int state = 0; state < step.staged.length; state++) {
            if (step.staged[state] != null) {
                step.staged[state].spread(part.prepared()[k][FIRST_STATE + state], part.from()[k], part.to()[k]);
            }
        }
    }

    private static void add(Part part, TensorLoop step) {
        for (SumOfSquares sum : step.sums) {
            sum.addTensors(part.from(), part.sizes());
        }
    }

    private static void load(TensorPass.Task tensor, TensorLoop step, boolean changingWithChunk, long start, int length) {
        for (int state = 0; state < step.staged.length; state++) {
            Staged staged = step.staged[state];
            if (staged != null && staged.changesWithChunk() == changingWithChunk) {
                staged.load(tensor.kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }

    private static void store(TensorPass.Task tensor, TensorLoop step, long start, int length) {
        for (int state = 0; state < step.staged.length; state++) {
            Staged staged = step.staged[state];
            if (staged != null && staged.writable()) {
                staged.store(tensor.kept()[FIRST_STATE + state], tensor.shape(), start, length);
            }
        }
    }
}
