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
 * Adagrad as {@code torch.optim.Adagrad} has it, bit for bit: the gradient is divided by the root of the sum of all its squares so far, so
 * rarely moved parameters take larger steps.
 * <pre>{@code
 * g <- g + weightDecay w
 * sum <- sum + g^2
 * w <- w - learningRate / (1 + (step - 1) learningRateDecay) g / (sqrt(sum) + epsilon)
 * }</pre>
 *
 * <p>The sums in {@code g} and {@code sum} are fused multiply-adds. The state {@code sum}, PyTorch's name too, starts at
 * {@code initialAccumulator}. With parameter and gradient in F32 storage the rule takes 12 bytes per parameter, and a step moves 20. In
 * bfloat16 {@code sum} stops growing once a square is below about 1/512 of it.
 *
 * <p>Epsilon is outside the root, as in PyTorch and the paper; Keras and optax have {@code sqrt(sum + epsilon)}: {@code epsilonInRoot}.
 * {@code initialAccumulator} is 0.1 in TensorFlow, Keras and optax.
 *
 * <p>A gradient of zero moves nothing; if epsilon and {@code sum} are 0, it gives 0/0, {@code NaN}. The square of one below about 1e-23,
 * such as 1e-30, is 0: it is divided by epsilon alone. An infinite one makes {@code sum} infinite and {@code w} {@code NaN} for good. One
 * above 1.8e19 overflows in {@code sum} alone, and from then on its parameter does not move. {@code NaN} makes both {@code NaN}.
 *
 * <p>The bits are those of PyTorch 2.14.1, one tensor at a time, and were the same in 1.13.1: see {@link org.lanewise.rule}.
 *
 * <p>References: J. Duchi, E. Hazan, Y. Singer, <i>Adaptive subgradient methods for online learning and stochastic optimization</i>, 2011,
 * <a href="https://jmlr.org/papers/v12/duchi11a.html">JMLR 12</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html">torch.optim.Adagrad</a>.
 *
 * @param learningRate finite, at least 0; 0.01 in PyTorch
 * @param learningRateDecay how fast the learning rate falls: finite, at least 0; 0 by default
 * @param initialAccumulator first value of {@code sum}: finite, at least 0; 0 by default
 * @param epsilon added to the root: finite, at least 0; 1e-10 by default
 * @param weightDecay factor of the parameter added to its gradient: finite, at least 0; 0 by default
 * @param epsilonInRoot whether epsilon is added to {@code sum} instead: false by default
 */
public record Adagrad(double learningRate, double learningRateDecay, double initialAccumulator, double epsilon, double weightDecay,
        boolean epsilonInRoot) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adagrad {
        Check.notNegative("learningRate", learningRate);
        Check.notNegative("learningRateDecay", learningRateDecay);
        Check.notNegative("initialAccumulator", initialAccumulator);
        Check.notNegative("epsilon", epsilon);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("sum", (float) initialAccumulator));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays, epsilonInRoot;
        private final double learningRateDecay;
        private final float epsilon, weightDecay;
        private float minusStepSize;

        Update(Adagrad rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            epsilonInRoot = rule.epsilonInRoot;
            learningRateDecay = rule.learningRateDecay;
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            minusStepSize = FiniteFloat.nearest(-learningRate / (1 + (step - 1) * learningRateDecay));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], sum = planes[2];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                gi = decays ? wi.fma(weightDecay, gi) : gi;
                FloatVector sumOfSquares = gi.fma(gi, sum.load(i));
                sum.store(i, sumOfSquares);
                FloatVector root = epsilonInRoot ? sumOfSquares.add(epsilon).sqrt() : sumOfSquares.sqrt().add(epsilon);
                w.store(i, wi.add(gi.mul(minusStepSize).div(root)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], sum = planes[2];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
                float sumOfSquares = Math.fma(gi, gi, sum.get(i));
                sum.set(i, sumOfSquares);
                float root = epsilonInRoot ? (float) Math.sqrt(sumOfSquares + epsilon) : (float) Math.sqrt(sumOfSquares) + epsilon;
                w.set(i, wi + gi * minusStepSize / root);
            }
        }
    }

    /**
     * With epsilon 1e-10, {@code sum} from 0 and no decay of either kind.
     *
     * @param learningRate finite, at least 0
     */
    public Adagrad(double learningRate) {
        this(learningRate, 0, 0, 1e-10, 0, false);
    }

    /**
     * PyTorch's arguments; its {@code maximize} is an option of the optimizer.
     * @param learningRate finite, at least 0
     * @param learningRateDecay finite, at least 0
     * @param initialAccumulator finite, at least 0
     * @param epsilon finite, at least 0
     * @param weightDecay finite, at least 0
     */
    public Adagrad(double learningRate, double learningRateDecay, double initialAccumulator, double epsilon, double weightDecay) {
        this(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public Adagrad withLearningRate(double learningRate) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }

    /**
     * {@return this rule with a falling learning rate}
     * @param learningRateDecay how fast it falls: finite, at least 0
     */
    public Adagrad withLearningRateDecay(double learningRateDecay) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }

    /**
     * {@return this rule with another first value of {@code sum}}
     * @param initialAccumulator first value of {@code sum}: finite, at least 0
     */
    public Adagrad withInitialAccumulator(double initialAccumulator) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the root: finite, at least 0
     */
    public Adagrad withEpsilon(double epsilon) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of the parameter added to its gradient: finite, at least 0
     */
    public Adagrad withWeightDecay(double weightDecay) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }

    /**
     * {@return this rule with epsilon inside or outside the root}
     * @param epsilonInRoot whether it is inside
     */
    public Adagrad withEpsilonInRoot(boolean epsilonInRoot) {
        return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, weightDecay, epsilonInRoot);
    }
}
