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
 * Schedule-Free AdamW: {@link ScheduleFreeSgd} with the gradient divided by Adam's root mean square.
 * <pre>{@code
 * y = (1 - beta1) z + beta1 x                                                               lookAhead()
 * v <- beta2 v + (1 - beta2) g(y)^2                                                         step()
 * z <- z - learningRate (g(y) / (sqrt(v) / sqrt(c2) + epsilon) + weightDecay y)             c2 = 1 - beta2^step
 * x <- x + c (z - x)                                                                        c = 1 / step without warm-up
 * }</pre>
 *
 * <p>What {@link ScheduleFreeSgd} says of {@code x}, {@code y}, look-ahead, warm-up, {@code c}, {@code exactAverage} and the authors' code
 * holds here. The sums are fused multiply-adds, {@code z - x} is rounded. That code divides {@code v} by {@code c2} before the root; the
 * paper's algorithm has {@code sqrt(c2)} in the learning rate, and so in epsilon, decay and {@code c} too. The states {@code z}, which
 * starts at the parameters, and {@code x} are 32-bit floats whatever the store keeps states as; {@code v} starts at 0. With parameter and
 * gradient in F32 storage the rule takes 20 bytes per parameter; a look-ahead moves 16 and a step 28, or 32 with decay.
 *
 * <p>A gradient of zero leaves {@code z} alone, and {@code x} drifts towards it; if epsilon and {@code v} are 0, it gives 0/0, {@code NaN}.
 * One of 1e-30 is below epsilon and hardly moves {@code z}. An infinite or {@code NaN} one makes the parameter {@code NaN} for good. One
 * above {@code 1.8e19 / sqrt(1 - beta2)}, by default 5.8e20, overflows in {@code v}, and {@code z} rests from then on.
 *
 * <p>References: A. Defazio, X. Yang, H. Mehta et al., <i>The road less scheduled</i>, 2024,
 * <a href="https://arxiv.org/abs/2405.15682">arXiv:2405.15682</a>, algorithm 1;
 * <a href="https://github.com/facebookresearch/schedule_free">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 0.0025 in the authors' code
 * @param beta1 how far from {@code z} towards {@code x} the gradient is taken: in [0, 1); 0.9 by default
 * @param beta2 what is kept of {@code v}: in [0, 1); 0.999 by default
 * @param epsilon added to the corrected root: finite, at least 0; 1e-8 by default
 * @param weightDecay factor of {@code y} added to the quotient: finite, at least 0; 0 by default
 * @param warmup steps until the learning rate is reached: at least 0; 0 by default
 * @param exactAverage whether look-ahead takes {@code x} from the states, not from the parameter; no effect without bfloat16 parameters
 */
public record ScheduleFreeAdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, long warmup,
        boolean exactAverage) implements Rule, ScheduleFreeLookAhead.Form {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public ScheduleFreeAdamW {
        AdamChecks.hyperparameters(learningRate, beta1, beta2, epsilon, weightDecay);
        Check.steps("warmup", warmup);
    }

    @Override
    public List<State> states() {
        return List.of(ScheduleFree.POINTS.getFirst(), ScheduleFree.POINTS.getLast(), new State("v"));
    }

    @Override
    public Optional<Kernel> lookAhead() {
        return Optional.of(new ScheduleFreeLookAhead(this));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends BiasCorrectedKernel {
        private final ScheduleFreeAdamW rule;
        private final boolean decays;
        private final float beta2, oneMinusBeta2, epsilon, weightDecay;
        private float weight, rootOfCorrection2;

        Update(ScheduleFreeAdamW rule) {
            super(MethodHandles.lookup(), rule.beta1, rule.beta2);
            this.rule = rule;
            decays = rule.weightDecay != 0;
            beta2 = (float) rule.beta2;
            oneMinusBeta2 = (float) (1 - rule.beta2);
            epsilon = (float) rule.epsilon;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate * ScheduleFree.warmed(step, rule.warmup));
            weight = (float) ScheduleFree.weight(step, rule.warmup);
            rootOfCorrection2 = (float) Math.sqrt(correction(2, step));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], z = planes[2], x = planes[3], v = planes[4];
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            FloatVector weight = FloatVector.broadcast(FLOATS, this.weight);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i), xi = x.load(i);
                FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
                v.store(i, vi);
                FloatVector u = gi.div(CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection).add(epsilon));
                u = decays ? w.load(i).fma(weightDecay, u) : u;
                FloatVector zi = u.fma(minusLearningRate, z.load(i));
                z.store(i, zi);
                w.store(i, zi.sub(xi).fma(weight, xi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], z = planes[2], x = planes[3], v = planes[4];
            for (int i = from; i < to; i++) {
                float gi = g.get(i), xi = x.get(i);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                v.set(i, vi);
                float u = gi / ((float) Math.sqrt(vi) / rootOfCorrection2 + epsilon);
                u = decays ? Math.fma(w.get(i), weightDecay, u) : u;
                float zi = Math.fma(u, minusLearningRate, z.get(i));
                z.set(i, zi);
                w.set(i, Math.fma(zi - xi, weight, xi));
            }
        }
    }

    /**
     * With betas 0.9 and 0.999, epsilon 1e-8, no decay and no warm-up.
     * @param learningRate finite, at least 0
     */
    public ScheduleFreeAdamW(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public ScheduleFreeAdamW withLearningRate(double learningRate) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with other betas}
     * @param beta1 how far from {@code z} towards {@code x} the gradient is taken: in [0, 1)
     * @param beta2 what is kept of {@code v}: in [0, 1)
     */
    public ScheduleFreeAdamW withBetas(double beta1, double beta2) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with another epsilon}
     * @param epsilon added to the corrected root: finite, at least 0
     */
    public ScheduleFreeAdamW withEpsilon(double epsilon) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of {@code y} added to the quotient: finite, at least 0
     */
    public ScheduleFreeAdamW withWeightDecay(double weightDecay) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with a warm-up}
     * @param warmup steps until the learning rate is reached: at least 0
     */
    public ScheduleFreeAdamW withWarmup(long warmup) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule for parameters in bfloat16, or for all others}
     * @param exactAverage whether look-ahead takes {@code x} from the states, and so does not see a parameter changed since the step
     */
    public ScheduleFreeAdamW withExactAverage(boolean exactAverage) {
        return new ScheduleFreeAdamW(learningRate, beta1, beta2, epsilon, weightDecay, warmup, exactAverage);
    }
}
