package org.lanewise;

import java.util.Locale;

/**
 * What the last step did. An optimizer has one report and writes it again in each step, so that steps make no garbage: read it before the
 * next one. Not thread-safe.
 */
public final class StepReport {
    private long step;
    private double learningRate;
    private double gradientNorm;
    private float clipFactor;
    private double lossScale;
    private long nonFiniteCount;
    private boolean skipped;
    private boolean measured;

    StepReport() {
        clear(0, 0, 1);
    }

    void clear(long step, double learningRate, double lossScale) {
        this.step = step;
        this.learningRate = learningRate;
        this.lossScale = lossScale;
        this.gradientNorm = Double.NaN;
        this.measured = false;
        this.clipFactor = 1;
        this.nonFiniteCount = 0;
        this.skipped = false;
    }

    void measured(double norm) {
        gradientNorm = norm;
        measured = true;
    }

    void clipped(float factor) {
        clipFactor = factor;
    }

    void clippedTensor(float factor) {
        clipFactor = Math.min(clipFactor, factor);
    }

    void skipped(long nonFinite) {
        nonFiniteCount = nonFinite;
        skipped = true;
    }

    /**
     * Number of the step, counted from 1; if it was skipped, that of the step to come.
     *
     * @return 0 before the first step
     */
    public long step() {
        return step;
    }

    /**
     * Its learning rate, that of the first group. {@link Groups#previousLearningRate} tells those of others.
     *
     * @return at least 0
     */
    public double learningRate() {
        return learningRate;
    }

    /**
     * Norm of all gradients, without loss scale and weights of micro-batches, before clipping.
     *
     * @return {@code NaN} if it was not computed: a step does so to clip by a norm, to scale the loss, and to skip or refuse what is not
     *         finite
     */
    public double gradientNorm() {
        return gradientNorm;
    }

    /**
     * What clipping by the global norm multiplied gradients by; the smallest of all tensors if each is clipped by its own.
     *
     * @return 1 if nothing was clipped
     */
    public float clipFactor() {
        return clipFactor;
    }

    /**
     * What the loss of this step was multiplied by.
     *
     * @return 1 if losses are not scaled
     */
    public double lossScale() {
        return lossScale;
    }

    /**
     * How many gradients were infinite or {@code NaN}.
     *
     * @return 0 where nobody looked: see {@link #gradientNorm}
     */
    public long nonFiniteCount() {
        return nonFiniteCount;
    }

    /**
     * Whether the step was left out because gradients were not finite.
     *
     * @return true if parameters and states are as they were before
     */
    public boolean skipped() {
        return skipped;
    }

    /**
     * A line for a log.
     *
     * @return for instance {@code step 12: learning rate 0.003, norm 1.52, clipped by 0.657}
     */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder("step " + step + ": learning rate " + format(learningRate));
        if (measured) {
            line.append(", norm ").append(format(gradientNorm));
        }
        if (clipFactor != 1) {
            line.append(", clipped by ").append(format(clipFactor));
        }
        if (lossScale != 1) {
            line.append(", loss scale ").append(format(lossScale));
        }
        if (nonFiniteCount > 0) {
            line.append(", ").append(nonFiniteCount).append(nonFiniteCount == 1 ? " gradient" : " gradients").append(" not finite");
        }
        return line.append(skipped ? ", skipped" : "").toString();
    }

    private static String format(double x) {
        return String.format(Locale.ROOT, "%.3g", x);
    }
}
