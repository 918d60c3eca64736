package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * The look-ahead of {@link ScheduleFreeSgd} and {@link ScheduleFreeAdamW}: {@code x <- w; w <- (1 - beta) z + beta x}. In the first step
 * {@code z} is {@code x}. With exactAverage {@code x} is computed as the step before computed {@code w}, to the same bits, from states
 * that are exact in any store.
 */
final class ScheduleFreeLookAhead extends Kernel {
    /** What the loop needs to know of its rule. */
    sealed interface Form permits ScheduleFreeAdamW, ScheduleFreeSgd {
        boolean exactAverage();

        long warmup();
    }

    private final boolean exactAverage;
    private final long warmup;
    private final float beta, oneMinusBeta;
    private boolean isFirst;
    private float weight;

    ScheduleFreeLookAhead(Form rule) {
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
