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
 * Classical momentum, with the learning rate inside the velocity:
 * <pre>{@code
 * d <- beta d - learningRate g
 * w <- w + d
 * }</pre>
 *
 * <p>{@code beta d - learningRate g} is one fused multiply-add on the rounded {@code beta d}. The state {@code d} starts at 0. With
 * parameter and gradient in F32 storage the rule takes 12 bytes per parameter, and a step moves 20.
 *
 * <p>{@code torch.optim.SGD} and {@link Sgd} keep the learning rate outside ({@code b <- momentum b + g; w <- w - learningRate b}). While
 * it is constant both give the same trajectory up to rounding. When it changes they differ: here the steps taken so far keep the rate they
 * were taken with and fade out, there the new rate rescales them at once. Keras, ND4J and DJL keep it inside.
 *
 * <p>A gradient of zero lets the parameter coast on, by {@code beta} times its last move; one of 1e-30 is taken as it is. An infinite or
 * {@code NaN} gradient makes {@code d} and {@code w} infinite or {@code NaN}, and neither comes back from that.
 *
 * <p>Reference: B. Polyak, <i>Some methods of speeding up the convergence of iteration methods</i>, 1964,
 * <a href="https://doi.org/10.1016/0041-5553(64)90137-5">doi:10.1016/0041-5553(64)90137-5</a>.
 *
 * @param learningRate finite, at least 0
 * @param beta what is kept of the last move, in [0, 1); usually 0.9
 */
public record Momentum(double learningRate, double beta) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Momentum {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta", beta);
    }

    @Override
    public List<State> states() {
        return List.of(new State("d"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final float beta;

        Update(Momentum rule) {
            super(MethodHandles.lookup());
            beta = (float) rule.beta;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], d = planes[2];
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector di = g.load(i).fma(minusLearningRate, d.load(i).mul(beta));
                d.store(i, di);
                w.store(i, w.load(i).add(di));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], d = planes[2];
            for (int i = from; i < to; i++) {
                float di = Math.fma(g.get(i), minusLearningRate, d.get(i) * beta);
                d.set(i, di);
                w.set(i, w.get(i) + di);
            }
        }
    }

    /**
     * With {@code beta} 0.9.
     *
     * @param learningRate finite, at least 0
     */
    public Momentum(double learningRate) {
        this(learningRate, 0.9);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Momentum withLearningRate(double learningRate) {
        return new Momentum(learningRate, beta);
    }

    /**
     * {@return this rule with another beta}
     * @param beta what is kept of the last move: in [0, 1)
     */
    public Momentum withBeta(double beta) {
        return new Momentum(learningRate, beta);
    }
}
