package org.lanewise.execution;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;

/** Writes zeros to gradients, {@code planes[1]}. */
final class ClearKernel extends Kernel {
    ClearKernel(NoNumbers none) {
        super(MethodHandles.lookup());
    }

    static Kernel executed(List<Layout> layouts, int bits) {
        return StagedKernels.unchecked(new ClearKernel(NoNumbers.INSTANCE), NoNumbers.INSTANCE, layouts, bits, GradientForm.PLAIN);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane g = planes[1];
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += LANES) {
            g.store(i, zero);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane g = planes[1];
        for (int i = from; i < to; i++) {
            g.set(i, 0);
        }
    }
}
