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
 * AdEMAMix: Adam with a second, much slower running mean of the gradient, which remembers tens of thousands of steps.
 * <pre>{@code
 * m1 <- beta1 m1 + (1 - beta1) g
 * m2 <- beta3 m2 + (1 - beta3) g
 * nu <- beta2 nu + (1 - beta2) g^2
 * w <- (1 - learningRate weightDecay) w
 * w <- w - learningRate (m1 / c1 + alpha m2) / (sqrt(nu) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>In the first {@code warmup} steps {@code alpha} grows linearly from 0, and {@code beta3} grows from {@code beta1} so that its
 * half-life {@code log(1/2) / log(beta3)} grows linearly. The sums are fused multiply-adds; the numerator is
 * {@code fma(m2, learningRate alpha, learningRate / c1 m1)}. The states {@code m1}, {@code m2} and {@code nu} start at 0. They are
 * {@code exp_avg_fast}, {@code exp_avg_slow} and {@code exp_avg_sq} in the authors' code. With parameter and gradient in F32 storage the
 * rule takes 20 bytes per parameter, and a step moves 36. In bfloat16 {@code m2} cannot follow: a step changes it by a ten-thousandth,
 * which is lost in 8 bits.
 *
 * <p>The order is that of the authors' PyTorch code, with these departures: the learning rate is multiplied into the numerator's factors;
 * decay comes first, where the code adds it to the quotient; there is one warm-up, as in the paper's experiments, where the code has two
 * and adds 1e-8 to a beta in its half-lives. {@code alpha} is 5 in the paper's listing, 2 in the code.
 *
 * <p>A gradient of zero lets the means fade and the parameter coast on. {@code nu} fades before {@code m2}, so steps grow as long as
 * {@code sqrt(nu)} is above epsilon, by default for some 37,000 steps after gradients of 1. If epsilon and {@code nu} are 0, a gradient of
 * zero gives 0/0, {@code NaN}. One of 1e-30 is below epsilon and hardly moves the parameter. An infinite one makes the states infinite and
 * {@code w} {@code NaN} for good, as {@code NaN} does. One above {@code 1.8e19 / sqrt(1 - beta2)} overflows in {@code nu} alone, and from
 * then on its parameter does not move.
 *
 * <p>References: M. Pagliardini, P. Ablin, D. Grangier, <i>The AdEMAMix optimizer: better, faster, older</i>, 2024,
 * <a href="https://arxiv.org/abs/2409.03137">arXiv:2409.03137</a>; <a href="https://github.com/apple/ml-ademamix">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in the authors' code
 * @param beta1 what is kept of {@code m1}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code nu}: in [0, 1); 0.999 by default
 * @param beta3 what is kept of {@code m2} in the end: in [0, 1); 0.9999 by default
 * @param alpha weight of {@code m2} in the end: finite, at least 0; 5 by default
 * @param warmup steps until {@code alpha} and {@code beta3} have their values: at least 0; 0 by default, the whole run in the paper
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay part of the parameter taken off per step and learning rate: finite, at least 0; 0 by default
 */
public record AdEMAMix(double learningRate, double beta1, double beta2, double beta3, double alpha, long warmup, double epsilon,
        double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public AdEMAMix {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        Check.fraction("beta3", beta3);
        Check.notNegative("alpha", alpha);
        Check.steps("warmup", warmup);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m1"), new State("m2"), new State("nu"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final AdEMAMix rule;
        private final boolean decays;
        private final float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon;
        private float beta3, oneMinusBeta3, shrink, minusStepSize, minusSlowStepSize, rootOfCorrection2;

        Update(AdEMAMix rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            decays = rule.weightDecay != 0;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
        }

        @Override
        public void prepare(long step, double learningRate) {
            double part = step < rule.warmup ? (double) step / rule.warmup : 1;
            double kept = part == 1 ? rule.beta3
                    : StrictMath.exp(1 / ((1 - part) / StrictMath.log(rule.beta1) + part / StrictMath.log(rule.beta3)));
            beta3 = (float) kept;
            oneMinusBeta3 = (float) (1 - kept);
            shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay);
            minusStepSize = FiniteFloat.nearest(-learningRate / correction(1, step));
            minusSlowStepSize = FiniteFloat.nearest(-learningRate * part * rule.alpha);
            rootOfCorrection2 = (float) Math.sqrt(correction(2, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m1 = planes[2], m2 = planes[3], nu = planes[4];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector oneMinusBeta3 = FloatVector.broadcast(FLOATS, this.oneMinusBeta3);
            FloatVector minusSlowStepSize = FloatVector.broadcast(FLOATS, this.minusSlowStepSize);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector fast = Moments.mean(m1.load(i), beta1, gi, oneMinusBeta1);
                FloatVector slow = Moments.mean(m2.load(i), beta3, gi, oneMinusBeta3);
                FloatVector meanSquare = Moments.meanOfSquares(nu.load(i), beta2, gi, oneMinusBeta2);
                m1.store(i, fast);
                m2.store(i, slow);
                nu.store(i, meanSquare);
                wi = decays ? wi.mul(shrink) : wi;
                FloatVector root = CorrectedRoot.of(meanSquare.sqrt(), reciprocal, minusCorrection);
                w.store(i, wi.add(slow.fma(minusSlowStepSize, fast.mul(minusStepSize)).div(root.add(epsilon))));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m1 = planes[2], m2 = planes[3], nu = planes[4];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float fast = Math.fma(gi, oneMinusBeta1, m1.get(i) * beta1);
                float slow = Math.fma(gi, oneMinusBeta3, m2.get(i) * beta3);
                float meanSquare = Math.fma(gi * oneMinusBeta2, gi, nu.get(i) * beta2);
                m1.set(i, fast);
                m2.set(i, slow);
                nu.set(i, meanSquare);
                wi = decays ? wi * shrink : wi;
                float divisor = (float) Math.sqrt(meanSquare) / rootOfCorrection2 + epsilon;
                w.set(i, wi + Math.fma(slow, minusSlowStepSize, fast * minusStepSize) / divisor);
            }
        }
    }

    /**
     * With betas 0.9, 0.999 and 0.9999, alpha 5, epsilon 1e-8, no warm-up and no decay.
     * @param learningRate finite, at least 0
     */
    public AdEMAMix(double learningRate) {
        this(learningRate, 0.9, 0.999, 0.9999, 5, 0, 1e-8, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public AdEMAMix withLearningRate(double learningRate) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m1}: in [0, 1)
     * @param beta2 what is kept of {@code nu}: in [0, 1)
     * @param beta3 what is kept of {@code m2} in the end: in [0, 1)
     */
    public AdEMAMix withBetas(double beta1, double beta2, double beta3) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }

    /**
     * {@return this rule with another weight of the slow mean}
     * @param alpha weight of {@code m2} in the end: finite, at least 0
     */
    public AdEMAMix withAlpha(double alpha) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }

    /**
     * {@return this rule with a warm-up}
     * @param warmup steps until {@code alpha} and {@code beta3} have their values: at least 0
     */
    public AdEMAMix withWarmup(long warmup) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public AdEMAMix withEpsilon(double epsilon) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }

    /**
     * {@return this rule with decay of the parameters apart from the gradient}
     * @param weightDecay part taken off per step and learning rate: finite, at least 0
     */
    public AdEMAMix withWeightDecay(double weightDecay) {
        return new AdEMAMix(learningRate, beta1, beta2, beta3, alpha, warmup, epsilon, weightDecay);
    }
}
