package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/**
 * NovoGrad: momentum of gradients that are divided by a running length of their whole tensor's gradient.
 * <pre>{@code
 * v <- |g|^2                                                         in the first step
 * v <- beta2 v + (1 - beta2) |g|^2                                   in all others
 * m <- beta1 m + share (g / (sqrt(v) + epsilon) + weightDecay w)     share = 1, with gradientAveraging 1 - beta1
 * w <- w - learningRate m
 * }</pre>
 *
 * <p>{@code |g|} is the Euclidean norm of a whole tensor, from a sum in double precision; {@code v}, one number for each tensor, and
 * {@code 1 / (sqrt(v) + epsilon)} are rounded to float once. The sums over elements are fused multiply-adds. The states are {@code m},
 * which starts at 0, and {@code v}. With parameter and gradient in F32 storage the rule takes 12 bytes per parameter, and a step moves 24:
 * 4 for the norm, 20 for the update.
 *
 * <p>This is the paper's algorithm 1. NVIDIA's code too has {@code gradientAveraging} as an option, and the same start of {@code v}. Optax
 * starts {@code v} at {@code |g|^2} as well, with betas 0.9 and 0.25 and epsilon 1e-6 by default. Decay is inside {@code m}.
 *
 * <p>A gradient of zero lets {@code m} fade and the parameter coast on; if epsilon is 0 and a tensor's gradients were all zero so far, it
 * gives {@code 0 inf}, {@code NaN} for the whole tensor. Gradients of 1e-30 have a {@code v} that rounds to 0, and are divided by epsilon
 * alone. {@code v} is infinite for good from a {@code |g|} of 1.8e19 on in the first step, of {@code 1.8e19 / sqrt(1 - beta2)} later, by
 * default 1.3e20: the tensor moves by {@code m} and decay only. An infinite gradient does the same, and makes its own parameter
 * {@code NaN}. {@code NaN} makes {@code v} and so the whole tensor {@code NaN}. Other tensors are not affected.
 *
 * <p>Reference: B. Ginsburg, P. Castonguay, O. Hrinchuk et al., <i>Stochastic gradient methods with layer-wise adaptive moments for
 * training of deep networks</i>, 2019, <a href="https://arxiv.org/abs/1905.11286">arXiv:1905.11286</a>, algorithm 1.
 *
 * @param learningRate finite, at least 0
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.95 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.98 by default
 * @param epsilon added to the root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter in {@code m}: finite, at least 0; 0 by default
 * @param gradientAveraging whether {@code m} is a mean, not a sum; false by default
 */
public record NovoGrad(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean gradientAveraging)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public NovoGrad {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("v", Extent.TENSOR));
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure(new Norm(this), "g"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Norm extends Kernel {
        Norm(NovoGrad rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], gSum = planes[4];
            for (int i = from; i < to; i += LANES) {
                gSum.store(i, g.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], gSum = planes[4];
            for (int i = from; i < to; i++) {
                gSum.set(i, g.get(i));
            }
        }
    }

    private static final class Update extends Kernel {
        private final NovoGrad rule;
        private final float beta1, weightDecay, share;
        private boolean isFirstStep;
        private float scale;

        Update(NovoGrad rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            beta1 = (float) rule.beta1;
            weightDecay = (float) rule.weightDecay;
            share = rule.gradientAveraging ? (float) (1 - rule.beta1) : 1;
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate);
            isFirstStep = step == 1;
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double squares = sums.ofSquares(0);
            Plane v = planes[3];
            v.set(0, (float) (isFirstStep ? squares : rule.beta2 * v.get(0) + (1 - rule.beta2) * squares));
            scale = (float) (1 / (Math.sqrt(v.get(0)) + rule.epsilon));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay), share = FloatVector.broadcast(FLOATS, this.share);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i);
                FloatVector mi = wi.fma(weightDecay, g.load(i).mul(scale)).fma(share, m.load(i).mul(beta1));
                m.store(i, mi);
                w.store(i, mi.fma(minusLearningRate, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            for (int i = from; i < to; i++) {
                float wi = w.get(i);
                float mi = Math.fma(Math.fma(wi, weightDecay, g.get(i) * scale), share, m.get(i) * beta1);
                m.set(i, mi);
                w.set(i, Math.fma(mi, minusLearningRate, wi));
            }
        }
    }

    /**
     * With betas 0.95 and 0.98, epsilon 1e-8, without weight decay and gradient averaging.
     * @param learningRate finite, at least 0
     */
    public NovoGrad(double learningRate) {
        this(learningRate, 0.95, 0.98, 1e-8, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public NovoGrad withLearningRate(double learningRate) {
        return new NovoGrad(learningRate, beta1, beta2, epsilon, weightDecay, gradientAveraging);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public NovoGrad withBetas(double beta1, double beta2) {
        return new NovoGrad(learningRate, beta1, beta2, epsilon, weightDecay, gradientAveraging);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the root: finite, at least 0
     */
    public NovoGrad withEpsilon(double epsilon) {
        return new NovoGrad(learningRate, beta1, beta2, epsilon, weightDecay, gradientAveraging);
    }

    /**
     * {@return this rule with another weight decay}
     * @param weightDecay factor of the parameter in {@code m}: finite, at least 0
     */
    public NovoGrad withWeightDecay(double weightDecay) {
        return new NovoGrad(learningRate, beta1, beta2, epsilon, weightDecay, gradientAveraging);
    }

    /**
     * {@return this rule with {@code m} a mean, or a sum}
     * @param gradientAveraging whether it is a mean
     */
    public NovoGrad withGradientAveraging(boolean gradientAveraging) {
        return new NovoGrad(learningRate, beta1, beta2, epsilon, weightDecay, gradientAveraging);
    }
}
