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

/** Takes parameters, {@code planes[0]}, into their averages, {@code planes[1]}. */
final class AverageKernel extends Kernel {
    /**
     * What a kernel is made of.
     *
     * @param form how parameters enter averages
     * @param numbers read by each call
     */
    record Update(AverageForm form, AverageNumbers numbers) {}

    private final boolean copies;
    private final boolean multiplies;
    private final boolean divides;
    private final boolean startsAtParameter;
    private final AverageNumbers numbers;

    AverageKernel(Update update) {
        super(MethodHandles.lookup());
        this.copies = update.form() == AverageForm.COPY;
        this.multiplies = update.form() == AverageForm.PRODUCTS;
        this.divides = update.form() == AverageForm.MEAN;
        this.startsAtParameter = update.form() == AverageForm.LERP_FROM_PARAMETER;
        this.numbers = update.numbers();
    }

    static Kernel executed(AverageForm form, AverageNumbers numbers, List<Layout> layouts, int bits) {
        Update update = new Update(form, numbers);
        return StagedKernels.unchecked(new AverageKernel(update), update, layouts, bits, GradientForm.PLAIN);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane w = planes[0], a = planes[1];
        FloatVector kept = FloatVector.broadcast(FLOATS, numbers.kept);
        FloatVector taken = FloatVector.broadcast(FLOATS, numbers.taken);
        for (int i = from; i < to; i += LANES) {
            FloatVector wi = w.load(i);
            if (copies) {
                a.store(i, wi);
            } else {
                FloatVector ai = a.load(i);
                if (multiplies) {
                    a.store(i, ai.mul(kept).add(wi.mul(taken)));
                } else if (divides) {
                    a.store(i, ai.add(wi.sub(ai).div(taken)));
                } else {
                    a.store(i, wi.sub(ai).fma(taken, startsAtParameter ? wi : ai));
                }
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane w = planes[0], a = planes[1];
        float kept = numbers.kept, taken = numbers.taken;
        for (int i = from; i < to; i++) {
            float wi = w.get(i);
            if (copies) {
                a.set(i, wi);
            } else {
                float ai = a.get(i);
                if (multiplies) {
                    a.set(i, ai * kept + wi * taken);
                } else if (divides) {
                    a.set(i, ai + (wi - ai) / taken);
                } else {
                    a.set(i, Math.fma(wi - ai, taken, startsAtParameter ? wi : ai));
                }
            }
        }
    }
}
