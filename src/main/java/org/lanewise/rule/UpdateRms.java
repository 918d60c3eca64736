package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Plane;

/** Measures for {@link AdamW} how large gradients are against the root that {@code v} will have with them. */
final class UpdateRms extends BiasCorrectedKernel {
    private final AdamW rule;
    private final boolean amsgrad;
    private final float beta2, oneMinusBeta2, epsilon;
    private float rootOfCorrection2;

    UpdateRms(AdamW rule) {
        super(MethodHandles.lookup(), rule.beta1(), rule.beta2());
        this.rule = rule;
        amsgrad = rule.amsgrad();
        beta2 = (float) rule.beta2();
        oneMinusBeta2 = (float) (1 - rule.beta2());
        epsilon = (float) rule.epsilon();
    }

    @Override
    public void prepare(long step, double learningRate) {
        rootOfCorrection2 = (float) Math.sqrt(correction(2, step));
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane g = planes[1], v = planes[3];
        FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
        FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
        FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
        for (int i = from; i < to; i += LANES) {
            FloatVector gi = g.load(i);
            // v as the update will have it
            FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
            // gradient divided by the corrected root
            FloatVector ui = gi.div(CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection).max(epsilon));
            // the sum's plane follows the states
            if (amsgrad) {
                Plane u = planes[5];
                u.store(i, ui);
            } else {
                Plane u = planes[4];
                u.store(i, ui);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane g = planes[1], v = planes[3];
        for (int i = from; i < to; i++) {
            float gi = g.get(i);
            float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
            float ui = gi / Math.max((float) Math.sqrt(vi) / rootOfCorrection2, epsilon);
            if (amsgrad) {
                Plane u = planes[5];
                u.set(i, ui);
            } else {
                Plane u = planes[4];
                u.set(i, ui);
            }
        }
    }
}
