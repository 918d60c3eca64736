package org.lanewise.rule;

/** The oracle of a rule that steps each element by itself. */
@FunctionalInterface
interface ElementOracle extends Oracle {
    /**
     * One step of one element.
     *
     * @param x parameter, gradient and states as the rule lists them, before the step; not changed
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return parameter, gradient and states after it
     */
    double[] step(double[] x, long step, double learningRate);

    @Override
    default double[][] step(long[] shape, double[][] x, long step, double learningRate) {
        double[][] y = Doubles.zeros(x);
        for (int i = 0; i < x[0].length; i++) {
            Doubles.setColumn(y, i, step(Doubles.column(x, i), step, learningRate));
        }
        return y;
    }

    /** Where to go down, decay included; without decay a parameter that is not finite has no part in it. */
    static double descent(double gradient, double weightDecay, double w) {
        return weightDecay == 0 ? gradient : gradient + weightDecay * w;
    }
}
