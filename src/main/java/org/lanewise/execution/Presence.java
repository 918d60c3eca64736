package org.lanewise.execution;

import java.util.Arrays;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;

/**
 * In what the tensors of a step differ: whether they have a gradient, how many steps they missed, and what their gradients are multiplied
 * by if each is clipped by its own norm. Tensors are numbered as in the store.
 */
public final class Presence {
    private final boolean[] absent;
    private final boolean[] wasAbsent;
    private final long[] missed;
    private final double[] previousLearningRates;
    private final float[] scales;
    private boolean anyAbsent;
    private boolean anyMissed;

    /**
     * All tensors present.
     *
     * @param tensors how many tensors there are
     * @param scaled whether each has a factor of its own
     */
    public Presence(int tensors, boolean scaled) {
        this.absent = new boolean[tensors];
        this.wasAbsent = new boolean[tensors];
        this.missed = new long[tensors];
        this.previousLearningRates = new double[tensors];
        this.scales = new float[scaled ? tensors : 0];
    }

    /** Before a step: all tensors have gradients until {@link #leaveOut} says otherwise. */
    public void begin() {
        if (anyAbsent) {
            Arrays.fill(absent, false);
            anyAbsent = false;
        }
    }

    /**
     * Says that a tensor takes no part in the step to come.
     *
     * @param tensor its number
     */
    public void leaveOut(int tensor) {
        absent[tensor] = true;
        anyAbsent = true;
    }

    /**
     * After a step that was done: what was left out missed it.
     *
     * @param tensor number of a tensor
     * @param numbers those of its group in this step
     */
    public void end(int tensor, StepNumbers numbers) {
        if (absent[tensor]) {
            if (!wasAbsent[tensor]) {
                previousLearningRates[tensor] = numbers.previousLearningRate();
            }
            missed[tensor]++;
            anyMissed = true;
        }
        wasAbsent[tensor] = absent[tensor];
    }

    /**
     * Goes on from a training in which a tensor missed steps.
     *
     * @param tensor its number
     * @param missed how many
     */
    public void missed(int tensor, long missed) {
        this.missed[tensor] = missed;
        anyMissed |= missed > 0;
    }

    /**
     * What one tensor's next step depends on.
     *
     * @param missed how many steps of its group it had no gradient in
     * @param wasAbsent whether the last step was one of them
     * @param previousLearningRate learning rate of the last step that it took part in, if it was absent in the last one
     */
    public record Position(long missed, boolean wasAbsent, double previousLearningRate) {
        /** Of a tensor that was always there. */
        public static final Position ALWAYS_THERE = new Position(0, false, 0);
    }

    /**
     * Where a tensor stands.
     *
     * @param tensor its number
     * @return for {@link #resume}
     */
    public Position position(int tensor) {
        return new Position(missed[tensor], wasAbsent[tensor], wasAbsent[tensor] ? previousLearningRates[tensor] : 0);
    }

    /**
     * Goes on elsewhere with a tensor.
     *
     * @param tensor its number
     * @param position where
     */
    public void resume(int tensor, Position position) {
        missed(tensor, position.missed);
        wasAbsent[tensor] = position.wasAbsent;
        previousLearningRates[tensor] = position.previousLearningRate;
    }

    /**
     * How many steps of its group a tensor had no gradient in.
     *
     * @param tensor its number
     * @return at least 0
     */
    public long missed(int tensor) {
        return missed[tensor];
    }

    /**
     * Whether some tensor is left out of the step to come.
     *
     * @return true if {@link #leaveOut} was called since {@link #begin}
     */
    public boolean anyAbsent() {
        return anyAbsent;
    }

    /**
     * Whether {@link #end} has anything to note.
     *
     * @return false if all tensors always had gradients
     */
    public boolean differs() {
        return anyAbsent || anyMissed;
    }

    /**
     * Whether a tensor is left out of the step to come.
     *
     * @param tensor its number
     * @return true if {@link #leaveOut} was called for it since {@link #begin}
     */
    public boolean isAbsent(int tensor) {
        return absent[tensor];
    }

    /**
     * Sets a tensor's own factor.
     *
     * @param tensor its number
     * @param scale what its gradients are multiplied by
     */
    public void scale(int tensor, float scale) {
        scales[tensor] = scale;
    }

    /** Prepares a kernel for a tensor: for the step that is its own, and its own factor. */
    void prepare(Kernel kernel, int tensor, StepNumbers numbers) {
        numbers.prepare(kernel, missed[tensor], previousLearningRate(tensor, numbers));
        if (hasScales()) {
            KernelAccess.get().gradientScale(kernel, numbers.signed(scales[tensor]));
        }
    }

    /** Whether loops run for each tensor by itself. */
    boolean isApart() {
        return anyAbsent || anyMissed || scales.length > 0;
    }

    boolean hasScales() {
        return scales.length > 0;
    }

    float scale(int tensor) {
        return scales[tensor];
    }

    /** Learning rate of the last step that a tensor took part in. */
    double previousLearningRate(int tensor, StepNumbers numbers) {
        return wasAbsent[tensor] ? previousLearningRates[tensor] : numbers.previousLearningRate();
    }
}
