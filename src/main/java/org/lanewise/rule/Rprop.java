package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Resilient propagation in the variant iRprop-, as {@code torch.optim.Rprop} has it, bit for bit: each parameter has a step size of its
 * own, which grows while its gradient keeps its sign and shrinks when the sign flips. Only the sign of the gradient counts.
 * <pre>{@code
 * s <- clamp(s a, minStep, maxStep)     a = etaPlus if g gPrev > 0, etaMinus if g gPrev < 0, else 1; in step 1 s a is learningRate
 * g <- 0                                if g gPrev < 0
 * w <- w - sign(g) s
 * gPrev <- g
 * }</pre>
 *
 * <p>After a flip the gradient counts as 0: the parameter rests for a step, and in the next one the step size stays. (Rprop+ takes the last
 * move back instead; iRprop+ does so if the error has grown.) The product {@code g gPrev} is rounded, so two gradients below about 1e-23
 * count as no agreement. Rprop is for full batches: noise in the signs of small batches shrinks step sizes to the minimum.
 *
 * <p>The state {@code gPrev}, PyTorch's {@code prev}, starts at 0. The state {@code s}, its {@code step_size}, is the learning rate in the
 * first step, within its bounds. Later steps do not read the rate: {@link org.lanewise.Optimizer#setLearningRate} changes nothing any more.
 * With parameter and gradient in F32 storage the rule takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>A gradient of zero leaves the parameter alone, and a step size within its bounds. So does {@code NaN}, whose sign is taken as 0 here
 * as in PyTorch; a product with it is neither above nor below 0. An infinite one is only a sign. So is one of 1e-30, except that its
 * product with another one as small is 0.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time, and were the same in 1.13.1: see {@link org.lanewise.rule}.
 *
 * <p>References: M. Riedmiller, H. Braun, <i>A direct adaptive method for faster backpropagation learning: the RPROP algorithm</i>, 1993,
 * <a href="https://doi.org/10.1109/ICNN.1993.298623">doi:10.1109/ICNN.1993.298623</a>; C. Igel, M. Hüsken, <i>Improving the Rprop
 * learning algorithm</i>, 2000; <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html">torch.optim.Rprop</a>.
 *
 * @param learningRate first step size of every parameter: finite, at least 0; 0.01 in PyTorch
 * @param etaMinus factor of a step size after a flip: above 0, below 1; 0.5 by default
 * @param etaPlus factor of a step size while the sign is kept: finite, above 1; 1.2 by default
 * @param minStep lower bound of step sizes: finite, at least 0; 1e-6 by default
 * @param maxStep upper bound of step sizes: finite, at least {@code minStep}; 50 by default
 */
public record Rprop(double learningRate, double etaMinus, double etaPlus, double minStep, double maxStep) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Rprop {
        Check.notNegative("learningRate", learningRate);
        Check.shrinking("etaMinus", etaMinus);
        Check.growing("etaPlus", etaPlus);
        Check.notNegative("minStep", minStep);
        Check.notNegative("maxStep", maxStep);
        Check.require(maxStep >= minStep, "maxStep", "at least minStep " + minStep, maxStep);
    }

    @Override
    public List<State> states() {
        return List.of(new State("gPrev"), new State("s", (float) learningRate));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final Rprop rule;
        private final float etaMinus, etaPlus;
        private float minStep, maxStep;

        Update(Rprop rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            etaMinus = (float) rule.etaMinus;
            etaPlus = (float) rule.etaPlus;
        }

        /** In the first step both bounds are the step size that it takes. */
        @Override
        public void prepare(long step, double learningRate) {
            minStep = (float) rule.minStep;
            maxStep = (float) rule.maxStep;
            if (step == 1) {
                minStep = maxStep = Math.clamp((float) learningRate, minStep, maxStep);
            }
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], gPrev = planes[2], s = planes[3];
            FloatVector one = FloatVector.broadcast(FLOATS, 1);
            FloatVector zero = FloatVector.zero(FLOATS);
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i);
                // step size: grows while the sign is kept, shrinks when it flips
                FloatVector agreement = gi.mul(gPrev.load(i));
                VectorMask<Float> kept = agreement.compare(VectorOperators.GT, zero);
                VectorMask<Float> flipped = agreement.compare(VectorOperators.LT, zero);
                FloatVector factor = one.blend(etaPlus, kept).blend(etaMinus, flipped);
                FloatVector si = s.load(i).mul(factor);
                si = si.blend(minStep, si.compare(VectorOperators.LT, minStep));
                si = si.blend(maxStep, si.compare(VectorOperators.GT, maxStep));
                // after a flip the gradient counts as 0
                gi = gi.blend(zero, flipped);
                gPrev.store(i, gi);
                s.store(i, si);
                // step against the sign, which is 0 for 0 and NaN
                FloatVector wi = w.load(i);
                FloatVector down = wi.sub(si);
                FloatVector up = wi.add(si);
                VectorMask<Float> rising = gi.compare(VectorOperators.GT, zero);
                VectorMask<Float> falling = gi.compare(VectorOperators.LT, zero);
                w.store(i, wi.blend(down, rising).blend(up, falling));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], gPrev = planes[2], s = planes[3];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                float agreement = gi * gPrev.get(i);
                float factor = agreement > 0 ? etaPlus : agreement < 0 ? etaMinus : 1;
                float si = s.get(i) * factor;
                si = si < minStep ? minStep : si > maxStep ? maxStep : si;
                gi = agreement < 0 ? 0 : gi;
                gPrev.set(i, gi);
                s.set(i, si);
                float wi = w.get(i);
                w.set(i, gi > 0 ? wi - si : gi < 0 ? wi + si : wi);
            }
        }
    }

    /**
     * With factors 0.5 and 1.2 and step sizes from 1e-6 to 50.
     *
     * @param learningRate first step size of every parameter: finite, at least 0
     */
    public Rprop(double learningRate) {
        this(learningRate, 0.5, 1.2, 1e-6, 50);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate first step size of every parameter: finite, at least 0
     */
    public Rprop withLearningRate(double learningRate) {
        return new Rprop(learningRate, etaMinus, etaPlus, minStep, maxStep);
    }

    /**
     * {@return this rule with other factors}
     * @param etaMinus factor of a step size after a flip: above 0, below 1
     * @param etaPlus factor of a step size while the sign is kept: finite, above 1
     */
    public Rprop withEtas(double etaMinus, double etaPlus) {
        return new Rprop(learningRate, etaMinus, etaPlus, minStep, maxStep);
    }

    /**
     * {@return this rule with other bounds}
     * @param minStep lower bound of step sizes: finite, at least 0
     * @param maxStep upper bound of step sizes: finite, at least {@code minStep}
     */
    public Rprop withSteps(double minStep, double maxStep) {
        return new Rprop(learningRate, etaMinus, etaPlus, minStep, maxStep);
    }
}
