package org.lanewise.rule;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;

/**
 * RMSprop as {@code torch.optim.RMSprop} has it, bit for bit: the gradient is divided by a running root mean square of itself.
 * <pre>{@code
 * g <- g + weightDecay w
 * v <- alpha v + (1 - alpha) g^2
 * gAvg <- gAvg + (1 - alpha) (g - gAvg)                centered
 * u = g / (sqrt(v) + epsilon)                          centered: g / (sqrt(v - gAvg^2) + epsilon)
 * w <- w - learningRate u                              with momentum: b <- momentum b + u; w <- w - learningRate b
 * }</pre>
 *
 * <p>The sums in {@code g}, {@code v}, {@code gAvg}, {@code v - gAvg^2} and {@code w - learningRate b} are fused multiply-adds; {@code v}
 * adds {@code ((1 - alpha) g) g}. The states start at 0: {@code v}, PyTorch's {@code square_avg}; if centered {@code gAvg}, its
 * {@code grad_avg}; with momentum {@code b}, its {@code momentum_buffer}. With parameter and gradient in F32 storage the rule takes 12 to
 * 20 bytes per parameter; a step moves 20, and 8 more for each of {@code gAvg} and {@code b}.
 *
 * <p>Options give other frameworks' conventions:
 * <pre>{@code
 * epsilonInRoot       u = g / sqrt(v + epsilon)                               Keras, optax, TensorFlow
 * initialAccumulator  v starts there                                          1 in TensorFlow
 * learningRateInside  b <- momentum b + learningRate u;  w <- w - b           Keras, TensorFlow
 * }</pre>
 *
 * <p>The options combine, the first with centering too. Without momentum {@code learningRate g} is divided by the root, in Keras' order.
 *
 * <p>A gradient of zero lets {@code v} fade and moves nothing without momentum; if epsilon and {@code v} are 0, it gives 0/0, {@code NaN}.
 * The square of 1e-30 is 0, so such a gradient is divided by epsilon alone. An infinite one makes {@code v} infinite, {@code u}
 * {@code NaN}, and so {@code w} {@code NaN} for good. One above {@code 1.8e19 / sqrt(1 - alpha)}, by default 1.8e20, overflows in {@code v}
 * alone and moves nothing from then on, except by the momentum so far. {@code NaN} makes all of them {@code NaN}.
 *
 * <p>Centered, {@code v - gAvg^2} falls towards 0 where gradients hardly vary, and rounding can make it negative. Its root is {@code NaN},
 * as in PyTorch: with an alpha of 0.9 in step 133 if every gradient is 3. With {@code clampedVariance} it is at least 0. The gradient is
 * then divided by epsilon alone, so an epsilon of 1e-8 makes leaps: choose one as large as the least spread of gradients that should count.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. They were the same in 1.13.1, except if
 * centered: before 2.0 {@code gAvg} was {@code alpha gAvg + (1 - alpha) g}.
 *
 * <p>References: T. Tieleman, G. Hinton, <i>Lecture 6.5 - rmsprop</i>, 2012; A. Graves, <i>Generating sequences with recurrent neural
 * networks</i>, 2013, <a href="https://arxiv.org/abs/1308.0850">arXiv:1308.0850</a> (centered);
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html">torch.optim.RMSprop</a>.
 *
 * @param learningRate finite, at least 0; 0.01 in PyTorch
 * @param alpha what is kept of the running averages: in [0, 1]; 0.99 by default
 * @param epsilon added to the root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param momentum what is kept of {@code b}: finite, at least 0; 0 by default
 * @param centered whether the variance replaces the mean square
 * @param epsilonInRoot whether epsilon is added to {@code v} instead: false by default
 * @param initialAccumulator first value of {@code v}: finite, at least 0; 0 by default
 * @param learningRateInside whether {@code b} holds moves with the learning rates of their steps; no effect without momentum
 * @param clampedVariance whether {@code v - gAvg^2} is at least 0: false by default; no effect without centered
 */
public record RmsProp(double learningRate, double alpha, double epsilon, double weightDecay, double momentum, boolean centered,
        boolean epsilonInRoot, double initialAccumulator, boolean learningRateInside, boolean clampedVariance) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public RmsProp {
        Check.notNegative("learningRate", learningRate);
        Check.fractionOrOne("alpha", alpha);
        Check.notNegative("epsilon", epsilon);
        Check.notNegative("weightDecay", weightDecay);
        Check.notNegative("momentum", momentum);
        Check.notNegative("initialAccumulator", initialAccumulator);
    }

    @Override
    public List<State> states() {
        List<State> states = new ArrayList<>();
        states.add(new State("v", (float) initialAccumulator));
        if (centered) {
            states.add(new State("gAvg"));
        }
        if (momentum != 0) {
            states.add(new State("b"));
        }
        return List.copyOf(states);
    }

    @Override
    public Kernel kernel() {
        return new RmsPropKernel(this);
    }

    /**
     * With {@code alpha} 0.99, {@code epsilon} 1e-8 and no options.
     * @param learningRate finite, at least 0
     */
    public RmsProp(double learningRate) {
        this(learningRate, 0.99, 1e-8, 0, 0, false);
    }

    /**
     * PyTorch's arguments; its {@code maximize} is an option of the optimizer.
     * @param learningRate finite, at least 0
     * @param alpha in [0, 1]
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     * @param momentum finite, at least 0
     * @param centered whether the variance replaces the mean square
     */
    public RmsProp(double learningRate, double alpha, double epsilon, double weightDecay, double momentum, boolean centered) {
        this(learningRate, alpha, epsilon, weightDecay, momentum, centered, false, 0, false, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public RmsProp withLearningRate(double learningRate) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with another {@code alpha}}
     * @param alpha what is kept of the running averages: in [0, 1]
     */
    public RmsProp withAlpha(double alpha) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the root: finite, at least 0
     */
    public RmsProp withEpsilon(double epsilon) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public RmsProp withWeightDecay(double weightDecay) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with momentum}
     * @param momentum what is kept of {@code b}: finite, at least 0
     */
    public RmsProp withMomentum(double momentum) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with or without centering}
     * @param centered whether the variance replaces the mean square
     */
    public RmsProp withCentered(boolean centered) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with epsilon inside or outside the root}
     * @param epsilonInRoot whether it is inside
     */
    public RmsProp withEpsilonInRoot(boolean epsilonInRoot) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with another first {@code v}}
     * @param initialAccumulator first value of {@code v}: finite, at least 0
     */
    public RmsProp withInitialAccumulator(double initialAccumulator) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with the learning rate inside or outside {@code b}}
     * @param learningRateInside whether it is inside
     */
    public RmsProp withLearningRateInside(boolean learningRateInside) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }

    /**
     * {@return this rule with a variance that may be negative by rounding, or is at least 0}
     * @param clampedVariance whether it is at least 0; no effect without centered
     */
    public RmsProp withClampedVariance(boolean clampedVariance) {
        return new RmsProp(learningRate, alpha, epsilon, weightDecay, momentum, centered, epsilonInRoot,
                initialAccumulator, learningRateInside, clampedVariance);
    }
}
