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
 * Signum: every parameter moves by the learning rate, in the direction opposite to the sign of the momentum. Without momentum this is
 * signSGD.
 * <pre>{@code
 * m <- beta m + (1 - beta) g                 m is g if beta is 0
 * w <- (1 - learningRate weightDecay) w
 * w <- w - learningRate sign(m)
 * }</pre>
 *
 * <p>The sum is a fused multiply-add on the rounded {@code beta m}. The state {@code m} starts at 0 and exists only if beta is not 0. With
 * parameter and gradient in F32 storage the rule takes 12 bytes per parameter and a step moves 20; without momentum it takes 8 and moves
 * 12.
 *
 * <p>The order is that of MXNet's {@code Signum}, which keeps {@code -m}. Its {@code wd_lh} is this {@code weightDecay}, its L2 decay
 * {@code wd} is left out, and signSGD decays as Signum does. Optax's {@code signum} has no decay. The paper has neither decay nor a default
 * of beta; 0.9 is that of MXNet and optax.
 *
 * <p>{@code sign(0)} is 0: if the gradient and {@code m} are zero, the parameter only decays. If only the gradient is zero, the parameter
 * moves on, as far as ever, and as long as {@code m} is not 0. That is for good with a beta above 0.5: {@code m} shrinks to a few of the
 * smallest subnormal floats, which times beta round to themselves. With
 * {@link org.lanewise.OptimizerBuilder#flushSubnormals} it ends when {@code m} is below 2^-126, some 810 steps after a gradient of 1 by
 * default. An infinite gradient is only a sign, and makes {@code m} infinite: the parameter moves that way for good, or rests after an
 * infinite gradient of the other sign. {@code NaN} makes {@code m} {@code NaN}, whose sign counts as 0 as in MXNet: from then on the
 * parameter only decays. Without momentum all of this lasts one step. A gradient of 1e-30 counts as much as one of 1.
 *
 * <p>References: J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, <i>signSGD: compressed optimisation for non-convex
 * problems</i>, 2018, <a href="https://arxiv.org/abs/1802.04434">arXiv:1802.04434</a>, algorithms 1 and 2;
 * <a href="https://github.com/apache/mxnet/blob/master/python/mxnet/optimizer/signum.py">MXNet's code</a>.
 *
 * @param learningRate length of every step: finite, at least 0; 0.01 in MXNet
 * @param beta what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param weightDecay part of the parameter taken off per step and learning rate: finite, at least 0; 0 by default
 */
public record Signum(double learningRate, double beta, double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Signum {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta", beta);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return beta == 0 ? List.of() : List.of(new State("m"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays, hasMomentum;
        private final double weightDecay;
        private final float beta, oneMinusBeta;
        private float learningRate, shrink;

        Update(Signum rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            hasMomentum = rule.beta != 0;
            weightDecay = rule.weightDecay;
            beta = (float) rule.beta;
            oneMinusBeta = (float) (1 - rule.beta);
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = (float) learningRate;
            shrink = FiniteFloat.nearest(1 - learningRate * weightDecay);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            FloatVector learningRate = FloatVector.broadcast(FLOATS, this.learningRate);
            FloatVector oneMinusBeta = FloatVector.broadcast(FLOATS, this.oneMinusBeta);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), direction = g.load(i);
                if (hasMomentum) {
                    Plane m = planes[2];
                    direction = Moments.mean(m.load(i), beta, direction, oneMinusBeta);
                    m.store(i, direction);
                }
                wi = decays ? wi.mul(shrink) : wi;
                w.store(i, SignStep.down(wi, direction, learningRate));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), direction = g.get(i);
                if (hasMomentum) {
                    Plane m = planes[2];
                    direction = Math.fma(direction, oneMinusBeta, m.get(i) * beta);
                    m.set(i, direction);
                }
                wi = decays ? wi * shrink : wi;
                w.set(i, wi - (direction > 0 ? learningRate : direction < 0 ? -learningRate : 0));
            }
        }
    }

    /**
     * With beta 0.9 and no decay.
     * @param learningRate finite, at least 0
     */
    public Signum(double learningRate) {
        this(learningRate, 0.9, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate length of every step: finite, at least 0
     */
    public Signum withLearningRate(double learningRate) {
        return new Signum(learningRate, beta, weightDecay);
    }

    /**
     * {@return this rule with another beta}
     * @param beta what is kept of {@code m}: in [0, 1)
     */
    public Signum withBeta(double beta) {
        return new Signum(learningRate, beta, weightDecay);
    }

    /**
     * {@return this rule with decay of the parameters apart from the gradient}
     * @param weightDecay part taken off per step and learning rate: finite, at least 0
     */
    public Signum withWeightDecay(double weightDecay) {
        return new Signum(learningRate, beta, weightDecay);
    }
}
