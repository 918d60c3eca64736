package org.lanewise.execution;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;

/** Writes gradients, {@code planes[1]}, in the form in which a step sees them, so that its user does too. */
final class WriteBackKernel extends Kernel {
    WriteBackKernel(NoNumbers none) {
        super(MethodHandles.lookup());
    }

    static Kernel executed(List<Layout> layouts, int bits, GradientForm form) {
        return StagedKernels.unchecked(new WriteBackKernel(NoNumbers.INSTANCE), NoNumbers.INSTANCE, layouts, bits, form);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane g = planes[1];
        for (int i = from; i < to; i += LANES) {
            g.store(i, g.load(i));
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane g = planes[1];
        for (int i = from; i < to; i++) {
            g.set(i, g.get(i));
        }
    }
}
