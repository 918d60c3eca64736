package org.lanewise;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;

/** One loop of a rule as it is executed: planes of the same layouts share one kernel. */
final class ExecutedKernels {
    private final Rule rule;
    private final Kernel written;
    private final int bits;
    private final boolean maximize;
    private final Map<List<Layout>, Kernel> byLayouts = new HashMap<>();

    ExecutedKernels(Rule rule, Kernel written, Width width, boolean maximize) {
        this.rule = rule;
        this.written = written;
        this.bits = width.vectorBits();
        this.maximize = maximize;
    }

    Kernel of(List<Layout> layouts) {
        return byLayouts.computeIfAbsent(layouts, this::make);
    }

    private Kernel make(List<Layout> layouts) {
        Kernel kernel = SplicedKernels.of(written, rule, layouts, bits, maximize);
        kernel.gradientScale(maximize ? -1 : 1);
        return kernel;
    }

    /** All that were asked for so far. */
    List<Kernel> all() {
        return List.copyOf(byLayouts.values());
    }
}
