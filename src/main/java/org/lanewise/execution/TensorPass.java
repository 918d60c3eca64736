package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/**
 * The loops of a rule that depends on whole tensors: for one tensor after the other, its measures and then its update. A part is a
 * tensor, or several small ones that lie one after the other: 8,193 single numbers take 130 calls of a measure that way.
 *
 * <p>For several threads, tensors of more than {@value #LONGEST_WHOLE} elements are split, if all sums and states are of tensors or
 * parameters. Each loop is a phase then, and a part of it one block of a split tensor; all loops of the other tensors are parts of the
 * first phase. Sums of blocks are added in their order, as they are for one thread, so the bits are the same. Where there are sums or
 * states of rows, columns or matrices, as in Adafactor, all tensors stay whole: the largest is done by one thread.
 */
public final class TensorPass implements Work {
    /** With four planes of floats 1 MiB, so that the update of a longer one does not find in the second-level cache what was measured. */
    static final int LONGEST_WHOLE = 4 * BlockReducer.BLOCK;

    private final Splicing splicing;
    private final StepNumbers numbers;
    private final List<Loop> loops;
    private final Presence presence;
    private final List<Extent> extents = new ArrayList<>();
    private final List<List<Task>> parts = new ArrayList<>();
    private final List<SplitTensor> split = new ArrayList<>();
    private TensorWorker[] workers = {};

    /** A tensor that has elements, how many loops may run over, whether the next ones follow it, and its planes as they are kept. */
    record Task(int tensor, Shape shape, long length, boolean owned, MemoryPlane[] kept) {}

    /**
     * Plans the loops.
     *
     * @param splicing how their kernels are made and run
     * @param numbers of its group's steps
     * @param loops the measures in their order, then the update
     * @param members the tensors, of one group
     * @param presence in what they differ
     * @param threads how many threads are to do the parts
     */
    public TensorPass(Splicing splicing, StepNumbers numbers, List<Loop> loops, List<Member> members, Presence presence, int threads) {
        this.splicing = splicing;
        this.numbers = numbers;
        this.loops = loops;
        this.presence = presence;
        for (States.Kind kind : members.getFirst().states().states().kinds()) {
            extents.add(kind.extent());
        }
        boolean together = areWhole(extents);
        for (Loop loop : loops) {
            together &= areWhole(loop.sums());
        }
        boolean follows = together;
        int last = Integer.MIN_VALUE;
        for (Member member : members) {
            PlacedTensor tensor = member.tensor();
            follows &= member.index() == last + 1;
            last = member.index();
            if (tensor.shape().size() > 0) {
                MemoryPlane[] kept = member.planes().toArray(new MemoryPlane[0]);
                Task task = new Task(member.index(), tensor.shape(), tensor.length(), tensor.owned(), kept);
                if (threads > 1 && together && tensor.shape().size() > LONGEST_WHOLE) {
                    split.add(new SplitTensor(splicing, numbers, loops, task, presence, blocks()));
                    follows = false;
                } else {
                    add(task, follows);
                    follows = together;
                }
            }
        }
    }

    /** Whether all numbers are those of parameters or tensors. */
    private static boolean areWhole(List<Extent> extents) {
        for (Extent extent : extents) {
            if (extent != Extent.PARAMETER && extent != Extent.TENSOR) {
                return false;
            }
        }
        return true;
    }

    /** Blocks of all tensors that are split. */
    private int blocks() {
        return split.isEmpty() ? 0 : split.getLast().endBlock();
    }

    /** To the last part if it goes on with this tensor and both fit into a chunk, else as a part of its own. */
    private void add(Task task, boolean together) {
        List<Task> last = parts.isEmpty() ? List.of() : parts.getLast();
        boolean follows = together && task.owned() && !last.isEmpty() && last.getLast().owned();
        long length = task.length();
        for (int k = 0; k < last.size() && follows; k++) {
            length += last.get(k).length();
        }
        if (follows && length <= ChunkPlane.SIZE) {
            last.add(task);
        } else {
            parts.add(new ArrayList<>(List.of(task)));
        }
    }

    @Override
    public void prepare() {
        for (int k = 0; k < split.size(); k++) {
            split.get(k).prepare();
        }
        for (TensorWorker worker : workers) {
            worker.prepare();
        }
    }

    /**
     * Updates by another rule from now on, with the same states.
     *
     * @param splicing how its kernels are made and run
     * @param loops the measures in their order, then the update
     */
    public void replace(Splicing splicing, List<Loop> loops) {
        split.forEach(tensor -> tensor.replace(splicing, loops));
        for (TensorWorker worker : workers) {
            worker.replace(splicing, loops);
        }
    }

    @Override
    public int phases() {
        return split.isEmpty() ? 1 : loops.size();
    }

    @Override
    public int parts(int phase) {
        return (phase == 0 ? parts.size() : 0) + blocks();
    }

    @Override
    public void begin(int phase) {
        for (int k = 0; k < split.size(); k++) {
            split.get(k).begin(phase);
        }
    }

    @Override
    public Work.Worker worker() {
        Staged[] staged = new Staged[extents.size()];
        for (int k = 0; k < staged.length; k++) {
            staged[k] = extents.get(k) == Extent.PARAMETER ? null : new ExpandedState(extents.get(k), new ChunkPlane());
        }
        TensorWorker worker = new TensorWorker(splicing, numbers, loops, staged, parts, split, presence);
        workers = Arrays.copyOf(workers, workers.length + 1);
        workers[workers.length - 1] = worker;
        return worker;
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        parts.forEach(part -> part.forEach(task -> task.kept()[GRADIENT] = gradients.get(task.tensor())));
        for (SplitTensor tensor : split) {
            tensor.task().kept()[GRADIENT] = gradients.get(tensor.task().tensor());
            tensor.readGradients();
        }
        for (TensorWorker worker : workers) {
            worker.readGradients();
        }
    }
}
