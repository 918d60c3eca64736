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
import org.lanewise.kernel.Sums;

/**
 * LAMB: {@link AdamW}'s direction, in every tensor scaled to the length of the tensor itself.
 * <pre>{@code
 * m <- beta1 m + (1 - beta1) g
 * v <- beta2 v + (1 - beta2) g^2
 * u = (m / c1) / (sqrt(v) / sqrt(c2) + epsilon) + weightDecay w      c1 = 1 - beta1^step, c2 = 1 - beta2^step; 1 without biasCorrection
 * trust = min(max(|w|, lowerTrustBound), upperTrustBound) / |u|      1 where |w| or |u| is 0
 * w <- w - learningRate trust u
 * }</pre>
 *
 * <p>{@code |w|} and {@code |u|} are Euclidean norms of a whole tensor, from sums in double precision; {@code 1 / c1} and
 * {@code learningRate trust} are rounded to float once. Sums over elements are fused multiply-adds; {@code v} adds
 * {@code ((1 - beta2) g) g}, and its root is corrected as in {@link Adam}. The states {@code m} and {@code v} start at 0. With parameter
 * and gradient in F32 storage the rule takes 16 bytes per parameter, and a step moves 44: 16 for the norms, 28 for the update.
 *
 * <p>This is algorithm 2 of the paper's later versions. The first one leaves {@code biasCorrection} out. NVIDIA's and DeepSpeed's also clip
 * the gradient of all tensors together; this rule does not. Some bound the trust itself; here the bounds are those of {@code |w|}, the
 * paper's {@code phi}, by default none. Some leave biases and normalization out of decay and scaling: give those their own store.
 *
 * <p>A tensor of zeros moves as if {@code trust} were 1; one whose {@code u} is all 0 does not move. A gradient of zero lets {@code m} and
 * {@code v} fade. The tensor coasts on, as far as ever, because {@code u} is scaled, however small it is, up to a
 * {@code learningRate trust} of 3.4e38: with decay it shrinks, without decay it moves on for good, since {@code m} does not fade beyond the
 * smallest subnormal floats. {@link org.lanewise.OptimizerBuilder#flushSubnormals} ends that. If epsilon and {@code v} are 0, a gradient of
 * zero gives 0/0, {@code NaN} for the whole tensor. The square of 1e-30 is 0, so {@code u} is what epsilon and decay make of it, and the
 * tensor moves as far as with other gradients. An infinite or {@code NaN} gradient makes {@code u} {@code NaN} and with {@code |u|} the
 * whole tensor, and so does a {@code u} beyond the floats, where {@code v} is 0 and {@code m / epsilon} above 3.4e38. A gradient above
 * {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v} and stops its own parameter, except for decay. Other tensors
 * are not affected.
 *
 * <p>Reference: Y. You, J. Li, S. Reddi et al., <i>Large batch optimization for deep learning: training BERT in 76 minutes</i>, 2020,
 * <a href="https://arxiv.org/abs/1904.00962">arXiv:1904.00962</a>, algorithm 2.
 *
 * @param learningRate finite, at least 0
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-6 by default
 * @param weightDecay factor of the parameter in {@code u}: finite, at least 0; 0.01 by default
 * @param biasCorrection whether {@code m} and {@code v} are corrected for their start at zero; true by default
 * @param lowerTrustBound the least length of a tensor that counts: finite, at least 0; 0 by default
 * @param upperTrustBound the largest length of a tensor that counts: at least lowerTrustBound; infinite by default
 */
public record Lamb(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean biasCorrection,
        double lowerTrustBound, double upperTrustBound) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Lamb {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        Check.notNegative("lowerTrustBound", lowerTrustBound);
        Check.require(upperTrustBound >= lowerTrustBound, "upperTrustBound", "at least lowerTrustBound " + lowerTrustBound,
                upperTrustBound);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("v"));
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure(new Norms(this), "w", "u"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    /** Both loops compute {@code u}: the first for its norm, the second to move by it. */
    private abstract static class Loop extends BiasCorrectedKernel {
        final Lamb rule;
        final float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon, weightDecay;
        double learningRate;
        float oneOverCorrection1, rootOfCorrection2;

        Loop(Lamb rule, MethodHandles.Lookup lookup) {
            super(lookup, rule.beta1, rule.beta2);
            this.rule = rule;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = learningRate;
            oneOverCorrection1 = rule.biasCorrection ? (float) (1 / correction(1, step)) : 1;
            rootOfCorrection2 = rule.biasCorrection ? (float) Math.sqrt(correction(2, step)) : 1;
        }

        static FloatVector u(FloatVector w, FloatVector weightDecay, FloatVector m, float oneOverC1, FloatVector root, float epsilon) {
            return w.fma(weightDecay, m.mul(oneOverC1).div(root.add(epsilon)));
        }
    }

    private static final class Norms extends Loop {
        Norms(Lamb rule) {
            super(rule, MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], wSum = planes[4], uSum = planes[5];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                FloatVector root = CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection);
                wSum.store(i, wi);
                uSum.store(i, Loop.u(wi, weightDecay, mi, oneOverCorrection1, root, epsilon));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], wSum = planes[4], uSum = planes[5];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                float root = (float) Math.sqrt(vi) / rootOfCorrection2;
                wSum.set(i, wi);
                uSum.set(i, Math.fma(wi, weightDecay, mi * oneOverCorrection1 / (root + epsilon)));
            }
        }
    }

    private static final class Update extends Loop {
        private float minusRate;

        Update(Lamb rule) {
            super(rule, MethodHandles.lookup());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double w = Math.sqrt(sums.ofSquares(0)), u = Math.sqrt(sums.ofSquares(1));
            double trust = w == 0 || u == 0 ? 1 : Math.min(Math.max(w, rule.lowerTrustBound), rule.upperTrustBound) / u;
            minusRate = FiniteFloat.nearest(-learningRate * trust);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector minusRate = FloatVector.broadcast(FLOATS, this.minusRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                FloatVector root = CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection);
                m.store(i, mi);
                v.store(i, vi);
                w.store(i, Loop.u(wi, weightDecay, mi, oneOverCorrection1, root, epsilon).fma(minusRate, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                float root = (float) Math.sqrt(vi) / rootOfCorrection2;
                m.set(i, mi);
                v.set(i, vi);
                w.set(i, Math.fma(Math.fma(wi, weightDecay, mi * oneOverCorrection1 / (root + epsilon)), minusRate, wi));
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-6, weight decay 0.01, bias correction and without bounds.
     * @param learningRate finite, at least 0
     */
    public Lamb(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-6, 0.01, true, 0, Double.POSITIVE_INFINITY);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Lamb withLearningRate(double learningRate) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public Lamb withBetas(double beta1, double beta2) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public Lamb withEpsilon(double epsilon) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }

    /**
     * {@return this rule with another weight decay}
     * @param weightDecay factor of the parameter in {@code u}: finite, at least 0
     */
    public Lamb withWeightDecay(double weightDecay) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }

    /**
     * {@return this rule with or without correction of {@code m} and {@code v} for their start at zero}
     * @param biasCorrection whether they are corrected
     */
    public Lamb withBiasCorrection(boolean biasCorrection) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }

    /**
     * {@return this rule with other bounds of the length of a tensor in {@code trust}}
     * @param lowerTrustBound finite, at least 0
     * @param upperTrustBound at least lowerTrustBound; infinite for none
     */
    public Lamb withTrustBounds(double lowerTrustBound, double upperTrustBound) {
        return new Lamb(learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection, lowerTrustBound, upperTrustBound);
    }
}
