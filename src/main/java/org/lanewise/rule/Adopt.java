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
 * ADOPT: Adam that divides the gradient by a root mean square of the gradients before it and takes the mean of the quotients. It converges
 * for any {@code beta2}.
 * <pre>{@code
 * v <- g^2                                                    in the first step, which does nothing else
 * w <- (1 - learningRate weightDecay) w                       if decoupled; if not, g <- g + weightDecay w
 * u <- clamp(g / max(sqrt(v), epsilon), -c, c)                c = (step - 1)^(1/4); not clamped without clip
 * m <- beta1 m + (1 - beta1) u
 * w <- w - learningRate m
 * v <- beta2 v + (1 - beta2) g^2
 * }</pre>
 *
 * <p>The sums are fused multiply-adds. The states {@code m} and {@code v} start at 0. They are {@code exp_avg} and {@code exp_avg_sq} in
 * the authors' code. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter, and a step moves 28. With the
 * default {@code beta2} of 0.9999, {@code v} cannot follow in bfloat16.
 *
 * <p>The order is that of the authors' PyTorch code of November 2024, which has no bias correction, counts steps from 0 and writes
 * {@code m} as {@code m + (1 - beta1) (u - m)}. {@code clip} is the revised paper's. The paper's first version has none, so that a gradient
 * near 0 in the first step makes the second one huge.
 *
 * <p>A gradient of zero lets {@code m} fade and the parameter coast on; if epsilon and {@code v} are 0, it gives 0/0, {@code NaN}. The
 * square of 1e-30 is 0, and such a gradient counts as {@code 1e-30 / epsilon} as long as {@code v} is 0. One above
 * {@code 1.8e19 / sqrt(1 - beta2)}, by default 1.8e21, or 1.8e19 in the first step, makes {@code v} infinite, after which the parameter
 * coasts to rest. So does an infinite one. With clip it counts as {@code c} itself, or makes {@code w} {@code NaN} if {@code v} is infinite
 * already; without clip it makes {@code w} infinite or {@code NaN} for good. {@code NaN} makes all of them {@code NaN}.
 *
 * <p>References: S. Taniguchi, K. Harada, G. Minegishi et al., <i>ADOPT: modified Adam can converge with any beta2 with the optimal
 * rate</i>, 2024, <a href="https://arxiv.org/abs/2411.02853">arXiv:2411.02853</a>;
 * <a href="https://github.com/iShohei220/adopt">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in the paper
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.9999 by default
 * @param epsilon least divisor: finite, at least 0; 1e-6 by default
 * @param weightDecay decay of the parameter: finite, at least 0; 0 by default
 * @param decoupledWeightDecay whether decay is apart from the gradient: false by default; no effect without weightDecay
 * @param clip whether the normalized gradient is clamped; true by default
 */
public record Adopt(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean decoupledWeightDecay,
        boolean clip) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adopt {
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

    private static final class Update extends Kernel {
        private final boolean decays, shrinks, clips;
        private final double decay;
        private final float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon, weightDecay;
        private boolean isFirst;
        private float shrink, bound;

        Update(Adopt rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0 && !rule.decoupledWeightDecay;
            shrinks = rule.weightDecay != 0 && rule.decoupledWeightDecay;
            clips = rule.clip;
            decay = rule.weightDecay;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate);
            isFirst = step == 1;
            shrink = FiniteFloat.nearest(1 - learningRate * decay);
            bound = (float) Math.sqrt(Math.sqrt(step - 1));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                if (isFirst) {
                    v.store(i, gi.mul(gi));
                } else {
                    FloatVector vi = v.load(i);
                    // gradient divided by the root of those before it
                    FloatVector u = gi.div(vi.sqrt().max(epsilon));
                    u = clips ? u.max(-bound).min(bound) : u;
                    FloatVector mi = Moments.mean(m.load(i), beta1, u, oneMinusBeta1);
                    m.store(i, mi);
                    v.store(i, Moments.meanOfSquares(vi, beta2, gi, oneMinusBeta2));
                    wi = shrinks ? wi.mul(shrink) : wi;
                    w.store(i, mi.fma(minusLearningRate, wi));
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                if (isFirst) {
                    v.set(i, gi * gi);
                } else {
                    float vi = v.get(i);
                    float u = gi / Math.max((float) Math.sqrt(vi), epsilon);
                    u = clips ? Math.min(Math.max(u, -bound), bound) : u;
                    float mi = Math.fma(u, oneMinusBeta1, m.get(i) * beta1);
                    m.set(i, mi);
                    v.set(i, Math.fma(gi * oneMinusBeta2, gi, vi * beta2));
                    wi = shrinks ? wi * shrink : wi;
                    w.set(i, Math.fma(mi, minusLearningRate, wi));
                }
            }
        }
    }

    /**
     * With betas 0.9 and 0.9999, epsilon 1e-6, clipping and no other options.
     * @param learningRate finite, at least 0
     */
    public Adopt(double learningRate) {
        this(learningRate, 0.9, 0.9999, 1e-6, 0, false, true);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adopt withLearningRate(double learningRate) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public Adopt withBetas(double beta1, double beta2) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon least divisor: finite, at least 0
     */
    public Adopt withEpsilon(double epsilon) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay decay of the parameter: finite, at least 0
     */
    public Adopt withWeightDecay(double weightDecay) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }

    /**
     * {@return this rule with decay in the parameter or in the gradient}
     * @param decoupledWeightDecay whether decay is apart from the gradient
     */
    public Adopt withDecoupledWeightDecay(boolean decoupledWeightDecay) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }

    /**
     * {@return this rule with or without clipping}
     * @param clip whether the normalized gradient is clamped
     */
    public Adopt withClip(boolean clip) {
        return new Adopt(learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, clip);
    }
}
