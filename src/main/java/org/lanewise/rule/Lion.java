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

/**
 * Lion, "evolved sign momentum": every parameter moves by the learning rate, in the direction opposite to the sign of a mean of the
 * gradient and the momentum.
 * <pre>{@code
 * w <- (1 - learningRate weightDecay) w
 * w <- w - learningRate sign(beta1 m + (1 - beta1) g)
 * m <- beta2 m + (1 - beta2) g
 * }</pre>
 *
 * <p>The sums are fused multiply-adds on the rounded {@code beta m}. The state {@code m} starts at 0; it is {@code exp_avg} in the authors'
 * code. With parameter and gradient in F32 storage the rule takes 12 bytes per parameter, and a step moves 20.
 *
 * <p>The order is that of the authors' PyTorch code, where decay comes before the step and apart from the gradient. That code has no fused
 * multiply-adds, so a sum close to 0 can have the other sign. The authors' JAX code, optax and the paper add the decay to the sign, which
 * is the same except for rounding; optax decays by 0.001 by default. All steps are of one size, so the paper takes learning rates 3 to 10
 * times smaller than AdamW's, and weight decays as much larger.
 *
 * <p>{@code sign(0)} is 0: if the gradient and {@code m} are zero, the parameter only decays. If only the gradient is zero, the parameter
 * moves on, as far as ever, and as long as {@code m} is not 0. That is for good with a {@code beta2} above 0.5: {@code m} shrinks to a few
 * of the smallest subnormal floats, which times {@code beta2} round to themselves. With
 * {@link org.lanewise.OptimizerBuilder#flushSubnormals} it ends when {@code m} is below 2^-126, some 8,200 steps after a gradient of 1 by
 * default. An infinite gradient is only a sign, and makes {@code m} infinite: the parameter moves that way for good, or rests after an
 * infinite gradient of the other sign or with a beta of 0. {@code NaN} makes {@code m} {@code NaN}, whose sign counts as 0 as in PyTorch:
 * from then on the parameter only decays. A gradient of 1e-30 counts as much as one of 1.
 *
 * <p>References: X. Chen, C. Liang, D. Huang et al., <i>Symbolic discovery of optimization algorithms</i>, 2023,
 * <a href="https://arxiv.org/abs/2302.06675">arXiv:2302.06675</a>, algorithm 2;
 * <a href="https://github.com/google/automl/tree/master/lion">the authors' code</a>.
 *
 * @param learningRate length of every step: finite, at least 0; 1e-4 in the paper's code
 * @param beta1 weight of {@code m} in the direction: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code m}: in [0, 1); 0.99 by default
 * @param weightDecay part of the parameter taken off per step and learning rate: finite, at least 0; 0 by default
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Lion {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta1", beta1);
        Check.fraction("beta2", beta2);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays;
        private final double weightDecay;
        private final float beta1, beta2, oneMinusBeta1, oneMinusBeta2;
        private float learningRate, shrink;

        Update(Lion rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            weightDecay = rule.weightDecay;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = (float) learningRate;
            shrink = FiniteFloat.nearest(1 - learningRate * weightDecay);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            FloatVector learningRate = FloatVector.broadcast(FLOATS, this.learningRate);
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i), mi = m.load(i);
                wi = decays ? wi.mul(shrink) : wi;
                w.store(i, SignStep.down(wi, Moments.mean(mi, beta1, gi, oneMinusBeta1), learningRate));
                m.store(i, Moments.mean(mi, beta2, gi, oneMinusBeta2));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i), mi = m.get(i);
                float c = Math.fma(gi, oneMinusBeta1, mi * beta1);
                wi = decays ? wi * shrink : wi;
                w.set(i, wi - (c > 0 ? learningRate : c < 0 ? -learningRate : 0));
                m.set(i, Math.fma(gi, oneMinusBeta2, mi * beta2));
            }
        }
    }

    /**
     * With betas 0.9 and 0.99 and no decay.
     * @param learningRate finite, at least 0
     */
    public Lion(double learningRate) {
        this(learningRate, 0.9, 0.99, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate length of every step: finite, at least 0
     */
    public Lion withLearningRate(double learningRate) {
        return new Lion(learningRate, beta1, beta2, weightDecay);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 weight of {@code m} in the direction: in [0, 1)
     * @param beta2 what is kept of {@code m}: in [0, 1)
     */
    public Lion withBetas(double beta1, double beta2) {
        return new Lion(learningRate, beta1, beta2, weightDecay);
    }

    /**
     * {@return this rule with decay of the parameters apart from the gradient}
     * @param weightDecay part taken off per step and learning rate: finite, at least 0
     */
    public Lion withWeightDecay(double weightDecay) {
        return new Lion(learningRate, beta1, beta2, weightDecay);
    }
}
