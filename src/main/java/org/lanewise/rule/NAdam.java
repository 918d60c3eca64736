package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.scalar.MomentumSchedule;

/**
 * NAdam as {@code torch.optim.NAdam} has it, bit for bit: Adam that looks ahead as {@link Nesterov} does, with a {@code mu} that grows to
 * {@code beta1}.
 * <pre>{@code
 * g <- g + weightDecay w                                            decoupled: w <- w (1 - learningRate weightDecay)
 * m <- m + (1 - beta1) (g - m)
 * v <- beta2 v + (1 - beta2) g^2
 * r = sqrt(v / (1 - beta2^step)) + epsilon
 * w <- w - learningRate (1 - mu) / (1 - p) g / r                    mu = beta1 (1 - 0.96^(step momentumDecay) / 2)
 * w <- w - learningRate muNext / (1 - p muNext) m / r               p = mu of step 1 times ... times mu of this step
 * }</pre>
 *
 * <p>{@code muNext} is the next step's {@code mu}. The sums in {@code g}, {@code m} and {@code v} are fused multiply-adds, {@code m} as
 * {@link Adam} has it. {@code p}, PyTorch's {@code mu_product}, is a product of 32-bit floats; it follows from the step and is no state
 * here. The states {@code m} and {@code v} start at 0. They are PyTorch's {@code exp_avg} and {@code exp_avg_sq}. With parameter and
 * gradient in F32 storage the rule takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. 1.13.1 had other numbers: it multiplied
 * {@code p muNext} by {@code mu} once more. The paper leaves the schedule of {@code mu} open; that of Keras 3 is the one with
 * {@code momentumDecay} 1.
 *
 * <p>A gradient of zero lets {@code m} and {@code v} fade and the parameter coast on; if epsilon and {@code v} are 0, it gives 0/0,
 * {@code NaN}. One of 1e-30 is divided by epsilon alone. An infinite one makes {@code w} {@code NaN} for good. One above
 * {@code 1.8e19 / sqrt(1 - beta2)} overflows in {@code v} alone, and from then on its parameter does not move; nor does it from 1.8e19 on
 * in early steps, as long as {@code v / (1 - beta2^step)} overflows. {@code NaN} makes all of them {@code NaN}.
 *
 * <p>References: T. Dozat, <i>Incorporating Nesterov momentum into Adam</i>, 2016,
 * <a href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">ICLR workshop</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html">torch.optim.NAdam</a>.
 *
 * @param learningRate finite, at least 0; 0.002 in PyTorch
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter in its decay: finite, at least 0; 0 by default
 * @param momentumDecay how fast {@code mu} grows from half of {@code beta1} to it: finite, at least 0; 0.004 by default
 * @param decoupledWeightDecay whether decay is apart from the gradient, as in {@link AdamW}; no effect without weightDecay
 */
public record NAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay,
        boolean decoupledWeightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public NAdam {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        Check.notNegative("momentumDecay", momentumDecay);
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
        private final NAdam rule;
        private final MomentumSchedule schedule;
        private final boolean decays, shrinks, startsAtG;
        private final float way, beta2, oneMinusBeta2, epsilon, weightDecay;
        private float shrink, minusStepOfG, minusStepOfM, correction2;

        Update(NAdam rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            schedule = new MomentumSchedule(rule.beta1, rule.momentumDecay);
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
            double mu = schedule.mu(step), muNext = schedule.mu(step + 1), p = schedule.product(step);
            shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay);
            minusStepOfG = FiniteFloat.nearest(-learningRate * (1 - mu) / (1 - p));
            minusStepOfM = FiniteFloat.nearest(-learningRate * muNext / (1 - p * muNext));
            correction2 = (float) correction(2, step);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector way = FloatVector.broadcast(FLOATS, this.way);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                wi = shrinks ? wi.mul(shrink) : wi;
                FloatVector before = m.load(i);
                FloatVector mi = Moments.lerp(before, gi, startsAtG ? gi : before, way);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                m.store(i, mi);
                v.store(i, vi);
                // step by the gradient, then by the mean as the next step will weigh it
                FloatVector root = vi.div(correction2).sqrt().add(epsilon);
                w.store(i, wi.add(gi.mul(minusStepOfG).div(root)).add(mi.mul(minusStepOfM).div(root)));
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
                float root = (float) Math.sqrt(vi / correction2) + epsilon;
                w.set(i, wi + gi * minusStepOfG / root + mi * minusStepOfM / root);
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8, momentum decay 0.004 and no options.
     * @param learningRate finite, at least 0
     */
    public NAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, 0.004, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public NAdam withLearningRate(double learningRate) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public NAdam withBetas(double beta1, double beta2) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public NAdam withEpsilon(double epsilon) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter in its decay: finite, at least 0
     */
    public NAdam withWeightDecay(double weightDecay) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with another growth of {@code mu}}
     * @param momentumDecay how fast it grows: finite, at least 0
     */
    public NAdam withMomentumDecay(double momentumDecay) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }

    /**
     * {@return this rule with weight decay on the parameter or on its gradient}
     * @param decoupledWeightDecay whether decay shrinks the parameter itself
     */
    public NAdam withDecoupledWeightDecay(boolean decoupledWeightDecay) {
        return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay);
    }
}
