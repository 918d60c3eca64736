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
 * FTRL-Proximal, "follow the regularized leader": every parameter is computed anew from sums over all gradients, and is exactly 0 while
 * their sum is within {@code l1} of 0. It is made for sparse linear models that are learned online.
 * <pre>{@code
 * z <- z + (g + 2 l2Shrinkage w) - (sqrt(n + g^2) - sqrt(n)) / learningRate w
 * n <- n + g^2
 * w <- (clamp(z, -l1, l1) - z) / ((beta + sqrt(n)) / learningRate + 2 l2)
 * }</pre>
 *
 * <p>{@code n + g^2}, both products with {@code w} and the divisor are fused multiply-adds. The state {@code n}, TensorFlow's
 * {@code accumulator}, starts at {@code initialAccumulator}; {@code z}, its {@code linear}, starts at 0. With parameter and gradient in F32
 * storage the rule takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>The form is that of TensorFlow and Keras, where {@code 2 l2} is the paper's {@code lambda2}; they start {@code n} at 0.1 and have
 * {@code beta} 0. There are two departures. The reciprocal of the learning rate is rounded once, where they divide by the rate. Their
 * {@code learning_rate_power} is always -0.5 here, the paper's square root, because any other would be a power per element, which CPUs and
 * widths round differently. {@code l2Shrinkage} is not in the paper; as in Keras, it adds to the gradient in {@code z} and not in
 * {@code n}. A change of the learning rate rescales what {@code z} has summed up, as there. The rule divides by the learning rate, so it
 * takes none of 0.
 *
 * <p>The first parameters have little part: after a first gradient of 0, {@code z} and so {@code w} are 0, whatever {@code w} was. To start
 * from given parameters, write their sums before the first step, into {@code tensor.state("z")}:
 * {@code z = -w ((beta + sqrt(n)) / learningRate + 2 l2) - l1 sign(w)}, with {@code n} as it starts. The divisor must not be 0. From then
 * on a gradient of zero leaves {@code w} as it is, except for rounding. If {@code n}, {@code beta}, {@code l2} and the gradient are 0,
 * {@code w} is 0/0, {@code NaN}. The square of 1e-30 is 0: such a gradient counts in {@code z} only. One above 1.8e19 makes {@code n}
 * infinite and {@code w} {@code NaN} for good, as an infinite one does; {@code NaN} makes all of them {@code NaN}.
 *
 * <p>References: H. B. McMahan, G. Holt, D. Sculley et al., <i>Ad click prediction: a view from the trenches</i>, 2013,
 * <a href="https://doi.org/10.1145/2487575.2488200">doi:10.1145/2487575.2488200</a>, algorithm 1;
 * <a href="https://github.com/keras-team/keras/blob/master/keras/src/optimizers/ftrl.py">Keras' code</a>.
 *
 * @param learningRate the paper's {@code alpha}: from 1e-19 to 1e19; 0.001 in Keras
 * @param beta added to the root: finite, at least 0; 1 by default, as the paper advises
 * @param l1 how far the sum may be from 0 while {@code w} is 0: finite, at least 0; 0 by default
 * @param l2 half the paper's {@code lambda2}: finite, at least 0; 0 by default
 * @param l2Shrinkage half the factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param initialAccumulator first value of {@code n}: finite, at least 0; 0 by default, as in the paper
 */
public record Ftrl(double learningRate, double beta, double l1, double l2, double l2Shrinkage, double initialAccumulator) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Ftrl {
        requireLearningRate(learningRate);
        Check.notNegative("beta", beta);
        Check.notNegative("l1", l1);
        Check.notNegative("l2", l2);
        Check.notNegative("l2Shrinkage", l2Shrinkage);
        Check.notNegative("initialAccumulator", initialAccumulator);
    }

    /**
     * Accepts numbers from 1e-19 to 1e19: the root of a positive float is from 3.7e-23 to 1.8e19, and divided by such a rate it is another.
     * @throws IllegalArgumentException if it is outside this range
     */
    @Override
    public void requireLearningRate(double learningRate) {
        Check.within("learningRate", learningRate, 1e-19, 1e19);
    }

    @Override
    public List<State> states() {
        return List.of(new State("n", (float) initialAccumulator), new State("z"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final Ftrl rule;
        private final boolean shrinks, isSparse;
        private final float l1, shrinkage;
        private float perLearningRate, divisorStart;

        Update(Ftrl rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            shrinks = rule.l2Shrinkage != 0;
            isSparse = rule.l1 != 0;
            l1 = (float) rule.l1;
            shrinkage = FiniteFloat.nearest(2 * rule.l2Shrinkage);
        }

        @Override
        public void prepare(long step, double learningRate) {
            perLearningRate = (float) (1 / learningRate);
            divisorStart = FiniteFloat.nearest(rule.beta / learningRate + 2 * rule.l2);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], n = planes[2], z = planes[3];
            FloatVector shrinkage = FloatVector.broadcast(FLOATS, this.shrinkage);
            FloatVector divisorStart = FloatVector.broadcast(FLOATS, this.divisorStart);
            FloatVector perLearningRate = FloatVector.broadcast(FLOATS, this.perLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i), ni = n.load(i);
                FloatVector next = gi.fma(gi, ni);
                FloatVector root = next.sqrt();
                // growth of the reciprocal of the parameter's own learning rate
                FloatVector sigma = root.sub(ni.sqrt()).mul(perLearningRate);
                gi = shrinks ? wi.fma(shrinkage, gi) : gi;
                FloatVector zi = z.load(i).add(sigma.neg().fma(wi, gi));
                n.store(i, next);
                z.store(i, zi);
                // w anew from both sums, 0 while z is within l1 of 0
                FloatVector clamped = FloatVector.zero(FLOATS);
                if (isSparse) {
                    clamped = zi.blend(l1, zi.compare(VectorOperators.GT, l1));
                    clamped = clamped.blend(-l1, zi.compare(VectorOperators.LT, -l1));
                }
                w.store(i, clamped.sub(zi).div(root.fma(perLearningRate, divisorStart)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], n = planes[2], z = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i), ni = n.get(i);
                float next = Math.fma(gi, gi, ni);
                float root = (float) Math.sqrt(next);
                float sigma = (root - (float) Math.sqrt(ni)) * perLearningRate;
                gi = shrinks ? Math.fma(wi, shrinkage, gi) : gi;
                float zi = z.get(i) + Math.fma(-sigma, wi, gi);
                n.set(i, next);
                z.set(i, zi);
                float clamped = 0;
                if (isSparse) {
                    clamped = zi > l1 ? l1 : zi < -l1 ? -l1 : zi;
                }
                w.set(i, (clamped - zi) / Math.fma(root, perLearningRate, divisorStart));
            }
        }
    }

    /**
     * With beta 1 and no regularization.
     * @param learningRate from 1e-19 to 1e19
     */
    public Ftrl(double learningRate) {
        this(learningRate, 1, 0, 0, 0, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate the paper's {@code alpha}: from 1e-19 to 1e19
     */
    public Ftrl withLearningRate(double learningRate) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }

    /**
     * {@return this rule with another beta}
     * @param beta added to the root: finite, at least 0
     */
    public Ftrl withBeta(double beta) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }

    /**
     * {@return this rule with L1 regularization}
     * @param l1 how far the sum may be from 0 while {@code w} is 0: finite, at least 0
     */
    public Ftrl withL1(double l1) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }

    /**
     * {@return this rule with L2 regularization}
     * @param l2 half the paper's {@code lambda2}: finite, at least 0
     */
    public Ftrl withL2(double l2) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }

    /**
     * {@return this rule with a penalty of the parameters' size in the gradient}
     * @param l2Shrinkage half the factor of the parameter added to its gradient: finite, at least 0
     */
    public Ftrl withL2Shrinkage(double l2Shrinkage) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }

    /**
     * {@return this rule with another start}
     * @param initialAccumulator first value of {@code n}: finite, at least 0
     */
    public Ftrl withInitialAccumulator(double initialAccumulator) {
        return new Ftrl(learningRate, beta, l1, l2, l2Shrinkage, initialAccumulator);
    }
}
