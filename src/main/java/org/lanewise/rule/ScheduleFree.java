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

    /** {@code x <- w; w <- (1 - beta) z + beta x}; in the first step {@code z} is {@code x}. */
    final class LookAhead extends Kernel {
        private final float beta, oneMinusBeta;
        private boolean isFirst;

        LookAhead(ScheduleFree rule) {
            super(MethodHandles.lookup());
            double beta = switch (rule) {
                case ScheduleFreeAdamW adamW -> adamW.beta1();
                case ScheduleFreeSgd sgd -> sgd.beta();
            };
            this.beta = (float) beta;
            oneMinusBeta = (float) (1 - beta);
        }

        @Override
        public void prepare(long step, double learningRate) {
            isFirst = step == 1;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], z = planes[2], x = planes[3];
            FloatVector beta = FloatVector.broadcast(FLOATS, this.beta);
            for (int i = from; i < to; i += LANES) {
                FloatVector xi = w.load(i);
                x.store(i, xi);
                if (isFirst) {
                    z.store(i, xi);
                } else {
                    w.store(i, xi.fma(beta, z.load(i).mul(oneMinusBeta)));
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], z = planes[2], x = planes[3];
            for (int i = from; i < to; i++) {
                float xi = w.get(i);
                x.set(i, xi);
                if (isFirst) {
                    z.set(i, xi);
                } else {
                    w.set(i, Math.fma(xi, beta, z.get(i) * oneMinusBeta));
                }
            }
        }
    }
}
