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
 * RAdam as {@code torch.optim.RAdam} has it, bit for bit: Adam whose step is shortened while {@code v} is an average of few gradients, and
 * that is momentum without a division in its first steps.
 * <pre>{@code
 * g <- g + weightDecay w                         decoupled: w <- w (1 - learningRate weightDecay)
 * m <- m + (1 - beta1) (g - m)
 * v <- beta2 v + (1 - beta2) g^2
 * d = m / (1 - beta1^step) learningRate          rho = rhoInf - 2 step beta2^step / (1 - beta2^step), rhoInf = 2 / (1 - beta2) - 1
 * w <- w - d (1 / (sqrt(v) + epsilon) sqrt(1 - beta2^step)) r         if rho > 5; else w <- w - d
 *          r = sqrt((rho - 4) (rho - 2) rhoInf / ((rhoInf - 4) (rhoInf - 2) rho))
 * }</pre>
 *
 * <p>With the default {@code beta2} the first five steps are momentum, as large as the gradient. The sums in {@code g}, {@code m} and
 * {@code v} are fused multiply-adds, {@code m} as {@link Adam} has it. The states {@code m} and {@code v} start at 0. They are PyTorch's
 * {@code exp_avg} and {@code exp_avg_sq}. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter, and a step
 * moves 28.
 *
 * <p>The paper divides from {@code rho > 4} on and has no epsilon; PyTorch adds epsilon to the root before the correction, unlike Adam.
 *
 * <p>A gradient of zero lets {@code m} and {@code v} fade and the parameter coast on; if epsilon and {@code v} are 0, it gives 0 times
 * infinity, {@code NaN}, once {@code v} counts. The square of 1e-30 is 0: such a gradient is taken as it is in the first steps, and later
 * divided by epsilon alone. An infinite one makes {@code v} infinite, and {@code m} as in {@link Adam} infinite and in the next step
 * {@code NaN}. {@code w} follows {@code m} in the first steps, and is {@code NaN} at once after them. One above
 * {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v} alone, and its parameter does not move once {@code v} counts.
 * {@code NaN} makes all of them {@code NaN}.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. Before 2.0 they were others, because
 * {@code m} was {@code beta1 m + (1 - beta1) g}.
 *
 * <p>References: L. Liu, H. Jiang, P. He et al., <i>On the variance of the adaptive learning rate and beyond</i>, 2020,
 * <a href="https://arxiv.org/abs/1908.03265">arXiv:1908.03265</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html">torch.optim.RAdam</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in PyTorch
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter in its decay: finite, at least 0; 0 by default
 * @param decoupledWeightDecay whether decay is apart from the gradient, as in {@link AdamW}; no effect without weightDecay
 */
public record RAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean decoupledWeightDecay)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public RAdam {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("v"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final RAdam rule;
        private final boolean decays, shrinks, startsAtG;
        private final float way, beta2, oneMinusBeta2, epsilon, weightDecay;
        private float learningRate, shrink, correction1, rootOfCorrection2, rectification;
        private boolean isRectified;

        Update(RAdam rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            decays = rule.weightDecay != 0 && !rule.decoupledWeightDecay;
            shrinks = rule.weightDecay != 0 && rule.decoupledWeightDecay;
            startsAtG = Moments.startsAtNew(rule.beta1);
            way = Moments.way(rule.beta1);
            beta2 = (float) rule.beta2;
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            double c2 = correction(2, step);
            double rhoInf = 2 / (1 - rule.beta2) - 1;
            double rho = rhoInf - 2 * step * power(2, step) / c2;
            isRectified = rho > 5;
            rectification = (float) Math.sqrt((rho - 4) * (rho - 2) * rhoInf / ((rhoInf - 4) * (rhoInf - 2) * rho));
            rootOfCorrection2 = (float) Math.sqrt(c2);
            correction1 = (float) correction(1, step);
            shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay);
            this.learningRate = (float) learningRate;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            boolean isRectified = this.isRectified;
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector way = FloatVector.broadcast(FLOATS, this.way);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector one = FloatVector.broadcast(FLOATS, 1);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                wi = shrinks ? wi.mul(shrink) : wi;
                FloatVector before = m.load(i);
                FloatVector mi = Moments.lerp(before, gi, startsAtG ? gi : before, way);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                m.store(i, mi);
                v.store(i, vi);
                // step of momentum, divided by the root once enough gradients are in it
                FloatVector d = mi.div(correction1).mul(learningRate);
                if (isRectified) {
                    FloatVector inverse = one.div(vi.sqrt().add(epsilon)).mul(rootOfCorrection2);
                    w.store(i, wi.sub(d.mul(inverse).mul(rectification)));
                } else {
                    w.store(i, wi.sub(d));
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                wi = shrinks ? wi * shrink : wi;
                float before = m.get(i);
                float mi = Math.fma(gi - before, way, startsAtG ? gi : before);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                m.set(i, mi);
                v.set(i, vi);
                float d = mi / correction1 * learningRate;
                float inverse = 1 / ((float) Math.sqrt(vi) + epsilon) * rootOfCorrection2;
                w.set(i, isRectified ? wi - d * inverse * rectification : wi - d);
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8 and no options.
     * @param learningRate finite, at least 0
     */
    public RAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public RAdam withLearningRate(double learningRate) {
        return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public RAdam withBetas(double beta1, double beta2) {
        return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the root: finite, at least 0
     */
    public RAdam withEpsilon(double epsilon) {
        return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter in its decay: finite, at least 0
     */
    public RAdam withWeightDecay(double weightDecay) {
        return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with weight decay on the parameter or on its gradient}
     * @param decoupledWeightDecay whether decay shrinks the parameter itself
     */
    public RAdam withDecoupledWeightDecay(boolean decoupledWeightDecay) {
        return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay);
    }
}
