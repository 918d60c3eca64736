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
 * AdamW as {@code torch.optim.AdamW} has it, bit for bit: {@link Adam} with weight decay that shrinks the parameter itself. It is not added
 * to the gradient, and so not divided by the root mean square.
 * <pre>{@code
 * w <- w (1 - learningRate weightDecay)
 * m <- m + (1 - beta1) (g - m)
 * v <- beta2 v + (1 - beta2) g^2
 * vMax <- max(vMax, v)                                               with amsgrad, and v is vMax below
 * w <- w - learningRate / c1 m / (sqrt(v) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>The first line is one product with a factor that is rounded once. The rest is {@link Adam}'s: states, bytes, the options
 * {@code epsilonHat}, {@code epsilonRoot} and {@code correctedMaximum}, and what gradients that are zero, 1e-30, infinite or {@code NaN}
 * do, except that decay also shrinks a parameter that Adam would not move. Without decay this is Adam, by bits.
 *
 * <p>With {@code updateClipping} this is StableAdamW. In each tensor {@code learningRate}, that of the decay too, is divided by
 * <pre>{@code
 * max(1, RMS)      RMS = sqrt(mean of (g / max(sqrt(v) / sqrt(c2), epsilon))^2), with v as the third line leaves it, not vMax
 * }</pre>
 *
 * <p>This is computed in double precision from ratios rounded to float. It keeps a gradient that is much larger than {@code v} expects from
 * making a leap. A step moves 8 bytes per parameter more. A {@code NaN} gradient makes the whole tensor {@code NaN}, and no other. So does
 * an infinite one and, with epsilon 0, one that was always zero.
 *
 * <p>The decay is {@code learningRate weightDecay} per step, as in PyTorch, Keras and optax. The paper multiplies {@code weightDecay} by a
 * schedule alone, not by the learning rate. Keras has 0.004 for a default.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time: see {@link org.lanewise.rule}. Before 2.0 they were others, as
 * {@link Adam}'s.
 *
 * <p>References: I. Loshchilov, F. Hutter, <i>Decoupled weight decay regularization</i>, 2019,
 * <a href="https://arxiv.org/abs/1711.05101">arXiv:1711.05101</a>; M. Wortsman, T. Dettmers, L. Zettlemoyer et al., <i>Stable and
 * low-precision training for large-scale vision-language models</i>, 2023, <a href="https://arxiv.org/abs/2304.13013">arXiv:2304.13013</a>,
 * algorithm 2 (update clipping);
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html">torch.optim.AdamW</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in PyTorch
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay what a step takes off the parameter, over the learning rate: finite, at least 0; 0.01 by default
 * @param amsgrad whether {@code v} never shrinks
 * @param epsilonHat whether epsilon is left out of the correction: false by default; not together with epsilonRoot or correctedMaximum
 * @param epsilonRoot added to the corrected {@code v}, under the root: finite, at least 0; 0 by default
 * @param correctedMaximum whether amsgrad's maximum is that of corrected {@code v}: false by default; no effect without amsgrad
 * @param updateClipping whether a tensor whose gradients are larger than {@code v} expects takes a shorter step: false by default
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad,
        boolean epsilonHat, double epsilonRoot, boolean correctedMaximum, boolean updateClipping) implements Rule, AdamKernel.Form {
    /**
     * Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range, or if epsilonHat is
     * combined with epsilonRoot or correctedMaximum.
     */
    public AdamW {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        AdamChecks.conventions(epsilonHat, epsilonRoot, correctedMaximum);
    }

    @Override
    public List<State> states() {
        return amsgrad ? List.of(new State("m"), new State("v"), new State("vMax")) : List.of(new State("m"), new State("v"));
    }

    @Override
    public List<Measure> measures() {
        return updateClipping ? List.of(new Measure(new UpdateRms(this), "u")) : List.of();
    }

    @Override
    public Kernel kernel() {
        return new AdamKernel(this);
    }

    /** How large gradients are against the root that {@code v} will have with them. */
    private static final class UpdateRms extends BiasCorrectedKernel {
        private final boolean amsgrad;
        private final float beta2, oneMinusBeta2, epsilon;
        private float rootOfCorrection2;

        UpdateRms(AdamW rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            amsgrad = rule.amsgrad;
            beta2 = (float) rule.beta2;
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
        }

        @Override
        public void prepare(long step, double learningRate) {
            rootOfCorrection2 = (float) Math.sqrt(correction(2, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], v = planes[3];
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                FloatVector ui = gi.div(CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection).max(epsilon));
                // the sum's plane follows the states
                if (amsgrad) {
                    Plane u = planes[5];
                    u.store(i, ui);
                } else {
                    Plane u = planes[4];
                    u.store(i, ui);
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], v = planes[3];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                float ui = gi / Math.max((float) Math.sqrt(vi) / rootOfCorrection2, epsilon);
                if (amsgrad) {
                    Plane u = planes[5];
                    u.set(i, ui);
                } else {
                    Plane u = planes[4];
                    u.set(i, ui);
                }
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01 and no options.
     * @param learningRate finite, at least 0
     */
    public AdamW(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0.01, false);
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
    public AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, false, 0, false, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public AdamW withLearningRate(double learningRate) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public AdamW withBetas(double beta1, double beta2) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public AdamW withEpsilon(double epsilon) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with another weight decay}
     * @param weightDecay what a step takes off the parameter, over the learning rate: finite, at least 0
     */
    public AdamW withWeightDecay(double weightDecay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with or without amsgrad}
     * @param amsgrad whether {@code v} never shrinks
     */
    public AdamW withAmsgrad(boolean amsgrad) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with epsilon left out of the correction, or in it}
     * @param epsilonHat whether it is left out; not together with epsilonRoot or correctedMaximum
     */
    public AdamW withEpsilonHat(boolean epsilonHat) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with an epsilon inside the root}
     * @param epsilonRoot added to the corrected {@code v}: finite, at least 0
     */
    public AdamW withEpsilonRoot(double epsilonRoot) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with {@code vMax} of corrected or of raw {@code v}}
     * @param correctedMaximum whether of corrected ones
     */
    public AdamW withCorrectedMaximum(boolean correctedMaximum) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }

    /**
     * {@return this rule with or without StableAdamW's update clipping}
     * @param updateClipping whether the learning rate of a tensor is divided by its RMS where that is above 1
     */
    public AdamW withUpdateClipping(boolean updateClipping) {
        return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, epsilonHat, epsilonRoot, correctedMaximum,
                updateClipping);
    }
}
