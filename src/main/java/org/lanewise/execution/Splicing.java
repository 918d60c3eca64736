package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.FIRST_STATE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.Fusion;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.LaterKernel;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.MemoryPlane;

/**
 * How the kernels of a rule are made and run.
 *
 * @param rule the only argument of their constructors
 * @param vectorBits width of their vectors
 * @param lanes elements of a vector; 1 to run plain loops only
 * @param form what loops make of gradients as they load them
 * @param flushed indices of the states that are to keep zeros instead of subnormal numbers
 */
public record Splicing(Object rule, int vectorBits, int lanes, GradientForm form, Set<Integer> flushed) {
    /** The executed form of a kernel for planes of these layouts. */
    Kernel splice(Kernel written, List<Layout> layouts) {
        return StagedKernels.of(written, rule, stored(layouts), bits(vectorBits, lanes), form);
    }

    /** The same with what else is done; empty if that cannot be done by its loops. With an average, that of it is the last layout. */
    Optional<LaterKernel> fuse(Kernel written, List<Layout> layouts, Fusion fusion) {
        return StagedKernels.fused(written, rule, stored(layouts), bits(vectorBits, lanes), form, fusion);
    }

    private List<Layout> stored(List<Layout> layouts) {
        List<Layout> stored = new ArrayList<>(layouts);
        for (int k : flushed) {
            stored.set(FIRST_STATE + k, layouts.get(FIRST_STATE + k).flushing());
        }
        return List.copyOf(stored);
    }

    /** A tensor's planes as {@link Kernel#prepareTensor} gets them. */
    Plane[] prepared(MemoryPlane[] kept) {
        if (flushed.isEmpty()) {
            return kept;
        }
        Plane[] prepared = Arrays.copyOf(kept, kept.length, Plane[].class);
        for (int k : flushed) {
            prepared[FIRST_STATE + k] = new FlushedPlane(kept[FIRST_STATE + k]);
        }
        return prepared;
    }

    /** Width of vectors of so many lanes, or what stands for plain loops. */
    static int bits(int vectorBits, int lanes) {
        return lanes > 1 ? vectorBits : StagedKernels.PLAIN_BITS;
    }

    boolean usesVectors() {
        return lanes > 1;
    }
}
