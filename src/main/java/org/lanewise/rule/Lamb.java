package org.lanewise.rule;

import java.util.List;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;

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
 * {@code learningRate trust} are rounded to float once. {@code u} is computed once for the norm and again for the update, from the same
 * numbers to the same bits, also where states are kept as bfloat16. Sums over elements are fused multiply-adds; {@code v} adds
 * {@code ((1 - beta2) g) g}, and its root is corrected without a division, as in {@link Adam}. States, from 0: {@code m}, {@code v}; 16
 * bytes per parameter with parameter and gradient in F32 storage, 44 moved by a step: 16 for the norms, 28 for the update.
 *
 * <p>This is the algorithm 2 of the paper's later versions; its first one and some codes leave the bias correction out
 * ({@link #withBiasCorrection}). NVIDIA's and DeepSpeed's also clip the gradient of all tensors together, which this does not. Some bound
 * the trust itself; here bounds are those of {@code |w|}, the paper's {@code phi}, by default none. Others leave biases and normalization
 * out of decay and scaling: give them a store and a rule of their own.
 *
 * <p>A tensor of zeros moves as if {@code trust} were 1, and so does one whose {@code u} is all 0, which moves nothing. A gradient of zero
 * lets {@code m} and {@code v} fade and the parameter coast on; with epsilon and {@code v} 0 it gives 0/0, {@code NaN} for the whole
 * tensor. One of 1e-30 squares to 0, and {@code u} is what epsilon and decay make of it, but by its length the tensor moves as far as ever.
 * An infinite or {@code NaN} one makes {@code u} {@code NaN} and with {@code |u|} the whole tensor; one above
 * {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v} and stops its own parameter, but for decay. Other tensors are
 * not affected.
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
        return List.of(new Measure(new LambKernel.Norms(this), "w", "u"));
    }

    @Override
    public Kernel kernel() {
        return new LambKernel.Update(this);
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-6, weight decay 0.01, bias correction and without bounds.
     * @param learningRate finite, at least 0
     */
    public Lamb(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-6, 0.01, true, 0, Double.POSITIVE_INFINITY);
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
