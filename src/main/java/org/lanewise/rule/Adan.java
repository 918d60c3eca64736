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
 * Adan, "adaptive Nesterov momentum": means of the gradient and of its change are divided by a root mean square of the gradient that looks
 * ahead by that change.
 * <pre>{@code
 * d <- g - gPrev                                            0 in the first step
 * m <- beta1 m + (1 - beta1) g
 * v <- beta2 v + (1 - beta2) d
 * n <- beta3 n + (1 - beta3) (g + beta2 d)^2
 * gPrev <- g
 * w <- w - learningRate (m / c1 + beta2 v / c2) / (sqrt(n) / sqrt(c3) + epsilon)      ck = 1 - betak^step
 * w <- w / (1 + learningRate weightDecay)
 * }</pre>
 *
 * <p>The sums are fused multiply-adds; the numerator is {@code fma(v, learningRate beta2 / c2, learningRate / c1 m)}. The states {@code m},
 * {@code v}, {@code n} and {@code gPrev} start at 0. They are {@code exp_avg}, {@code exp_avg_diff}, {@code exp_avg_sq} and, negated,
 * {@code neg_pre_grad} in the authors' code. With parameter and gradient in F32 storage the rule takes 24 bytes per parameter, and a step
 * moves 44. In bfloat16 {@code gPrev} keeps 8 bits, and changes of the gradient below 0.4 % are noise.
 *
 * <p>Betas are what is kept, as in the authors' code and optax; the paper's are 1 minus these. The order is that of the authors' PyTorch
 * code, except that there is one quotient, as in the paper, where the code adds two, and that decay is a product with the reciprocal.
 * {@code proximal} is the paper's decay; without it, as in optax, the step starts with {@code w (1 - learningRate weightDecay)}.
 *
 * <p>A gradient of zero lets the parameter coast on; if epsilon and {@code n} are 0, it gives 0/0, {@code NaN}. One of 1e-30 is below
 * epsilon and hardly moves the parameter. An infinite one or {@code NaN} makes {@code w} {@code NaN} for good, and so does a change of more
 * than 3.4e38. One above about 1e20 overflows in {@code n}, and from then on its parameter does not move.
 *
 * <p>References: X. Xie, P. Zhou, H. Li, Z. Lin, S. Yan, <i>Adan: adaptive Nesterov momentum algorithm for faster optimizing deep
 * models</i>, 2022, <a href="https://arxiv.org/abs/2208.06677">arXiv:2208.06677</a>, algorithm 1;
 * <a href="https://github.com/sail-sg/Adan">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in the authors' code
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.98 by default
 * @param beta2 what is kept of {@code v}, and weight of the change: in [0, 1); 0.92 by default
 * @param beta3 what is kept of {@code n}: in [0, 1); 0.99 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay decay of the parameter per step and learning rate: finite, at least 0; 0 by default, 0.02 in the paper's experiments
 * @param proximal whether decay divides after the step or multiplies before it: true by default; no effect without weightDecay
 */
public record Adan(double learningRate, double beta1, double beta2, double beta3, double epsilon, double weightDecay, boolean proximal)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adan {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        Check.fraction("beta3", beta3);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("v"), new State("n"), new State("gPrev"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final Adan rule;
        private final boolean shrinksBefore, shrinksAfter;
        private final float beta1, beta2, beta3, oneMinusBeta1, oneMinusBeta3, epsilon;
        private float oneMinusBeta2, weightOfChange, shrink, minusStepSize, minusStepSizeOfChange, rootOfCorrection3;

        Update(Adan rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2, rule.beta3);
            this.rule = rule;
            shrinksBefore = rule.weightDecay != 0 && !rule.proximal;
            shrinksAfter = rule.weightDecay != 0 && rule.proximal;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            beta3 = (float) rule.beta3;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta3 = (float) (1 - rule.beta3);
            epsilon = (float) rule.epsilon;
        }

        /** A change counts for nothing in the first step, where {@code gPrev} is not yet a gradient. */
        @Override
        public void prepare(long step, double learningRate) {
            oneMinusBeta2 = step == 1 ? 0 : (float) (1 - rule.beta2);
            weightOfChange = step == 1 ? 0 : beta2;
            double decay = learningRate * rule.weightDecay;
            shrink = FiniteFloat.nearest(rule.proximal ? 1 / (1 + decay) : 1 - decay);
            minusStepSize = FiniteFloat.nearest(-learningRate / correction(1, step));
            minusStepSizeOfChange = FiniteFloat.nearest(-learningRate * rule.beta2 / correction(2, step));
            rootOfCorrection3 = (float) Math.sqrt(correction(3, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], n = planes[4], gPrev = planes[5];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector oneMinusBeta3 = FloatVector.broadcast(FLOATS, this.oneMinusBeta3);
            FloatVector weightOfChange = FloatVector.broadcast(FLOATS, this.weightOfChange);
            FloatVector minusStepSizeOfChange = FloatVector.broadcast(FLOATS, this.minusStepSizeOfChange);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection3);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection3);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector change = gi.sub(gPrev.load(i));
                // running means of the gradient, of its change, and of the square of the gradient ahead
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector vi = Moments.mean(v.load(i), beta2, change, oneMinusBeta2);
                FloatVector ni = Moments.meanOfSquares(n.load(i), beta3, change.fma(weightOfChange, gi), oneMinusBeta3);
                m.store(i, mi);
                v.store(i, vi);
                n.store(i, ni);
                gPrev.store(i, gi);
                // step; decay multiplies before it, proximal decay divides after it
                FloatVector divisor = CorrectedRoot.of(ni.sqrt(), reciprocal, minusCorrection).add(epsilon);
                wi = shrinksBefore ? wi.mul(shrink) : wi;
                wi = wi.add(vi.fma(minusStepSizeOfChange, mi.mul(minusStepSize)).div(divisor));
                w.store(i, shrinksAfter ? wi.mul(shrink) : wi);
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], n = planes[4], gPrev = planes[5];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float change = gi - gPrev.get(i);
                float ahead = Math.fma(change, weightOfChange, gi);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float vi = Math.fma(change, oneMinusBeta2, v.get(i) * beta2);
                float ni = Math.fma(ahead * oneMinusBeta3, ahead, n.get(i) * beta3);
                m.set(i, mi);
                v.set(i, vi);
                n.set(i, ni);
                gPrev.set(i, gi);
                float divisor = (float) Math.sqrt(ni) / rootOfCorrection3 + epsilon;
                wi = shrinksBefore ? wi * shrink : wi;
                wi += Math.fma(vi, minusStepSizeOfChange, mi * minusStepSize) / divisor;
                w.set(i, shrinksAfter ? wi * shrink : wi);
            }
        }
    }

    /**
     * With betas 0.98, 0.92 and 0.99, epsilon 1e-8 and no decay.
     * @param learningRate finite, at least 0
     */
    public Adan(double learningRate) {
        this(learningRate, 0.98, 0.92, 0.99, 1e-8, 0, true);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adan withLearningRate(double learningRate) {
        return new Adan(learningRate, beta1, beta2, beta3, epsilon, weightDecay, proximal);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}, and weight of the change: in [0, 1)
     * @param beta3 what is kept of {@code n}: in [0, 1)
     */
    public Adan withBetas(double beta1, double beta2, double beta3) {
        return new Adan(learningRate, beta1, beta2, beta3, epsilon, weightDecay, proximal);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public Adan withEpsilon(double epsilon) {
        return new Adan(learningRate, beta1, beta2, beta3, epsilon, weightDecay, proximal);
    }

    /**
     * {@return this rule with decay of the parameters apart from the gradient}
     * @param weightDecay decay per step and learning rate: finite, at least 0
     */
    public Adan withWeightDecay(double weightDecay) {
        return new Adan(learningRate, beta1, beta2, beta3, epsilon, weightDecay, proximal);
    }

    /**
     * {@return this rule with the paper's decay or the common one}
     * @param proximal whether decay divides after the step, or multiplies before
     */
    public Adan withProximal(boolean proximal) {
        return new Adan(learningRate, beta1, beta2, beta3, epsilon, weightDecay, proximal);
    }
}
