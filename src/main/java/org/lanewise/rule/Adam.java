package org.lanewise.rule;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;

/**
 * Adam as {@code torch.optim.Adam} has it, bit for bit: a running mean of the gradient divided by a running root mean square of it,
 * both corrected for their start at zero.
 * <pre>{@code
 * g <- g + weightDecay w
 * m <- beta1 m + (1 - beta1) g
 * v <- beta2 v + (1 - beta2) g^2
 * vMax <- max(vMax, v)                                               with amsgrad, and v is vMax below
 * w <- w - learningRate / c1 m / (sqrt(v) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>The sums in {@code g}, {@code m} and {@code v} are fused multiply-adds; {@code v} adds {@code ((1 - beta2) g) g}. States, all from
 * 0: {@code m}, {@code v} and with amsgrad {@code vMax}, PyTorch's {@code exp_avg}, {@code exp_avg_sq} and {@code max_exp_avg_sq}. 16
 * bytes per parameter with parameter and gradient in F32 storage, 28 moved by a step; with amsgrad 20 and 36.
 *
 * <p>{@code sqrt(v) / sqrt(c2)} is computed without a division, to the same bits. The paper's "epsilon hat", in Keras,
 * TensorFlow, DJL and ND4J, leaves epsilon out of the correction: another rule.
 *
 * <p>A gradient of zero lets {@code m} and {@code v} fade and the parameter coast on; with epsilon and {@code v} 0 it gives 0/0,
 * {@code NaN}. An infinite one makes {@code m} and {@code v} infinite and {@code w} {@code NaN} for good. One above
 * {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v} alone and moves nothing from then on. {@code NaN} makes all
 * of them {@code NaN}.
 *
 * <p>References: D. Kingma, J. Ba, <i>Adam: a method for stochastic optimization</i>, 2015,
 * <a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>; S. Reddi, S. Kale, S. Kumar, <i>On the convergence of Adam and
 * beyond</i>, 2018, <a href="https://arxiv.org/abs/1904.09237">arXiv:1904.09237</a> (amsgrad).
 *
 * @param learningRate finite, at least 0; 0.001 in the paper
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param amsgrad whether {@code v} never shrinks
 * @param maximize whether the objective is maximized
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad,
        boolean maximize) implements Rule, AdamKernel.Form {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adam {
        Check.ofAdamsKind(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8 and no options.
     * @param learningRate finite, at least 0
     */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, false, false);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public Adam withBetas(double beta1, double beta2) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public Adam withEpsilon(double epsilon) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
    }

    /**
     * {@return this rule with L2 weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Adam withWeightDecay(double weightDecay) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
    }

    /**
     * {@return this rule with or without amsgrad}
     * @param amsgrad whether {@code v} never shrinks
     */
    public Adam withAmsgrad(boolean amsgrad) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
    }

    /**
     * {@return this rule for minimizing or maximizing}
     * @param maximize whether the objective is maximized
     */
    public Adam withMaximize(boolean maximize) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, maximize);
    }

    @Override
    public List<State> states() {
        return Stream.of("m", "v", "vMax").limit(amsgrad ? 3 : 2).map(State::new).toList();
    }

    @Override
    public Kernel kernel() {
        return new AdamKernel(this);
    }
}
