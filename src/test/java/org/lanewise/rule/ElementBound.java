package org.lanewise.rule;

/** The bound of a rule that steps each element by itself. */
@FunctionalInterface
interface ElementBound extends Bound {
    /**
     * Bounds of one step of one element.
     *
     * @param x parameter, gradient and states before the step
     * @param y the same after it, from the oracle
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return one absolute error for each number of {@code y}; infinite where float arithmetic may fail altogether
     */
    double[] errors(double[] x, double[] y, long step, double learningRate);

    @Override
    default double[][] errors(long[] shape, double[][] x, double[][] y, long step, double learningRate) {
        double[][] errors = Doubles.zeros(x);
        for (int i = 0; i < x[0].length; i++) {
            Doubles.setColumn(errors, i, errors(Doubles.column(x, i), Doubles.column(y, i), step, learningRate));
        }
        return errors;
    }
}
