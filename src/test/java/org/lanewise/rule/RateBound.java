package org.lanewise.rule;

/** The bound of a rule that steps each element by itself, and goes by the learning rate of the step before. */
@FunctionalInterface
interface RateBound extends ElementBound {
    /**
     * Bounds of one step of one element.
     *
     * @param x parameter, gradient and states before the step
     * @param y the same after it, from the oracle
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @return one absolute error for each number of {@code y}; infinite where float arithmetic may fail altogether
     */
    double[] errors(double[] x, double[] y, long step, double learningRate, double previousLearningRate);

    @Override
    default double[] errors(double[] x, double[] y, long step, double learningRate) {
        return errors(x, y, step, learningRate, learningRate);
    }

    @Override
    default double[][] errors(long[] shape, double[][] x, double[][] y, long step, double learningRate, double previousLearningRate) {
        ElementBound known = (before, after, at, rate) -> errors(before, after, at, rate, previousLearningRate);
        return known.errors(shape, x, y, step, learningRate);
    }
}
