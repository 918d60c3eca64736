package org.lanewise.execution;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;

/** Exchanges parameters, {@code planes[0]}, and their averages, {@code planes[1]}, both kept as 32-bit floats. */
final class SwapKernel extends Kernel {
    SwapKernel(NoNumbers none) {
        super(MethodHandles.lookup());
    }

    static Kernel executed(List<Layout> layouts, int bits) {
        return StagedKernels.unchecked(new SwapKernel(NoNumbers.INSTANCE), NoNumbers.INSTANCE, layouts, bits, GradientForm.PLAIN);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane w = planes[0], a = planes[1];
        for (int i = from; i < to; i += LANES) {
            FloatVector wi = w.load(i);
            w.store(i, a.load(i));
            a.store(i, wi);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane w = planes[0], a = planes[1];
        for (int i = from; i < to; i++) {
            float wi = w.get(i);
            w.set(i, a.get(i));
            a.set(i, wi);
        }
    }
}
