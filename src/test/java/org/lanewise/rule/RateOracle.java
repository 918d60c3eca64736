package org.lanewise.rule;

/** The oracle of a rule that steps each element by itself, and goes by the learning rate of the step before. */
@FunctionalInterface
interface RateOracle extends ElementOracle {
    /**
     * One step of one element.
     *
     * @param x parameter, gradient and states as the rule lists them, before the step; not changed
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @return parameter, gradient and states after it
     */
    double[] step(double[] x, long step, double learningRate, double previousLearningRate);

    @Override
    default double[] step(double[] x, long step, double learningRate) {
        return step(x, step, learningRate, learningRate);
    }

    @Override
    default double[][] step(long[] shape, double[][] x, long step, double learningRate, double previousLearningRate) {
        ElementOracle known = (element, at, rate) -> step(element, at, rate, previousLearningRate);
        return known.step(shape, x, step, learningRate);
    }
}
