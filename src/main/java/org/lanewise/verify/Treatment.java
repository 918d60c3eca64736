package org.lanewise.verify;

import org.lanewise.Clipping;
import org.lanewise.NonFinite;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;

/** What is done to gradients before a rule sees them: by an optimizer, and element by element as it is documented. */
final class Treatment {
    /** Of either gradient; their sum is no power of two, so that its reciprocal is rounded. */
    private static final float FIRST = 1.5f, SECOND = 0.75f;
    /** Many numbers of every kind are above it, and many are below. */
    private static final float BOUND = 0.75f;

    private Treatment() {}

    static void describe(OptimizerBuilder builder) {
        builder.accumulate(true).nonFinite(NonFinite.SANITISE).clip(Clipping.byValue(BOUND));
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
}
