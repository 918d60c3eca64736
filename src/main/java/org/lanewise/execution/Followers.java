package org.lanewise.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.AverageForm;
import org.lanewise.splicer.Fusion;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;

/**
 * What is done to tensors besides their update: averages take the parameters in, gradients are written back as the update saw them, or
 * cleared. In the update's own loop, as a {@link Fusion}, where that can be; else to each block once it is updated, while it is in a cache.
 */
public final class Followers {
    private static final AverageForm[] FORMS = AverageForm.values();

    private final Settings settings;
    private final boolean writesGradients;
    private final Presence presence;
    private final int bits;
    private final int lanes;
    private final AverageNumbers numbers = new AverageNumbers();
    /** For each form of average what loops do; null for those that there will not be. */
    private final Fusion[] averaging = new Fusion[FORMS.length];
    private final Fusion withoutAverage;
    private final Map<List<Object>, Kernel> kernels = new HashMap<>();
    private final List<List<Layout>> gradientLayouts = new ArrayList<>();
    private final List<Kernel[]> places = new ArrayList<>();
    private AverageForm form = AverageForm.COPY;
    private boolean averagesNow;
    private float scale;
    private float bound;

    /**
     * What follows.
     *
     * @param averageForms how averages may take parameters in; none if there are no averages
     * @param averagesAlways whether they do so in every step
     * @param clears whether gradients are set to zero
     * @param writtenBack how gradients are written back; empty if they are not
     */
    public record Settings(Set<AverageForm> averageForms, boolean averagesAlways, boolean clears, Optional<GradientForm> writtenBack) {
        /** Nothing. */
        public static final Settings NONE = new Settings(Set.of(), false, false, Optional.empty());
    }

    /** Where it is done: with a kernel for each form of average, and a gradient kernel of this number. */
    record Place(Stretch averaged, Kernel[] averaging, Stretch gradients, int gradientKernel) {}

    /**
     * For the tensors of a pass.
     *
     * @param settings what follows
     * @param presence which tensors are left out
     * @param vectorBits width of the vectors
     * @param lanes elements of a vector; 1 to run plain loops only
     */
    public Followers(Settings settings, Presence presence, int vectorBits, int lanes) {
        this.settings = settings;
        this.writesGradients = settings.clears() || settings.writtenBack().isPresent();
        this.presence = presence;
        this.bits = Splicing.bits(vectorBits, lanes);
        this.lanes = lanes;
        this.withoutAverage = fusion(Optional.empty());
        for (AverageForm each : settings.averageForms()) {
            averaging[each.ordinal()] = each == AverageForm.COPY ? Fusion.NONE : fusion(Optional.of(each));
        }
    }

    /** For a stretch of planes of a member and of those that follow it. */
    Place place(Member member, Stretch stretch) {
        Stretch gradients = stretch.with(List.of(member.tensor().parameter(), member.tensor().gradient()));
        Stretch averaged = gradients;
        Kernel[] averaging = new Kernel[FORMS.length];
        if (member.average().isPresent()) {
            averaged = stretch.with(List.of(member.tensor().parameter(), member.average().get().plane()));
            for (AverageForm each : settings.averageForms()) {
                averaging[each.ordinal()] = averagingKernel(each, averaged.layouts());
            }
            places.add(averaging);
        }
        return new Place(averaged, averaging, gradients, writesGradients ? gradientKernel(gradients.layouts()) : -1);
    }

    private Kernel averagingKernel(AverageForm each, List<Layout> layouts) {
        List<Object> key = List.of(each, layouts);
        if (!kernels.containsKey(key)) {
            kernels.put(key, AverageKernel.executed(each, numbers, layouts, bits));
        }
        return kernels.get(key);
    }

    /** Number of the gradient kernel for planes of these layouts. */
    private int gradientKernel(List<Layout> layouts) {
        if (!gradientLayouts.contains(layouts)) {
            gradientLayouts.add(layouts);
        }
        return gradientLayouts.indexOf(layouts);
    }

    /**
     * Says how averages take parameters in from now on.
     *
     * @param form the form; its numbers are in {@link #numbers}
     */
    public void average(AverageForm form) {
        this.form = form;
        averagesNow = true;
    }

    /** Leaves averages as they are from now on. */
    public void leaveAverages() {
        averagesNow = false;
    }

    /**
     * Numbers that averages are computed with.
     *
     * @return to be written before a step
     */
    public AverageNumbers numbers() {
        return numbers;
    }

    /**
     * Says what gradients are written back as.
     *
     * @param scale what they are multiplied by
     * @param bound what their magnitude is limited to
     */
    public void gradients(float scale, float bound) {
        this.scale = scale;
        this.bound = bound;
    }

    /** Whether zeros that gradients are padded with became NaN as they were written back, which the next norm would see. */
    boolean spoilsPadding() {
        return settings.writtenBack().isPresent() && !Float.isFinite(scale);
    }

    boolean isActive() {
        return averagesNow || writesGradients;
    }

    /** Prepares a kernel that does it in its own loop. */
    void prepare(Kernel kernel) {
        KernelAccess.get().averageWeights(kernel, numbers.kept, numbers.taken);
    }

    /**
     * What loops of this step are to do themselves. Not an average's first update, which copies: it would take kernels for one step. Nor
     * when gradients are written back, which is not as loops see them: these may be negated.
     */
    Fusion fusion() {
        return averagesNow ? averaging[form.ordinal()] : withoutAverage;
    }

    /** What loops of some step are to do themselves. */
    List<Fusion> fusions() {
        List<Fusion> fusions = new ArrayList<>();
        for (Fusion each : averaging) {
            if (each != null && !each.equals(Fusion.NONE)) {
                fusions.add(each);
            }
        }
        if (!settings.averagesAlways() && !withoutAverage.equals(Fusion.NONE)) {
            fusions.add(withoutAverage);
        }
        return fusions;
    }

    private Fusion fusion(Optional<AverageForm> average) {
        return settings.writtenBack().isPresent() ? Fusion.NONE : new Fusion(average, settings.clears());
    }

    Worker worker() {
        return new Worker();
    }

    /** One thread's own. */
    final class Worker {
        private boolean advances = true;
        private final Kernel[] gradientKernels = new Kernel[gradientLayouts.size()];

        Worker() {
            for (int k = 0; k < gradientKernels.length; k++) {
                List<Layout> layouts = gradientLayouts.get(k);
                gradientKernels[k] = settings.writtenBack().isPresent()
                        ? WriteBackKernel.executed(layouts, bits, settings.writtenBack().get()) : ClearKernel.executed(layouts, bits);
            }
        }

        void prepare() {
            if (advances) {
                advances = StagedKernels.advance(gradientKernels);
                for (Kernel[] averaging : places) {
                    advances |= StagedKernels.advance(averaging);
                }
            }
            for (Kernel kernel : gradientKernels) {
                KernelAccess.get().gradientScale(kernel, scale);
                KernelAccess.get().gradientBound(kernel, bound);
            }
        }

        /** For elements {@code from} to {@code to - 1} of a stretch that has these tensors. */
        void run(Place place, Segments tensors, int from, int to) {
            if (averagesNow) {
                place.averaged().run(place.averaging()[form.ordinal()], from, to, lanes);
            }
            if (!writesGradients) {
                return;
            }
            Kernel kernel = gradientKernels[place.gradientKernel()];
            if (!presence.isApart()) {
                place.gradients().run(kernel, from, to, lanes);
                return;
            }
            for (int k = tensors.find(from); k < tensors.count() && tensors.from()[k] < to; k++) {
                int tensor = tensors.tensor()[k];
                if (!presence.isAbsent(tensor)) {
                    if (presence.hasScales()) {
                        KernelAccess.get().gradientScale(kernel, presence.scale(tensor));
                    }
                    place.gradients().run(kernel, Math.max(from, tensors.from()[k]), Math.min(to, tensors.to()[k]), lanes);
                }
            }
        }
    }
}
