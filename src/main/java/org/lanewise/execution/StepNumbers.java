package org.lanewise.execution;

import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;

/** What the kernels of a group are prepared with: the numbers of one step. */
public final class StepNumbers {
    private long step;
    private double learningRate;
    private double previousLearningRate;
    private float gradientScale;
    private float gradientBound = Float.POSITIVE_INFINITY;
    private final float sign;

    /**
     * Of no step yet.
     *
     * @param maximize whether gradients are negated, where kernels were made for it
     */
    public StepNumbers(boolean maximize) {
        this.sign = maximize ? -1 : 1;
        this.gradientScale = sign;
    }

    /**
     * Says which step comes.
     *
     * @param step its number, counted from 1
     * @param learningRate its learning rate
     * @param previousLearningRate learning rate of the step before; kernels get that of this one in a first step
     */
    public void step(long step, double learningRate, double previousLearningRate) {
        this.step = step;
        this.learningRate = learningRate;
        this.previousLearningRate = previousLearningRate;
    }

    /**
     * Says how gradients are loaded, where kernels were made to.
     *
     * @param scale what they are multiplied by, and negated to maximize
     * @param bound what their magnitude is limited to
     */
    public void gradients(float scale, float bound) {
        this.gradientScale = sign * scale;
        this.gradientBound = bound;
    }

    /** What gradients of a tensor are multiplied by that has a factor of its own. */
    float signed(float scale) {
        return sign * scale;
    }

    double previousLearningRate() {
        return previousLearningRate;
    }

    void prepare(Kernel kernel) {
        prepare(kernel, 0, previousLearningRate);
    }

    /** For a tensor that had no gradient in so many of the group's steps. */
    void prepare(Kernel kernel, long missed, double previousLearningRate) {
        KernelAccess access = KernelAccess.get();
        access.gradientScale(kernel, gradientScale);
        access.gradientBound(kernel, gradientBound);
        long own = step - missed;
        kernel.prepare(own, learningRate, own == 1 ? learningRate : previousLearningRate);
    }
}
