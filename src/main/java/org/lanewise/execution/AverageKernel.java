package org.lanewise.execution;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.AverageForm;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.Averages;

/** Takes parameters, {@code planes[0]}, into their averages, {@code planes[1]}. */
final class AverageKernel extends Kernel {
    /**
     * What a kernel is made of.
     *
     * @param form how parameters enter averages
     * @param numbers read by each call
     */
    record Update(AverageForm form, AverageNumbers numbers) {}

    private final boolean copies, interpolates, interpolatesFromParameter, multiplies;
    private final AverageNumbers numbers;

    AverageKernel(Update update) {
        super(MethodHandles.lookup());
        this.copies = update.form() == AverageForm.COPY;
        this.interpolates = update.form() == AverageForm.LERP;
        this.interpolatesFromParameter = update.form() == AverageForm.LERP_FROM_PARAMETER;
        this.multiplies = update.form() == AverageForm.PRODUCTS;
        this.numbers = update.numbers();
    }

    static Kernel executed(AverageForm form, AverageNumbers numbers, List<Layout> layouts, int bits) {
        Update update = new Update(form, numbers);
        return StagedKernels.unchecked(new AverageKernel(update), update, layouts, bits, GradientForm.PLAIN);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane w = planes[0], a = planes[1];
        float kept = numbers.kept, taken = numbers.taken;
        for (int i = from; i < to; i += LANES) {
            FloatVector wi = w.load(i);
            if (copies) {
                a.store(i, wi);
            } else {
                FloatVector ai = a.load(i);
                a.store(i, interpolates ? Averages.lerp(ai, wi, kept, taken)
                        : interpolatesFromParameter ? Averages.lerpFromParameter(ai, wi, kept, taken)
                        : multiplies ? Averages.products(ai, wi, kept, taken) : Averages.mean(ai, wi, kept, taken));
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
                a.set(i, interpolates ? Averages.lerp(ai, wi, kept, taken)
                        : interpolatesFromParameter ? Averages.lerpFromParameter(ai, wi, kept, taken)
                        : multiplies ? Averages.products(ai, wi, kept, taken) : Averages.mean(ai, wi, kept, taken));
            }
        }
    }
}
