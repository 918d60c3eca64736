package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;
import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/**
 * The loops of a rule that depends on whole tensors: for one tensor after the other, its measures and then its update. A part is a
 * tensor, or several small ones that lie one after the other: 8,193 single numbers take 130 calls of a measure that way.
 */
public final class TensorPass implements Work {
    private final Splicing splicing;
    private final List<Loop> loops;
    private final List<Extent> extents;
    private final List<List<Task>> parts = new ArrayList<>();
    private TensorWorker[] workers = {};

    /** A tensor that has elements, how many loops may run over, whether the next ones follow it, and its planes as they are kept. */
    record Task(int tensor, Shape shape, long length, boolean owned, MemoryPlane[] kept) {}

    /**
     * Plans the loops.
     *
     * @param splicing how their kernels are made and run
     * @param loops the measures in their order, then the update
     * @param tensors the tensors
     * @param states their planes of state
     */
    public TensorPass(Splicing splicing, List<Loop> loops, List<PlacedTensor> tensors, States states) {
        this.splicing = splicing;
        this.loops = loops;
        this.extents = states.kinds().stream().map(States.Kind::extent).toList();
        boolean together = Stream.concat(extents.stream(), loops.stream().flatMap(loop -> loop.sums().stream()))
                .allMatch(extent -> extent == Extent.PARAMETER || extent == Extent.TENSOR);
        for (int index = 0; index < tensors.size(); index++) {
            PlacedTensor tensor = tensors.get(index);
            if (tensor.shape().size() > 0) {
                MemoryPlane[] kept = new MemoryPlane[FIRST_STATE + extents.size()];
                kept[PlacedTensor.PARAMETER] = tensor.parameter();
                kept[GRADIENT] = tensor.gradient();
                for (int state = 0; state < extents.size(); state++) {
                    kept[FIRST_STATE + state] = states.plane(state, index);
                }
                add(new Task(index, tensor.shape(), tensor.length(), tensor.owned(), kept), together);
            }
        }
    }

    /** To the last part if it goes on with this tensor and both fit into a chunk, else as a part of its own. */
    private void add(Task task, boolean together) {
        List<Task> last = parts.isEmpty() ? List.of() : parts.getLast();
        boolean follows = together && task.owned() && !last.isEmpty() && last.getLast().owned();
        if (follows && last.stream().mapToLong(Task::length).sum() + task.length() <= ChunkPlane.SIZE) {
            last.add(task);
        } else {
            parts.add(new ArrayList<>(List.of(task)));
        }
    }

    @Override
    public void prepare(long step, double learningRate, double previousLearningRate, float gradientScale) {
        for (TensorWorker worker : workers) {
            worker.prepare(step, learningRate, previousLearningRate, gradientScale);
        }
    }

    @Override
    public int parts() {
        return parts.size();
    }

    @Override
    public Work.Worker worker() {
        Staged[] staged = extents.stream().map(extent -> extent == Extent.PARAMETER ? null : new ExpandedState(extent, new ChunkPlane()))
                .toArray(Staged[]::new);
        TensorWorker worker = new TensorWorker(splicing, loops, staged, parts);
        workers = Arrays.copyOf(workers, workers.length + 1);
        workers[workers.length - 1] = worker;
        return worker;
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        parts.forEach(part -> part.forEach(task -> task.kept()[GRADIENT] = gradients.get(task.tensor())));
        for (TensorWorker worker : workers) {
            worker.readGradients();
        }
    }
}
