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
 * Adadelta as {@code torch.optim.Adadelta} has it, bit for bit: the gradient is divided by its running root mean square and multiplied by
 * that of the moves so far, so that steps have the parameter's unit.
 * <pre>{@code
 * g <- g + weightDecay w
 * v <- rho v + (1 - rho) g^2
 * d = sqrt(vMove + epsilon) / sqrt(v + epsilon) g
 * vMove <- rho vMove + (1 - rho) d^2
 * w <- w - learningRate d
 * }</pre>
 *
 * <p>The sums in {@code g}, {@code v}, {@code vMove} and {@code w} are fused multiply-adds; {@code v} adds {@code ((1 - rho) g) g}. The
 * states {@code v} and {@code vMove} start at 0. They are PyTorch's {@code square_avg} and {@code acc_delta}. With parameter and gradient
 * in F32 storage the rule takes 16 bytes per parameter, and a step moves 28.
 *
 * <p>The paper has no learning rate, which is a rate of 1, and {@code rho} 0.95; Keras has 0.001 and 0.95. {@code vMove} does not depend on
 * the learning rate. Steps start at about {@code sqrt(epsilon / (1 - rho))}: epsilon sets how fast the first hundred steps are.
 *
 * <p>A gradient of zero moves nothing and lets both averages fade; if epsilon and {@code v} are 0, it gives {@code NaN}. With epsilon 0 no
 * other gradient moves anything either, because {@code vMove} is 0, and one whose square is 0 gives {@code NaN} too. The square of 1e-30 is
 * 0: as long as there were no larger gradients, the roots cancel and it is taken as it is. An infinite gradient makes {@code w} and
 * {@code vMove} {@code NaN} for good. One above {@code 1.8e19 / sqrt(1 - rho)}, by default 5.8e19, makes {@code v} infinite, and from then
 * on its parameter does not move. {@code NaN} makes all of them {@code NaN}.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time, and were the same in 1.13.1: see {@link org.lanewise.rule}.
 *
 * <p>References: M. Zeiler, <i>ADADELTA: an adaptive learning rate method</i>, 2012,
 * <a href="https://arxiv.org/abs/1212.5701">arXiv:1212.5701</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html">torch.optim.Adadelta</a>.
 *
 * @param learningRate finite, at least 0; 1 in the paper and PyTorch
 * @param rho what is kept of the running averages: in [0, 1]; 0.9 by default
 * @param epsilon added inside both roots: finite, at least 0; 1e-6 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 */
public record Adadelta(double learningRate, double rho, double epsilon, double weightDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adadelta {
        Check.notNegative("learningRate", learningRate);
        Check.fractionOrOne("rho", rho);
        Check.notNegative("epsilon", epsilon);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("v"), new State("vMove"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays;
        private final float rho, oneMinusRho, epsilon, weightDecay;

        Update(Adadelta rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            rho = (float) rule.rho;
            oneMinusRho = (float) (1 - rule.rho);
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], v = planes[2], vMove = planes[3];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector oneMinusRho = FloatVector.broadcast(FLOATS, this.oneMinusRho);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i), meanSquareMove = vMove.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                FloatVector vi = Moments.meanOfSquares(v.load(i), rho, gi, oneMinusRho);
                v.store(i, vi);
                FloatVector d = meanSquareMove.add(epsilon).sqrt().div(vi.add(epsilon).sqrt()).mul(gi);
                vMove.store(i, Moments.meanOfSquares(meanSquareMove, rho, d, oneMinusRho));
                w.store(i, d.fma(minusLearningRate, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], v = planes[2], vMove = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i), meanSquareMove = vMove.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                float vi = Math.fma(gi * oneMinusRho, gi, v.get(i) * rho);
                v.set(i, vi);
                float d = (float) Math.sqrt(meanSquareMove + epsilon) / (float) Math.sqrt(vi + epsilon) * gi;
                vMove.set(i, Math.fma(d * oneMinusRho, d, meanSquareMove * rho));
                w.set(i, Math.fma(d, minusLearningRate, wi));
            }
        }
    }

    /**
     * With {@code rho} 0.9, epsilon 1e-6 and no weight decay.
     *
     * @param learningRate finite, at least 0
     */
    public Adadelta(double learningRate) {
        this(learningRate, 0.9, 1e-6, 0);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adadelta withLearningRate(double learningRate) {
        return new Adadelta(learningRate, rho, epsilon, weightDecay);
    }

    /**
     * {@return this rule with another rate of forgetting}
     * @param rho what is kept of the running averages: in [0, 1]
     */
    public Adadelta withRho(double rho) {
        return new Adadelta(learningRate, rho, epsilon, weightDecay);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added inside both roots: finite, at least 0
     */
    public Adadelta withEpsilon(double epsilon) {
        return new Adadelta(learningRate, rho, epsilon, weightDecay);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Adadelta withWeightDecay(double weightDecay) {
        return new Adadelta(learningRate, rho, epsilon, weightDecay);
    }
}
