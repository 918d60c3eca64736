package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** What the schedule-free rules share: two points per parameter, and where the gradient is taken between them. */
sealed interface ScheduleFree permits ScheduleFreeAdamW, ScheduleFreeSgd {
    /** What a step moves, and the average that is the parameter but between look-ahead and step; kept exactly, as both are parameters. */
    List<Rule.State> POINTS = List.of(new Rule.State("z", 0, true), new Rule.State("x", 0, true));

    /** {@return part of the learning rate in this step} */
    static double warmed(long step, long warmup) {
        return step < warmup ? (double) step / warmup : 1;
    }

    /** {@return part of {@code z} in the average after this step: the square of {@link #warmed} by the sum of all so far} */
    static double weight(long step, long warmup) {
        double warm = Math.min(step, warmup), part = warmed(step, warmup);
        double sum = warmup == 0 ? 0 : warm / warmup * ((warm + 1) / warmup) * (2 * warm + 1) / 6;
        return part * part / (sum + (step - warm));
    }

    /** {@return whether {@code x} is computed anew from the states of the step before} */
    boolean exactAverage();

    /** {@return steps until the learning rate is reached} */
    long warmup();

    /**
     * {@code x <- w; w <- (1 - beta) z + beta x}; in the first step {@code z} is {@code x}. With exactAverage {@code x} is computed as the
     * step before computed {@code w}, to the same bits, from states that are exact in any store.
     */
    final class LookAhead extends Kernel {
        private final boolean exactAverage;
        private final long warmup;
        private final float beta, oneMinusBeta;
        private boolean isFirst;
        private float weight;

        LookAhead(ScheduleFree rule) {
            super(MethodHandles.lookup());
            double beta = switch (rule) {
                case ScheduleFreeAdamW adamW -> adamW.beta1();
                case ScheduleFreeSgd sgd -> sgd.beta();
            };
            exactAverage = rule.exactAverage();
            warmup = rule.warmup();
            this.beta = (float) beta;
            oneMinusBeta = (float) (1 - beta);
        }

        @Override
        public void prepare(long step, double learningRate) {
            isFirst = step == 1;
            weight = isFirst ? 0 : (float) ScheduleFree.weight(step - 1, warmup);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], z = planes[2], x = planes[3];
            FloatVector beta = FloatVector.broadcast(FLOATS, this.beta);
            FloatVector weight = FloatVector.broadcast(FLOATS, this.weight);
            for (int i = from; i < to; i += LANES) {
                if (isFirst) {
                    FloatVector wi = w.load(i);
                    x.store(i, wi);
                    z.store(i, wi);
                } else {
                    FloatVector zi = z.load(i), xi = exactAverage ? x.load(i) : w.load(i);
                    xi = exactAverage ? zi.sub(xi).fma(weight, xi) : xi;
                    x.store(i, xi);
                    w.store(i, xi.fma(beta, zi.mul(oneMinusBeta)));
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], z = planes[2], x = planes[3];
            for (int i = from; i < to; i++) {
                if (isFirst) {
                    float wi = w.get(i);
                    x.set(i, wi);
                    z.set(i, wi);
                } else {
                    float zi = z.get(i), xi = exactAverage ? x.get(i) : w.get(i);
                    xi = exactAverage ? Math.fma(zi - xi, weight, xi) : xi;
                    x.set(i, xi);
                    w.set(i, Math.fma(xi, beta, zi * oneMinusBeta));
                }
            }
        }
    }
}
