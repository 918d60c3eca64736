package org.lanewise.execution;

import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;

/**
 * How the kernels of a rule are made and run.
 *
 * @param rule the only argument of their constructors
 * @param vectorBits width of their vectors
 * @param lanes elements of a vector; 1 to run plain loops only
 * @param scaled whether gradients are multiplied by a factor as they are loaded
 */
public record Splicing(Object rule, int vectorBits, int lanes, boolean scaled) {
    /** The executed form of a kernel for planes of these layouts. */
    Kernel splice(Kernel written, List<Layout> layouts) {
        return SplicedKernels.of(written, rule, layouts, vectorBits, scaled);
    }

    boolean usesVectors() {
        return lanes > 1;
    }
}
