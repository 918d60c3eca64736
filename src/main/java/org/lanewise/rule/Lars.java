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
 * LARS, "layer-wise adaptive rate scaling": momentum whose step in every tensor is as long as a given part of the tensor's own length.
 * <pre>{@code
 * trust = trustCoefficient |w| / (|g| + weightDecay |w| + epsilon)           1 where |w| or |g| is 0
 * v <- momentum v + learningRate trust (g + weightDecay w)
 * w <- w - v                                                                 nesterov: w - momentum v - learningRate trust (g + ...)
 * }</pre>
 *
 * <p>{@code |w|} and {@code |g|} are Euclidean norms of a whole tensor, from sums in double precision; {@code learningRate trust} is
 * rounded to float once. Sums of elements except {@code w - v} are fused multiply-adds. The state {@code v} starts at 0. A step moves 28
 * bytes per parameter in F32 storage: 8 for the norms, 20 for the update. The learning rate is inside {@code v}, as in the paper.
 *
 * <p>A tensor of zeros, or with a gradient of zeros, steps as if {@code trust} were 1. Without decay and epsilon only the direction of the
 * gradient counts: 1e-30 or 1e30 move a tensor alike, as long as {@code learningRate trust} is a normal float; where it would be larger
 * than all floats, it is the largest. With decay a gradient much smaller than {@code weightDecay |w|} hardly counts, and the step, as long
 * as ever, is that of the decay. An infinite gradient makes {@code |g|} infinite and {@code trust} 0: its own parameter becomes
 * {@code NaN}, and the others of the tensor coast on until the next norm makes them {@code NaN}; in a tensor of zeros its own becomes
 * infinite first. {@code NaN} makes all of them {@code NaN} at once. Other tensors are not affected.
 *
 * <p>Reference: Y. You, I. Gitman, B. Ginsburg, <i>Large batch training of convolutional networks</i>, 2017,
 * <a href="https://arxiv.org/abs/1708.03888">arXiv:1708.03888</a>.
 *
 * @param learningRate finite, at least 0
 * @param momentum what is kept of {@code v}: in [0, 1); 0.9 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0.0005 by default
 * @param trustCoefficient length of a step, in lengths of its tensor, at a learning rate of 1: finite, at least 0; 0.001 by default
 * @param epsilon added to the divisor of {@code trust}: finite, at least 0; 0 by default
 * @param nesterov whether the parameter moves by where {@code v} will be with the same gradient again; false by default
 */
public record Lars(double learningRate, double momentum, double weightDecay, double trustCoefficient, double epsilon, boolean nesterov)
        implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Lars {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("momentum", momentum);
        Check.notNegative("weightDecay", weightDecay);
        Check.notNegative("trustCoefficient", trustCoefficient);
        Check.notNegative("epsilon", epsilon);
    }

    @Override
    public List<State> states() {
        return List.of(new State("v"));
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure(new Norms(this), "w", "g"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Norms extends Kernel {
        Norms(Lars rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], wSum = planes[3], gSum = planes[4];
            for (int i = from; i < to; i += LANES) {
                wSum.store(i, w.load(i));
                gSum.store(i, g.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], wSum = planes[3], gSum = planes[4];
            for (int i = from; i < to; i++) {
                wSum.set(i, w.get(i));
                gSum.set(i, g.get(i));
            }
        }
    }

    private static final class Update extends Kernel {
        private final Lars rule;
        private final boolean nesterov;
        private final float momentum, weightDecay;
        private double learningRate;
        private float rate;

        Update(Lars rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            nesterov = rule.nesterov;
            momentum = (float) rule.momentum;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = learningRate;
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double w = Math.sqrt(sums.ofSquares(0)), g = Math.sqrt(sums.ofSquares(1));
            double trust = w == 0 || g == 0 ? 1 : rule.trustCoefficient * w / (g + rule.weightDecay * w + rule.epsilon);
            rate = FiniteFloat.nearest(learningRate * trust);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], v = planes[2];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay), rate = FloatVector.broadcast(FLOATS, this.rate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i);
                FloatVector di = wi.fma(weightDecay, g.load(i));
                FloatVector vi = di.fma(rate, v.load(i).mul(momentum));
                v.store(i, vi);
                w.store(i, wi.sub(nesterov ? di.fma(rate, vi.mul(momentum)) : vi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], v = planes[2];
            for (int i = from; i < to; i++) {
                float wi = w.get(i);
                float di = Math.fma(wi, weightDecay, g.get(i));
                float vi = Math.fma(di, rate, v.get(i) * momentum);
                v.set(i, vi);
                w.set(i, wi - (nesterov ? Math.fma(di, rate, vi * momentum) : vi));
            }
        }
    }

    /**
     * With momentum 0.9, weight decay 0.0005, trust coefficient 0.001, epsilon 0 and without Nesterov's correction.
     * @param learningRate finite, at least 0
     */
    public Lars(double learningRate) {
        this(learningRate, 0.9, 0.0005, 0.001, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Lars withLearningRate(double learningRate) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }

    /**
     * {@return this rule with another momentum}
     * @param momentum what is kept of {@code v}: in [0, 1)
     */
    public Lars withMomentum(double momentum) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }

    /**
     * {@return this rule with another weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Lars withWeightDecay(double weightDecay) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }

    /**
     * {@return this rule with another trust coefficient}
     * @param trustCoefficient length of a step, in lengths of its tensor, at a learning rate of 1: finite, at least 0
     */
    public Lars withTrustCoefficient(double trustCoefficient) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the divisor of {@code trust}: finite, at least 0
     */
    public Lars withEpsilon(double epsilon) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }

    /**
     * {@return this rule with or without Nesterov's correction}
     * @param nesterov whether the parameter moves by where {@code v} will be with the same gradient again
     */
    public Lars withNesterov(boolean nesterov) {
        return new Lars(learningRate, momentum, weightDecay, trustCoefficient, epsilon, nesterov);
    }
}
