package org.lanewise.verify;

import org.lanewise.Average;
import org.lanewise.Clipping;
import org.lanewise.NonFinite;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;

/** What is done to gradients before a rule sees them, and to averages after: by an optimizer, and element by element as documented. */
final class Treatment {
    /** Of either gradient; their sum is no power of two, so that its reciprocal is rounded. */
    private static final float FIRST = 1.5f, SECOND = 0.75f;
    /** Many numbers of every kind are above it, and many are below. */
    private static final float BOUND = 0.75f;
    private static final double DECAY = 0.9;

    private Treatment() {}

    static void describe(OptimizerBuilder builder) {
        builder.accumulate(true).nonFinite(NonFinite.SANITISE).clip(Clipping.byValue(BOUND))
                .average(Average.ema(DECAY));
    }

    /** The same gradients twice, with other weights. */
    static void accumulate(Optimizer optimizer) {
        optimizer.accumulate(FIRST);
        optimizer.accumulate(SECOND);
    }

    /** What they add up to. */
    static float[] sums(float[] gradients) {
        float[] sums = new float[gradients.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.fma(gradients[i], SECOND, gradients[i] * FIRST);
        }
        return sums;
    }

    /** What a rule sees of the sums. */
    static float[] seen(float[] sums, boolean maximize) {
        float scale = (float) (1.0 / (FIRST + SECOND));
        float[] seen = new float[sums.length];
        for (int i = 0; i < seen.length; i++) {
            float mean = sums[i] * (maximize ? -scale : scale);
            seen[i] = Float.isFinite(mean) ? Math.min(Math.max(mean, -BOUND), BOUND) : 0;
        }
        return seen;
    }

    /** The averages after a step, of parameters as they are then; the first takes them over. */
    static float[] averaged(int step, float[] before, float[] parameters) {
        float[] averaged = parameters.clone();
        for (int i = 0; i < averaged.length && step > 1; i++) {
            averaged[i] = Math.fma(parameters[i] - before[i], (float) (1 - DECAY), before[i]);
        }
        return averaged;
    }
}
