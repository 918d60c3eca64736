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
 * Schedule-Free SGD: steps of one learning rate, and an average of where they lead, which takes the place of a falling learning rate. The
 * gradient is taken between the two.
 * <pre>{@code
 * y = (1 - beta) z + beta x                             lookAhead()
 * z <- z - learningRate (g(y) + weightDecay y)          step()
 * x <- x + c (z - x)                                    c = 1 / step without warm-up
 * }</pre>
 *
 * <p>The parameters are {@code x}, those to evaluate with and to keep, except between {@link org.lanewise.Optimizer#lookAhead} and
 * {@link org.lanewise.Optimizer#step()}, when they are {@code y}, those to train with. This is the switch that the authors' code has as
 * {@code train()} and {@code eval()}. That code keeps {@code y} and {@code z}, moves 20 bytes per step, and computes {@code x} from them by
 * an extrapolation that rounds. Here nothing is lost on the way there and back if parameters are kept as 32-bit floats. In bfloat16 the
 * parameter stops moving once {@code c} is small, after some ten steps. {@code exactAverage} prevents that: look-ahead then computes
 * {@code x} anew, exactly, from {@code z} and {@code x} of the step before, and does not see a parameter that was changed in between.
 *
 * <p>In the first {@code warmup} steps the learning rate grows linearly, and {@code c} is its square divided by the sum of all squares so
 * far: the authors' {@code weight_lr_power} 2 and {@code r} 0. A change of the learning rate by
 * {@link org.lanewise.Optimizer#setLearningRate} does not enter {@code c}; in their code it does, by the largest rate so far. So leave a
 * linear warm-up to {@code warmup}: its weights are theirs. For one of another shape, use both: with
 * {@code setLearningRate(rate * warmup / step)} before each step of the warm-up the learning rate is {@code rate}, and {@code c} still
 * weighs these steps less than later ones. Without {@code warmup} they would weigh as much. Products with sums are fused multiply-adds,
 * {@code z - x} is rounded. The states {@code z}, which starts at the parameters, and {@code x} are 32-bit floats whatever the store keeps
 * states as. With parameter and gradient in F32 storage the rule takes 16 bytes per parameter; a look-ahead moves 16 and a step 20, or 24
 * with decay.
 *
 * <p>A gradient of zero leaves {@code z} alone, and {@code x} drifts towards it; one of 1e-30 is taken as it is. An infinite or {@code NaN}
 * one makes {@code z} and the parameter infinite or {@code NaN} for good.
 *
 * <p>References: A. Defazio, X. Yang, H. Mehta et al., <i>The road less scheduled</i>, 2024,
 * <a href="https://arxiv.org/abs/2405.15682">arXiv:2405.15682</a>;
 * <a href="https://github.com/facebookresearch/schedule_free">the authors' code</a>.
 *
 * @param learningRate finite, at least 0; 1 in the authors' code
 * @param beta how far from {@code z} towards {@code x} the gradient is taken: in [0, 1); 0.9 by default
 * @param weightDecay factor of {@code y} added to the gradient: finite, at least 0; 0 by default
 * @param warmup steps until the learning rate is reached: at least 0; 0 by default
 * @param exactAverage whether look-ahead takes {@code x} from the states, not from the parameter; no effect without bfloat16 parameters
 */
public record ScheduleFreeSgd(double learningRate, double beta, double weightDecay, long warmup, boolean exactAverage)
        implements Rule, ScheduleFreeLookAhead.Form {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public ScheduleFreeSgd {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta", beta);
        Check.notNegative("weightDecay", weightDecay);
        Check.steps("warmup", warmup);
    }

    @Override
    public List<State> states() {
        return ScheduleFree.POINTS;
    }

    @Override
    public Optional<Kernel> lookAhead() {
        return Optional.of(new ScheduleFreeLookAhead(this));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    private static final class Update extends Kernel {
        private final boolean decays;
        private final long warmup;
        private final float weightDecay;
        private float weight;

        Update(ScheduleFreeSgd rule) {
            super(MethodHandles.lookup());
            decays = rule.weightDecay != 0;
            warmup = rule.warmup;
            weightDecay = (float) rule.weightDecay;
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate * ScheduleFree.warmed(step, warmup));
            weight = (float) ScheduleFree.weight(step, warmup);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], z = planes[2], x = planes[3];
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
            FloatVector weight = FloatVector.broadcast(FLOATS, this.weight);
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i), xi = x.load(i);
                gi = decays ? w.load(i).fma(weightDecay, gi) : gi;
                FloatVector zi = gi.fma(minusLearningRate, z.load(i));
                z.store(i, zi);
                w.store(i, zi.sub(xi).fma(weight, xi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], z = planes[2], x = planes[3];
            for (int i = from; i < to; i++) {
                float gi = g.get(i), xi = x.get(i);
                gi = decays ? Math.fma(w.get(i), weightDecay, gi) : gi;
                float zi = Math.fma(gi, minusLearningRate, z.get(i));
                z.set(i, zi);
                w.set(i, Math.fma(zi - xi, weight, xi));
            }
        }
    }

    /**
     * With beta 0.9, no decay and no warm-up.
     * @param learningRate finite, at least 0
     */
    public ScheduleFreeSgd(double learningRate) {
        this(learningRate, 0.9, 0, 0, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate finite, at least 0
     */
    public ScheduleFreeSgd withLearningRate(double learningRate) {
        return new ScheduleFreeSgd(learningRate, beta, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with another beta}
     * @param beta how far from {@code z} towards {@code x} the gradient is taken: in [0, 1)
     */
    public ScheduleFreeSgd withBeta(double beta) {
        return new ScheduleFreeSgd(learningRate, beta, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with weight decay}
     * @param weightDecay factor of {@code y} added to the gradient: finite, at least 0
     */
    public ScheduleFreeSgd withWeightDecay(double weightDecay) {
        return new ScheduleFreeSgd(learningRate, beta, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule with a warm-up}
     * @param warmup steps until the learning rate is reached: at least 0
     */
    public ScheduleFreeSgd withWarmup(long warmup) {
        return new ScheduleFreeSgd(learningRate, beta, weightDecay, warmup, exactAverage);
    }

    /**
     * {@return this rule for parameters in bfloat16, or for all others}
     * @param exactAverage whether look-ahead takes {@code x} from the states, and so does not see a parameter changed since the step
     */
    public ScheduleFreeSgd withExactAverage(boolean exactAverage) {
        return new ScheduleFreeSgd(learningRate, beta, weightDecay, warmup, exactAverage);
    }
}
