package org.lanewise.execution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;

/** One loop of a rule as it is executed: planes of the same layouts share one kernel. */
final class ExecutedKernels {
    private final Splicing splicing;
    private final Kernel written;
    private final Map<List<Layout>, Kernel> byLayouts = new HashMap<>();
    private Set<Integer> planes;

    ExecutedKernels(Splicing splicing, Kernel written) {
        this.splicing = splicing;
        this.written = written;
    }

    Kernel of(List<Layout> layouts) {
        return byLayouts.computeIfAbsent(layouts, _ -> splicing.splice(written, layouts));
    }

    /** Numbers of the planes that the loop uses. */
    Set<Integer> planes() {
        if (planes == null) {
            planes = SplicedKernels.planes(written);
        }
        return planes;
    }

    /** All that were asked for so far. */
    List<Kernel> all() {
        return List.copyOf(byLayouts.values());
    }

    static void prepare(Kernel[] kernels, long step, double learningRate, double previousLearningRate, float gradientScale) {
        for (Kernel kernel : kernels) {
            KernelAccess.get().gradientScale(kernel, gradientScale);
            kernel.prepare(step, learningRate, previousLearningRate);
        }
    }
}
