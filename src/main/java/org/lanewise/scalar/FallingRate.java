package org.lanewise.scalar;

/** What ASGD's rate and the weight of its average are in a step, as floats. PyTorch computes them at the end of the step before. */
public final class FallingRate {
    private FallingRate() {}

    /**
     * What the gradient is multiplied by.
     *
     * @param step number of the step
     * @param previousLearningRate learning rate of the step before, or of this one if it is the first
     * @param lambda how fast it falls
     * @param alpha power of the fall
     * @return PyTorch's state {@code eta} before the step
     */
    public static float eta(long step, double previousLearningRate, double lambda, double alpha) {
        return (float) (previousLearningRate / Power.real(1 + lambda * previousLearningRate * (step - 1), alpha));
    }

    /**
     * Weight of the parameter in its average.
     *
     * @param step number of the step
     * @param t0 steps before the average starts
     * @return PyTorch's state {@code mu} before the step
     */
    public static float mu(long step, double t0) {
        return (float) (1 / Math.max(1, step - 1 - t0));
    }
}
