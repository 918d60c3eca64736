package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Gradient descent: {@code w <- w - learningRate g}.
 *
 * <p>The product and the difference are one fused multiply-add. The rule has no state; a step moves 12 bytes per parameter in F32 storage.
 * Its bits are those of {@code torch.optim.SGD} and of {@link Sgd} without options.
 *
 * <p>A gradient of zero leaves the parameter alone, and one of 1e-30 is taken as it is. An infinite one makes the parameter infinite,
 * {@code NaN} makes it {@code NaN}, and it does not come back from either.
 *
 * <p>Reference: A. Cauchy, <i>Méthode générale pour la résolution des systèmes d'équations simultanées</i>, 1847.
 *
 * @param learningRate finite, at least 0
 */
public record GradientDescent(double learningRate) implements Rule {
    /** Checks the learning rate; throws {@link IllegalArgumentException} if it is outside its range. */
    public GradientDescent {
        Check.notNegative("learningRate", learningRate);
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        Update(GradientDescent rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            for (int i = from; i < to; i += LANES) {
                w.store(i, g.load(i).fma(minusLearningRate, w.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                w.set(i, Math.fma(g.get(i), minusLearningRate, w.get(i)));
            }
        }
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public GradientDescent withLearningRate(double learningRate) {
        return new GradientDescent(learningRate);
    }
}
