package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Nesterov's accelerated gradient with the true look-ahead: the gradient is taken where the momentum is about to carry the parameters.
 * <pre>{@code
 * w' = w + beta d                      lookAhead()
 * d <- beta d - learningRate g(w')     step()
 * w <- w + d
 * }</pre>
 *
 * <p>{@link org.lanewise.Optimizer#lookAhead} puts {@code w'} where the gradient code reads the parameters, and
 * {@link org.lanewise.Optimizer#step()} completes the step from {@code w}:
 * <pre>{@code
 * optimizer.lookAhead();
 * computeGradients(weights, gradients);
 * optimizer.step();
 * }</pre>
 *
 * <p>{@code w'} and {@code d} are one fused multiply-add each, {@code d} on the rounded {@code beta d}. The state {@code d} starts at 0.
 * The state {@code w} is the parameters before the look-ahead, kept as 32-bit floats whatever the store keeps states as, so that nothing is
 * lost to rounding on the way there and back. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter; a
 * look-ahead moves 16 and a step 20.
 *
 * <p>{@code torch.optim.SGD} with {@code nesterov}, {@link Sgd} with it, Keras and others keep the shifted parameters
 * {@code u = w + beta d} instead and need one call: {@code d <- beta d - learningRate g(u); u <- u + beta d - learningRate g(u)}, with the
 * new {@code d}. Both visit the same {@code w'} up to rounding; the parameters that remain after training differ by {@code beta d}. When
 * the learning rate changes, {@link Momentum}'s remark on PyTorch holds here too.
 *
 * <p>A gradient of zero lets the parameter coast on; one of 1e-30 is taken as it is. An infinite or {@code NaN} gradient makes {@code d}
 * and {@code w} infinite or {@code NaN}, and neither comes back from that.
 *
 * <p>References: Y. Nesterov, <i>A method of solving a convex programming problem with convergence rate O(1/k^2)</i>, 1983; I. Sutskever,
 * J. Martens, G. Dahl, G. Hinton, <i>On the importance of initialization and momentum in deep learning</i>, 2013,
 * <a href="https://proceedings.mlr.press/v28/sutskever13.html">proceedings.mlr.press/v28/sutskever13.html</a>.
 *
 * @param learningRate finite, at least 0
 * @param beta what is kept of the last move, in [0, 1); usually 0.9
 */
public record Nesterov(double learningRate, double beta) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Nesterov {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta", beta);
    }

    @Override
    public List<State> states() {
        return List.of(new State("d"), new State("w", 0, true));
    }

    @Override
    public Optional<Kernel> lookAhead() {
        return Optional.of(new LookAhead(this));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class LookAhead extends Kernel {
        private final float beta;

        LookAhead(Nesterov rule) {
            super(MethodHandles.lookup());
            beta = (float) rule.beta;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane shifted = planes[0], d = planes[2], w = planes[3];
            FloatVector beta = FloatVector.broadcast(FLOATS, this.beta);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = shifted.load(i);
                w.store(i, wi);
                shifted.store(i, d.load(i).fma(beta, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane shifted = planes[0], d = planes[2], w = planes[3];
            for (int i = from; i < to; i++) {
                float wi = shifted.get(i);
                w.set(i, wi);
                shifted.set(i, Math.fma(d.get(i), beta, wi));
            }
        }
    }

    private static final class Update extends Kernel {
        private final float beta;

        Update(Nesterov rule) {
            super(MethodHandles.lookup());
            beta = (float) rule.beta;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane parameter = planes[0], g = planes[1], d = planes[2], w = planes[3];
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector di = g.load(i).fma(minusLearningRate, d.load(i).mul(beta));
                d.store(i, di);
                parameter.store(i, w.load(i).add(di));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane parameter = planes[0], g = planes[1], d = planes[2], w = planes[3];
            for (int i = from; i < to; i++) {
                float di = Math.fma(g.get(i), minusLearningRate, d.get(i) * beta);
                d.set(i, di);
                parameter.set(i, w.get(i) + di);
            }
        }
    }

    /**
     * With {@code beta} 0.9.
     *
     * @param learningRate finite, at least 0
     */
    public Nesterov(double learningRate) {
        this(learningRate, 0.9);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Nesterov withLearningRate(double learningRate) {
        return new Nesterov(learningRate, beta);
    }

    /**
     * {@return this rule with another beta}
     * @param beta what is kept of the last move: in [0, 1)
     */
    public Nesterov withBeta(double beta) {
        return new Nesterov(learningRate, beta);
    }
}
