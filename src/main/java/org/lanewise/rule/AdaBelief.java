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
 * AdaBelief: Adam divided by how far gradients are from their running mean, not by how large they are. Steps are long where the gradient is
 * as expected.
 * <pre>{@code
 * m <- beta1 m + (1 - beta1) g
 * s <- beta2 s + (1 - beta2) (g - m)^2 + epsilon
 * w <- (1 - learningRate weightDecay) w
 * w <- w - learningRate / c1 m / (sqrt(s) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>The sums in {@code m} and {@code s} are fused multiply-adds; epsilon is added to the rounded one. The states {@code m} and {@code s}
 * start at 0. They are {@code exp_avg} and {@code exp_avg_var} in the authors' code. With parameter and gradient in F32 storage the rule
 * takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>Epsilon stays in {@code s} and is added to it in every step, as in the paper and the authors' code. Optax takes the distance of
 * {@code g} from {@code m} as it was before the step. The order is that of the authors' PyTorch package 0.2, whose options this rule lacks:
 * {@code amsgrad}, and {@code rectify}, which is on by default there and is not in the paper. Epsilon is 1e-16 by default, as there since
 * version 0.1; earlier versions and the paper's image experiments had 1e-8. The decay is that package's default, {@code weight_decouple}.
 *
 * <p>Gradients of zero let {@code m} fade and the parameter coast on; if epsilon and {@code s} are 0, they give 0/0, {@code NaN}. Where the
 * gradient does not change, {@code s} goes towards {@code epsilon / (1 - beta2)} and steps grow far beyond the learning rate. A gradient of
 * 1e-30 is below epsilon and hardly moves the parameter. An infinite one makes {@code m} infinite and {@code s} and {@code w} {@code NaN}
 * for good, as {@code NaN} does. One above some 6e20 overflows in {@code s} alone, and from then on its parameter does not move.
 *
 * <p>References: J. Zhuang, T. Tang, Y. Ding et al., <i>AdaBelief optimizer: adapting stepsizes by the belief in observed gradients</i>,
 * 2020, <a href="https://arxiv.org/abs/2010.07468">arXiv:2010.07468</a>, algorithm 2;
 * <a href="https://github.com/juntang-zhuang/Adabelief-Optimizer">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 0.001 in the paper
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code s}: in [0, 1); 0.999 by default
 * @param epsilon added to {@code s} and to its corrected root: finite, at least 0; 1e-16 by default
 * @param weightDecay part of the parameter taken off per step and learning rate: finite, at least 0; 0 by default
 */
public record AdaBelief(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public AdaBelief {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("s"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final AdaBelief rule;
        private final boolean shrinks;
        private final float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon;
        private float shrink, minusStepSize, rootOfCorrection2;

        Update(AdaBelief rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            shrinks = rule.weightDecay != 0;
            beta1 = (float) rule.beta1;
            beta2 = (float) rule.beta2;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
        }

        @Override
        public void prepare(long step, double learningRate) {
            shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay);
            minusStepSize = FiniteFloat.nearest(-learningRate / correction(1, step));
            rootOfCorrection2 = (float) Math.sqrt(correction(2, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], s = planes[3];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector si = Moments.meanOfSquares(s.load(i), beta2, gi.sub(mi), oneMinusBeta2).add(epsilon);
                m.store(i, mi);
                s.store(i, si);
                wi = shrinks ? wi.mul(shrink) : wi;
                FloatVector root = CorrectedRoot.of(si.sqrt(), reciprocal, minusCorrection);
                w.store(i, wi.add(mi.mul(minusStepSize).div(root.add(epsilon))));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], s = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float surprise = gi - mi;
                float si = Math.fma(surprise * oneMinusBeta2, surprise, s.get(i) * beta2) + epsilon;
                m.set(i, mi);
                s.set(i, si);
                wi = shrinks ? wi * shrink : wi;
                w.set(i, wi + mi * minusStepSize / ((float) Math.sqrt(si) / rootOfCorrection2 + epsilon));
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-16 and no decay.
     * @param learningRate finite, at least 0
     */
    public AdaBelief(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-16, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public AdaBelief withLearningRate(double learningRate) {
        return new AdaBelief(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 what is kept of {@code s}: in [0, 1)
     */
    public AdaBelief withBetas(double beta1, double beta2) {
        return new AdaBelief(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to {@code s} and to its corrected root: finite, at least 0
     */
    public AdaBelief withEpsilon(double epsilon) {
        return new AdaBelief(learningRate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * {@return this rule with decay of the parameters apart from the gradient}
     * @param weightDecay part taken off per step and learning rate: finite, at least 0
     */
    public AdaBelief withWeightDecay(double weightDecay) {
        return new AdaBelief(learningRate, beta1, beta2, epsilon, weightDecay);
    }
}
