package org.lanewise.rule;

/**
 * How far one step in float may be from the {@link Oracle}'s, per number, when both start from the same floats.
 *
 * <p>Each bound follows its rule's formula as its Javadoc groups it and adds up what {@link Rounding} counts.
 */
@FunctionalInterface
interface Bound {
    /**
     * Bounds of one step of one tensor.
     *
     * @param shape the tensor's
     * @param x planes before the step
     * @param y planes after it, from the oracle
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return one absolute error for each number of {@code y}; infinite where float arithmetic may fail altogether
     */
    double[][] errors(long[] shape, double[][] x, double[][] y, long step, double learningRate);

    /**
     * The same after a step with another learning rate, which most rules know nothing of.
     *
     * @param shape the tensor's
     * @param x planes before the step
     * @param y planes after it, from the oracle
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @return one absolute error for each number of {@code y}
     */
    default double[][] errors(long[] shape, double[][] x, double[][] y, long step, double learningRate, double previousLearningRate) {
        return errors(shape, x, y, step, learningRate);
    }
}
