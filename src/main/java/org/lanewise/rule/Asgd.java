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
import org.lanewise.scalar.FallingRate;

/**
 * Averaged stochastic gradient descent as {@code torch.optim.ASGD} has it, bit for bit: descent with a falling learning rate, and a mean of
 * the parameters of all steps after {@code t0}, which is often nearer to the minimum than they are.
 * <pre>{@code
 * g <- g + weightDecay w
 * w <- w (1 - lambda eta) - eta g                eta = rate / (1 + lambda rate (step - 1))^alpha, rate that of the step before
 * wAvg <- wAvg + mu (w - wAvg)                   mu = 1 / max(1, step - 1 - t0); wAvg <- w while that is 1
 * }</pre>
 *
 * <p>{@code eta} and {@code mu} are rounded to float before they are used. The sums in {@code g} and {@code - eta g} are fused
 * multiply-adds, that in {@code wAvg} is not. The state {@code wAvg}, PyTorch's {@code ax}, starts at 0 and is kept in 32 bits in any
 * store. With parameter and gradient in F32 storage the rule takes 12 bytes per parameter; a step moves 16, or 20 when it averages.
 *
 * <p>The average has no part in the steps: read it with {@code tensor.state("wAvg")}. By default it starts after a million steps.
 *
 * <p>A changed learning rate acts one step late, because PyTorch computes {@code eta} at the end of the step before; only the first step
 * takes its own rate. PyTorch keeps {@code eta} and {@code mu} as states. Here they follow from the number of the step and the last
 * learning rate, which the optimizer knows: {@link org.lanewise.Optimizer#previousLearningRate}.
 *
 * <p>A gradient of zero leaves {@code w} to {@code lambda}; any finite one, 1e-30 too, is taken as it is. An infinite or {@code NaN} one
 * makes {@code w} infinite or {@code NaN}, and {@code wAvg} with it; neither comes back from that.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time, and were the same in 1.13.1: see {@link org.lanewise.rule}.
 *
 * <p>References: B. Polyak, A. Juditsky, <i>Acceleration of stochastic approximation by averaging</i>, 1992,
 * <a href="https://doi.org/10.1137/0330046">doi:10.1137/0330046</a>; L. Bottou, <i>Stochastic gradient descent tricks</i>, 2012;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html">torch.optim.ASGD</a>.
 *
 * @param learningRate finite, at least 0; 0.01 in PyTorch
 * @param lambda decay of the parameter and of the learning rate: finite, at least 0; 1e-4 by default
 * @param alpha power of the learning rate's fall: finite, at least 0; 0.75 by default
 * @param t0 steps before the average starts: finite, at least 0; 1e6 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 */
public record Asgd(double learningRate, double lambda, double alpha, double t0, double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Asgd {
        Check.notNegative("learningRate", learningRate);
        Check.notNegative("lambda", lambda);
        Check.notNegative("alpha", alpha);
        Check.notNegative("t0", t0);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("wAvg", 0, true));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final Asgd rule;
        private final boolean decays;
        private final float weightDecay;
        private float minusEta, shrink, mu;

        Update(Asgd rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            decays = rule.weightDecay != 0;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            prepare(step, learningRate, learningRate);
        }

        @Override
        public void prepare(long step, double learningRate, double previousLearningRate) {
            minusEta = -FallingRate.eta(step, previousLearningRate, rule.lambda, rule.alpha);
            shrink = FiniteFloat.nearest(1 + rule.lambda * minusEta);
            mu = FallingRate.mu(step, rule.t0);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], wAvg = planes[2];
            boolean averages = mu != 1;
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector minusEta = FloatVector.broadcast(FLOATS, this.minusEta);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                wi = gi.fma(minusEta, wi.mul(shrink));
                w.store(i, wi);
                if (averages) {
                    FloatVector average = wAvg.load(i);
                    wAvg.store(i, average.add(wi.sub(average).mul(mu)));
                } else {
                    wAvg.store(i, wi);
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], wAvg = planes[2];
            boolean averages = mu != 1;
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                wi = Math.fma(gi, minusEta, wi * shrink);
                w.set(i, wi);
                if (averages) {
                    float average = wAvg.get(i);
                    wAvg.set(i, average + (wi - average) * mu);
                } else {
                    wAvg.set(i, wi);
                }
            }
        }
    }

    /**
     * With lambda 1e-4, alpha 0.75, an average from step 1e6 on and no weight decay.
     *
     * @param learningRate finite, at least 0
     */
    public Asgd(double learningRate) {
        this(learningRate, 1e-4, 0.75, 1e6, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Asgd withLearningRate(double learningRate) {
        return new Asgd(learningRate, lambda, alpha, t0, weightDecay);
    }

    /**
     * {@return this rule with another decay}
     * @param lambda decay of the parameter and of the learning rate: finite, at least 0
     */
    public Asgd withLambda(double lambda) {
        return new Asgd(learningRate, lambda, alpha, t0, weightDecay);
    }

    /**
     * {@return this rule with another power}
     * @param alpha power of the learning rate's fall: finite, at least 0
     */
    public Asgd withAlpha(double alpha) {
        return new Asgd(learningRate, lambda, alpha, t0, weightDecay);
    }

    /**
     * {@return this rule with an average from another step on}
     * @param t0 steps before the average starts: finite, at least 0
     */
    public Asgd withT0(double t0) {
        return new Asgd(learningRate, lambda, alpha, t0, weightDecay);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Asgd withWeightDecay(double weightDecay) {
        return new Asgd(learningRate, lambda, alpha, t0, weightDecay);
    }
}
