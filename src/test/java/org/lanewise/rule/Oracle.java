package org.lanewise.rule;

/**
 * One step of a rule in double precision, written as its formula reads and sharing no code with the library. The library's step of the same
 * floats may differ from it by rounding only: {@link Bound}.
 */
@FunctionalInterface
interface Oracle {
    /**
     * One step of one tensor.
     *
     * @param shape the tensor's
     * @param x parameters, gradients and states as the rule lists them, before the step; each state as long as it is kept; not changed
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return the same planes after it, new arrays
     */
    double[][] step(long[] shape, double[][] x, long step, double learningRate);

    /**
     * The same after a step with another learning rate, which most rules know nothing of.
     *
     * @param shape the tensor's
     * @param x planes before the step
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @return the same planes after it, new arrays
     */
    default double[][] step(long[] shape, double[][] x, long step, double learningRate, double previousLearningRate) {
        return step(shape, x, step, learningRate);
    }
}
