package org.lanewise.rule;

import java.util.List;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;

/**
 * Adam as {@code torch.optim.Adam} has it, bit for bit: a running mean of the gradient is divided by a running root mean square of it. Both
 * are corrected for their start at zero.
 * <pre>{@code
 * g <- g + weightDecay w
 * m <- m + (1 - beta1) (g - m)
 * v <- beta2 v + (1 - beta2) g^2
 * vMax <- max(vMax, v)                                               with amsgrad, and v is vMax below
 * w <- w - learningRate / c1 m / (sqrt(v) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>The sums in {@code g}, {@code m} and {@code v} are fused multiply-adds; {@code v} adds {@code ((1 - beta2) g) g}. If {@code 1 - beta1}
 * is at least a half as a float, {@code m} is {@code g - beta1 (g - m)}, as PyTorch's {@code lerp} has it. The states
 * {@code m}, {@code v} and, with amsgrad, {@code vMax} start at 0. They are PyTorch's {@code exp_avg}, {@code exp_avg_sq} and
 * {@code max_exp_avg_sq}. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter and a step moves 28; with
 * amsgrad it takes 20 and moves 36.
 *
 * <p>{@code sqrt(v) / sqrt(c2)} is computed without a division, to the same bits. Options give the quotients of other frameworks:
 * <pre>{@code
 * epsilonHat        w <- w - learningRate sqrt(c2) / c1 m / (sqrt(v) + epsilon)                Keras, TensorFlow, DJL, ND4J
 * epsilonRoot       w <- w - learningRate / c1 m / (sqrt(v / c2 + epsilonRoot) + epsilon)      optax
 * correctedMaximum  vMax <- max(vMax, v / c2), and v / c2 is vMax above                        optax.amsgrad
 * }</pre>
 *
 * <p>With {@code epsilonHat}, epsilon weighs {@code 1 / sqrt(c2)} times as much, by default 32 times in the first step. The factor of
 * {@code m} is one number, as in Keras; optax multiplies by {@code 1 / c1} before the division and by the learning rate after it, which
 * rounds differently. {@code v / c2} is a division, and it is infinite for gradients from 1.8e19 on.
 *
 * <p>A gradient of zero lets {@code m} and {@code v} fade and the parameter coast on; if epsilon and {@code v} are 0, it gives 0/0,
 * {@code NaN}. The square of 1e-30 is 0, so such a gradient is divided by epsilon alone. An infinite gradient makes {@code v} and
 * {@code m} infinite and {@code w} {@code NaN} for good; {@code m} is {@code NaN} from the next step on, or at once if {@code beta1} is at
 * most a half. A gradient above {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v} alone, and from then on its
 * parameter does not move. {@code NaN} makes all of them {@code NaN}.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. Before 2.0 they were others, because
 * {@code m} was {@code beta1 m + (1 - beta1) g}.
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
 * @param epsilonHat whether epsilon is left out of the correction: false by default; not together with epsilonRoot or correctedMaximum
 * @param epsilonRoot added to the corrected {@code v}, under the root: finite, at least 0; 0 by default
 * @param correctedMaximum whether amsgrad's maximum is that of corrected {@code v}: false by default; no effect without amsgrad
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad, boolean epsilonHat,
        double epsilonRoot, boolean correctedMaximum) implements Rule, AdamKernel.Form {
    /**
     * Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range, or if epsilonHat is
     * combined with epsilonRoot or correctedMaximum.
     */
    public Adam {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        AdamChecks.conventions(epsilonHat, epsilonRoot, correctedMaximum);
    }

    @Override
    public List<State> states() {
        return amsgrad ? List.of(new State("m"), new State("v"), new State("vMax")) : List.of(new State("m"), new State("v"));
    }

    @Override
    public Kernel kernel() {
        return new AdamKernel(this);
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8 and no options.
     * @param learningRate finite, at least 0
     */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    /**
     * PyTorch's arguments; its {@code maximize} is an option of the optimizer.
     * @param learningRate finite, at least 0
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     * @param amsgrad whether {@code v} never shrinks
     */
    public Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, false, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adam withLearningRate(double learningRate) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public Adam withBetas(double beta1, double beta2) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public Adam withEpsilon(double epsilon) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with L2 weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Adam withWeightDecay(double weightDecay) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with or without amsgrad}
     * @param amsgrad whether {@code v} never shrinks
     */
    public Adam withAmsgrad(boolean amsgrad) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with epsilon left out of the correction, or in it}
     * @param epsilonHat whether it is left out; not together with epsilonRoot or correctedMaximum
     */
    public Adam withEpsilonHat(boolean epsilonHat) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with an epsilon inside the root}
     * @param epsilonRoot added to the corrected {@code v}: finite, at least 0
     */
    public Adam withEpsilonRoot(double epsilonRoot) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }

    /**
     * {@return this rule with {@code vMax} of corrected or of raw {@code v}}
     * @param correctedMaximum whether of corrected ones
     */
    public Adam withCorrectedMaximum(boolean correctedMaximum) {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum);
    }
}
