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
 * Stochastic gradient descent as {@code torch.optim.SGD} has it, bit for bit.
 * <pre>{@code
 * g <- g + weightDecay w
 * b <- momentum b + (1 - dampening) g        b <- g in the first step
 * g <- g + momentum b                        with nesterov; without, g <- b
 * w <- w - learningRate g
 * }</pre>
 *
 * <p>Without momentum the second and third line are left out. Each line is one fused multiply-add, the second on the rounded
 * {@code momentum b}. The state {@code b}, PyTorch's {@code momentum_buffer}, exists with momentum only. It starts at -0, which added to
 * any number gives that number, so the first step needs no loop of its own. With momentum, and parameter and gradient in F32 storage, the
 * rule takes 12 bytes per parameter, and a step moves 20.
 *
 * <p>The learning rate is outside {@code b}: a change rescales all of the momentum at once. Keras, ND4J and DJL have it inside, as
 * {@link Momentum} has. So does {@code learningRateInside}: {@code learningRate g}, rounded in line three, takes the place of {@code g} in
 * lines two and three, and the last has no factor. {@code nesterov} is the one-call form with shifted parameters: see {@link Nesterov}.
 *
 * <p>A gradient of zero lets the parameter coast on and decay; one of 1e-30 is taken as it is. An infinite or {@code NaN} gradient makes
 * {@code b} and {@code w} infinite or {@code NaN}, and neither comes back from that.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time, and were the same in 1.13.1: see {@link org.lanewise.rule}.
 *
 * <p>References: {@link Momentum} and {@link Nesterov} for the papers;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html">torch.optim.SGD</a>.
 *
 * @param learningRate finite, at least 0
 * @param momentum what is kept of {@code b}: finite, at least 0; 0 by default
 * @param dampening what is taken off a gradient before it enters {@code b}: finite; 0 by default; no effect without momentum
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param nesterov whether the gradient is corrected by the momentum it just changed; needs momentum and no dampening
 * @param learningRateInside whether {@code b} holds moves with the learning rates of their steps; no effect without momentum
 */
public record Sgd(double learningRate, double momentum, double dampening, double weightDecay, boolean nesterov, boolean learningRateInside)
        implements Rule {
    /**
     * Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range, or if nesterov is without momentum
     * or with dampening.
     */
    public Sgd {
        Check.notNegative("learningRate", learningRate);
        Check.notNegative("momentum", momentum);
        Check.finite("dampening", dampening);
        Check.notNegative("weightDecay", weightDecay);
        Check.require(!nesterov || momentum > 0, "momentum", "above 0 with nesterov", momentum);
        Check.require(!nesterov || dampening == 0, "dampening", "0 with nesterov", dampening);
    }

    @Override
    public List<State> states() {
        return momentum == 0 ? List.of() : List.of(new State("b", -0.0f));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays, hasMomentum, nesterov, inside;
        private final double dampening;
        private final float momentum, weightDecay;
        private float gradientShare, rate;

        Update(Sgd rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            hasMomentum = rule.momentum != 0;
            nesterov = rule.nesterov;
            inside = hasMomentum && rule.learningRateInside;
            dampening = rule.dampening;
            momentum = (float) rule.momentum;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            gradientShare = FiniteFloat.nearest((step == 1 ? 1 : 1 - dampening) * (inside ? learningRate : 1));
            rate = (float) learningRate;
            super.prepare(step, learningRate);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            FloatVector momentum = FloatVector.broadcast(FLOATS, this.momentum);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector gradientShare = FloatVector.broadcast(FLOATS, this.gradientShare);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                if (hasMomentum) {
                    Plane b = planes[2];
                    FloatVector bi = gi.fma(gradientShare, b.load(i).mul(momentum));
                    b.store(i, bi);
                    gi = nesterov ? bi.fma(momentum, inside ? gi.mul(rate) : gi) : bi;
                }
                w.store(i, inside ? wi.sub(gi) : gi.fma(minusLearningRate, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                if (hasMomentum) {
                    Plane b = planes[2];
                    float bi = Math.fma(gi, gradientShare, b.get(i) * momentum);
                    b.set(i, bi);
                    gi = nesterov ? Math.fma(bi, momentum, inside ? gi * rate : gi) : bi;
                }
                w.set(i, inside ? wi - gi : Math.fma(gi, minusLearningRate, wi));
            }
        }
    }

    /**
     * Without options: {@code w <- w - learningRate g}.
     * @param learningRate finite, at least 0
     */
    public Sgd(double learningRate) {
        this(learningRate, 0, 0, 0, false);
    }

    /**
     * PyTorch's arguments; its {@code maximize} is an option of the optimizer.
     * @param learningRate finite, at least 0
     * @param momentum finite, at least 0
     * @param dampening finite
     * @param weightDecay finite, at least 0
     * @param nesterov whether to correct; needs momentum and no dampening
     */
    public Sgd(double learningRate, double momentum, double dampening, double weightDecay, boolean nesterov) {
        this(learningRate, momentum, dampening, weightDecay, nesterov, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Sgd withLearningRate(double learningRate) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }

    /**
     * {@return this rule with momentum}
     * @param momentum what is kept of {@code b}: finite, at least 0
     */
    public Sgd withMomentum(double momentum) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }

    /**
     * {@return this rule with dampening}
     * @param dampening what is taken off a gradient before it enters {@code b}: finite
     */
    public Sgd withDampening(double dampening) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Sgd withWeightDecay(double weightDecay) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }

    /**
     * {@return this rule with or without Nesterov's correction}
     * @param nesterov whether to correct; needs momentum and no dampening
     */
    public Sgd withNesterov(boolean nesterov) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }

    /**
     * {@return this rule with the learning rate inside or outside {@code b}}
     * @param learningRateInside whether it is inside
     */
    public Sgd withLearningRateInside(boolean learningRateInside) {
        return new Sgd(learningRate, momentum, dampening, weightDecay, nesterov, learningRateInside);
    }
}
