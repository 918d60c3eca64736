package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adamax as {@code torch.optim.Adamax} has it, bit for bit: Adam with a fading maximum of the gradient's magnitude in place of the running
 * root mean square.
 * <pre>{@code
 * g <- g + weightDecay w
 * m <- m + (1 - beta1) (g - m)
 * u <- max(beta2 u, |g| + epsilon)
 * w <- w - learningRate / (1 - beta1^step) m / u
 * }</pre>
 *
 * <p>The sums in {@code g} and {@code m} are fused multiply-adds, {@code m} as {@link Adam} has it. The states {@code m} and {@code u}
 * start at 0. They are PyTorch's {@code exp_avg} and {@code exp_inf}. With parameter and gradient in F32 storage the rule takes 16 bytes
 * per parameter, and a step moves 28.
 *
 * <p>The paper has no epsilon; Keras divides by {@code u + epsilon} with {@code u = max(beta2 u, |g|)}: {@code epsilonAfterMaximum}.
 * {@code u} needs no correction, since a maximum does not start too small.
 *
 * <p>A gradient of zero lets {@code m} and {@code u} fade and the parameter coast on; if epsilon and {@code u} are 0, it gives 0/0,
 * {@code NaN}. Magnitudes are not squared, so gradients of 1e-30 and of 1e30 are as good as others, unless epsilon is larger, as by default
 * than 1e-30. An infinite one makes {@code u} infinite, {@code m} as in {@link Adam} and {@code w} {@code NaN} for good. {@code NaN} makes
 * all of them {@code NaN}.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. Before 2.0 they were others, because
 * {@code m} was {@code beta1 m + (1 - beta1) g}.
 *
 * <p>References: D. Kingma, J. Ba, <i>Adam: a method for stochastic optimization</i>, 2015, section 7.1,
 * <a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html">torch.optim.Adamax</a>.
 *
 * @param learningRate finite, at least 0; 0.002 in the paper
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code u}: in [0, 1); 0.999 by default
 * @param epsilon added to the gradient's magnitude: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param epsilonAfterMaximum whether epsilon is added to {@code u} as a divisor instead: false by default
 */
public record Adamax(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean epsilonAfterMaximum)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adamax {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("u"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final boolean decays, startsAtG, epsilonAfterMaximum;
        private final float way, beta2, epsilon, weightDecay;
        private float minusStepSize;

        Update(Adamax rule) {
            super(MethodHandles.lookup(), rule.beta1);
            decays = rule.weightDecay != 0;
            epsilonAfterMaximum = rule.epsilonAfterMaximum;
            startsAtG = Moments.startsAtNew(rule.beta1);
            way = Moments.way(rule.beta1);
            beta2 = (float) rule.beta2;
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            minusStepSize = FiniteFloat.nearest(-learningRate / correction(1, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], u = planes[3];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector way = FloatVector.broadcast(FLOATS, this.way);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                FloatVector before = m.load(i);
                FloatVector mi = Moments.lerp(before, gi, startsAtG ? gi : before, way);
                FloatVector size = epsilonAfterMaximum ? gi.abs() : gi.abs().add(epsilon);
                FloatVector ui = u.load(i).mul(beta2).max(size);
                m.store(i, mi);
                u.store(i, ui);
                w.store(i, wi.add(mi.mul(minusStepSize).div(epsilonAfterMaximum ? ui.add(epsilon) : ui)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], u = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                float before = m.get(i);
                float mi = Math.fma(gi - before, way, startsAtG ? gi : before);
                float size = epsilonAfterMaximum ? Math.abs(gi) : Math.abs(gi) + epsilon;
                float ui = Math.max(u.get(i) * beta2, size);
                m.set(i, mi);
                u.set(i, ui);
                w.set(i, wi + mi * minusStepSize / (epsilonAfterMaximum ? ui + epsilon : ui));
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8 and no options.
     *
     * @param learningRate finite, at least 0
     */
    public Adamax(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    /**
     * PyTorch's arguments; its {@code maximize} is an option of the optimizer.
     * @param learningRate finite, at least 0
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     */
    public Adamax(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adamax withLearningRate(double learningRate) {
        return new Adamax(learningRate, beta1, beta2, epsilon, weightDecay, epsilonAfterMaximum);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code u}: in [0, 1)
     */
    public Adamax withBetas(double beta1, double beta2) {
        return new Adamax(learningRate, beta1, beta2, epsilon, weightDecay, epsilonAfterMaximum);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the gradient's magnitude: finite, at least 0
     */
    public Adamax withEpsilon(double epsilon) {
        return new Adamax(learningRate, beta1, beta2, epsilon, weightDecay, epsilonAfterMaximum);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Adamax withWeightDecay(double weightDecay) {
        return new Adamax(learningRate, beta1, beta2, epsilon, weightDecay, epsilonAfterMaximum);
    }

    /**
     * {@return this rule with epsilon added after the maximum or before it}
     * @param epsilonAfterMaximum whether after it
     */
    public Adamax withEpsilonAfterMaximum(boolean epsilonAfterMaximum) {
        return new Adamax(learningRate, beta1, beta2, epsilon, weightDecay, epsilonAfterMaximum);
    }
}
