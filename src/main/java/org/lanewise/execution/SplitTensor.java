package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.reduction.Sum;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;

/**
 * A large tensor, of which several threads do a loop block by block. Here is what they share: its kernels, whose numbers change between
 * phases only, and the sum of each block, written by the thread that did the block. So {@link Kernel#prepareTensor} runs once for each
 * loop, as it has to where it changes a state.
 */
final class SplitTensor implements Sums {
    private final Splicing splicing;
    private final StepNumbers numbers;
    private final TensorPass.Task task;
    private final List<Loop> loops;
    private final Presence presence;
    private final int firstBlock;
    private final int endBlock;
    private final Plane[] prepared;
    private final Kernel[] kernels;
    private final List<List<Layout>> layouts = new ArrayList<>();

    /** Of each loop the sums that it stores into: of each block, and then of the tensor. */
    private final double[][][] ofBlocks;
    private final double[] ofTensor;
    private final Sum sum = new Sum();
    private boolean advances = true;

    /** With its first block's number among all. */
    SplitTensor(Splicing splicing, StepNumbers numbers, List<Loop> loops, TensorPass.Task task, Presence presence, int firstBlock) {
        this.splicing = splicing;
        this.numbers = numbers;
        this.task = task;
        this.loops = loops;
        this.presence = presence;
        this.firstBlock = firstBlock;
        int blocks = Math.toIntExact(Math.ceilDiv(task.shape().size(), (long) BlockReducer.BLOCK));
        this.endBlock = Math.addExact(firstBlock, blocks);
        this.prepared = splicing.prepared(task.kept());
        this.kernels = new Kernel[loops.size()];
        this.ofBlocks = loops.stream().map(loop -> new double[loop.sums().size()][blocks]).toArray(double[][][]::new);
        this.ofTensor = new double[loops.stream().mapToInt(loop -> loop.sums().size()).sum()];
    }

    TensorPass.Task task() {
        return task;
    }

    int firstBlock() {
        return firstBlock;
    }

    int endBlock() {
        return endBlock;
    }

    /** Makes the kernel of a loop for planes of these layouts, which are the same whoever asks. */
    void require(int loop, List<Layout> layouts) {
        if (kernels[loop] == null) {
            kernels[loop] = splicing.splice(loops.get(loop).written(), layouts);
            this.layouts.add(layouts);
        }
    }

    /** The kernel of a loop. */
    Kernel kernel(int loop) {
        return kernels[loop];
    }

    boolean isAbsent() {
        return presence.isAbsent(task.tensor());
    }

    void prepare() {
        if (advances) {
            advances = StagedKernels.advance(kernels);
        }
        for (Kernel kernel : kernels) {
            presence.prepare(kernel, task.tensor(), numbers);
        }
    }

    void replace(Splicing splicing, List<Loop> loops) {
        for (int k = 0; k < kernels.length; k++) {
            kernels[k] = splicing.splice(loops.get(k).written(), layouts.get(k));
        }
        advances = true;
    }

    /** Where a loop's sum of each block belongs. */
    double[] ofBlocks(int loop, int sum) {
        return ofBlocks[loop][sum];
    }

    /** Adds up what the loop before has measured, in the order of the blocks, and prepares this one. */
    void begin(int loop) {
        if (isAbsent()) {
            return;
        }
        if (loop > 0) {
            int first = 0;
            for (int k = 0; k < loop - 1; k++) {
                first += ofBlocks[k].length;
            }
            for (double[] blocks : ofBlocks[loop - 1]) {
                sum.clear();
                for (double block : blocks) {
                    sum.add(block);
                }
                ofTensor[first++] = sum.value();
            }
        }
        kernels[loop].prepareTensor(prepared, this);
    }

    void readGradients() {
        prepared[GRADIENT] = task.kept()[GRADIENT];
    }

    @Override
    public Shape shape() {
        return task.shape();
    }

    @Override
    public double ofSquares(int sum, long index) {
        Objects.checkIndex(index, 1);
        return ofTensor[sum];
    }
}
