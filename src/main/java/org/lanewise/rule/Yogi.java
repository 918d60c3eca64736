package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Yogi: Adam whose {@code v} moves towards the gradient's square by a part of that square, so that it shrinks slowly when gradients become
 * small.
 * <pre>{@code
 * m <- beta1 m + (1 - beta1) g
 * v <- v - (1 - beta2) sign(v - g^2) g^2
 * w <- w - learningRate / c1 m / (sqrt(v) / sqrt(c2) + epsilon)      c1 = 1 - beta1^step, c2 = 1 - beta2^step
 * }</pre>
 *
 * <p>{@code g^2} is rounded; the sums in {@code m} and {@code v} are fused multiply-adds. The state {@code m} starts at 0, and {@code v} at
 * {@code initialAccumulator}. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>The paper's algorithm has no bias corrections, as with {@code withBiasCorrection(false)}. The order here is that of the
 * implementations in use, optax and the PyTorch ones made after TensorFlow Addons, which have them. They start {@code m} at
 * {@code initialAccumulator} too; here it starts at 0. For {@code v} the paper advises a mean square over a large batch; 1e-6 is TensorFlow
 * Addons'.
 *
 * <p>A gradient of zero lets {@code m} fade, leaves {@code v} alone and lets the parameter coast on; if epsilon and {@code v} are 0, it
 * gives 0/0, {@code NaN}. The square of 1e-30 is 0, and such a gradient, below epsilon, hardly moves the parameter. An infinite one makes
 * {@code m} and {@code v} infinite and {@code w} {@code NaN} for good. A finite one above 1.8e19 has an infinite square: {@code v} is
 * infinite, then {@code NaN} if there is another, and the parameter does not move while {@code v} is infinite. {@code NaN} makes all of
 * them {@code NaN}.
 *
 * <p>References: M. Zaheer, S. Reddi, D. Sachan, S. Kale, S. Kumar, <i>Adaptive methods for nonconvex optimization</i>, 2018,
 * <a href="https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization">NeurIPS 31</a>, algorithm 2;
 * <a href="https://github.com/google-deepmind/optax/blob/main/optax/_src/transform.py">optax' scale_by_yogi</a>.
 *
 * @param learningRate finite, at least 0; 0.01 in the paper
 * @param beta1 what is kept of {@code m}: in [0, 1); 0.9 by default
 * @param beta2 1 minus the part of a square that {@code v} moves by: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 0.001 by default
 * @param initialAccumulator first value of {@code v}: finite, at least 0; 1e-6 by default
 * @param biasCorrection whether {@code m} and {@code v} are corrected, or {@code c1} and {@code c2} are 1 as in the paper: true by default
 */
public record Yogi(double learningRate, double beta1, double beta2, double epsilon, double initialAccumulator, boolean biasCorrection)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Yogi {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, 0);
        Check.notNegative("initialAccumulator", initialAccumulator);
    }

    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("v", (float) initialAccumulator));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final Yogi rule;
        private final float beta1, oneMinusBeta1, oneMinusBeta2, epsilon;
        private float minusStepSize, rootOfCorrection2;

        Update(Yogi rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            beta1 = (float) rule.beta1;
            oneMinusBeta1 = (float) (1 - rule.beta1);
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
        }

        @Override
        public void prepare(long step, double learningRate) {
            double c1 = rule.biasCorrection ? correction(1, step) : 1;
            double c2 = rule.biasCorrection ? correction(2, step) : 1;
            minusStepSize = FiniteFloat.nearest(-learningRate / c1);
            rootOfCorrection2 = (float) Math.sqrt(c2);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            FloatVector zero = FloatVector.zero(FLOATS);
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i), vi = v.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                // v moves towards the square by a part of the square
                FloatVector square = gi.mul(gi);
                FloatVector part = zero.blend(oneMinusBeta2, vi.compare(VectorOperators.LT, square));
                part = part.blend(-oneMinusBeta2, vi.compare(VectorOperators.GT, square));
                vi = square.fma(part, vi);
                m.store(i, mi);
                v.store(i, vi);
                FloatVector root = CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection);
                w.store(i, wi.add(mi.mul(minusStepSize).div(root.add(epsilon))));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i), vi = v.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float square = gi * gi;
                float part = vi < square ? oneMinusBeta2 : vi > square ? -oneMinusBeta2 : 0;
                vi = Math.fma(square, part, vi);
                m.set(i, mi);
                v.set(i, vi);
                w.set(i, wi + mi * minusStepSize / ((float) Math.sqrt(vi) / rootOfCorrection2 + epsilon));
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 0.001 and {@code v} from 1e-6.
     * @param learningRate finite, at least 0
     */
    public Yogi(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-3, 1e-6, true);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Yogi withLearningRate(double learningRate) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator, biasCorrection);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 what is kept of {@code m}: in [0, 1)
     * @param beta2 1 minus the part of a square that {@code v} moves by: in [0, 1)
     */
    public Yogi withBetas(double beta1, double beta2) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator, biasCorrection);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public Yogi withEpsilon(double epsilon) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator, biasCorrection);
    }

    /**
     * {@return this rule with another start}
     * @param initialAccumulator first value of {@code v}: finite, at least 0
     */
    public Yogi withInitialAccumulator(double initialAccumulator) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator, biasCorrection);
    }

    /**
     * {@return this rule with or without bias corrections}
     * @param biasCorrection whether both averages are corrected for their start
     */
    public Yogi withBiasCorrection(boolean biasCorrection) {
        return new Yogi(learningRate, beta1, beta2, epsilon, initialAccumulator, biasCorrection);
    }
}
