package org.lanewise.execution;

import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.reduction.SumOfSquares;
import org.lanewise.splicer.Layout;

/**
 * One loop of a {@link TensorWorker} over planes of the same layouts, in blocks of so many elements. A kernel that a worker has for
 * itself is made for these layouts, one of a split tensor is that tensor's.
 */
final class TensorLoop {
    final Phase phase;
    final List<Layout> layouts;
    final SumOfSquares[] sums;

    /** The states it uses that are staged, null for others; nothing if it uses none. */
    final Staged[] staged;

    final boolean preparesTensors;
    final int block;
    Kernel kernel;

    /** One loop of all tensors, its number, and the sums it stores into. */
    record Phase(Loop loop, int number, List<SumOfSquares> sums) {}

    TensorLoop(Phase phase, List<Layout> layouts, Staged[] staged, int block) {
        this.phase = phase;
        this.layouts = layouts;
        this.sums = phase.sums().toArray(SumOfSquares[]::new);
        this.staged = staged;
        this.preparesTensors = phase.loop().preparesTensors();
        this.block = block;
    }

    void make(Splicing splicing, List<Loop> loops) {
        kernel = splicing.splice(loops.get(phase.number()).written(), layouts);
    }
}
