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

/** Adds weighted gradients, {@code planes[1]}, to sums, {@code planes[0]}. */
final class AccumulateKernel extends Kernel {
    /** What gradients are multiplied by, the same for all elements; set before each call. */
    static final class Weight {
        float value;
    }

    /**
     * What a kernel is made of.
     *
     * @param first whether sums start with these gradients, whatever they held, or go on: {@code fma(weight, g, sum)}
     * @param clears whether gradients become 0 once they are read
     * @param weight read by each call
     */
    record Addition(boolean first, boolean clears, Weight weight) {}

    private final boolean first;
    private final boolean clears;
    private final Weight weight;

    AccumulateKernel(Addition addition) {
        super(MethodHandles.lookup());
        this.first = addition.first();
        this.clears = addition.clears();
        this.weight = addition.weight();
    }

    static Kernel executed(Addition addition, List<Layout> layouts, int bits, GradientForm form) {
        return StagedKernels.unchecked(new AccumulateKernel(addition), addition, layouts, bits, form);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane sum = planes[0], g = planes[1];
        FloatVector weight = FloatVector.broadcast(FLOATS, this.weight.value);
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = from; i < to; i += LANES) {
            FloatVector gi = g.load(i);
            sum.store(i, first ? gi.mul(weight) : gi.fma(weight, sum.load(i)));
            if (clears) {
                g.store(i, zero);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane sum = planes[0], g = planes[1];
        float weight = this.weight.value;
        for (int i = from; i < to; i++) {
            float gi = g.get(i);
            sum.set(i, first ? gi * weight : Math.fma(gi, weight, sum.get(i)));
            if (clears) {
                g.set(i, 0);
            }
        }
    }
}
