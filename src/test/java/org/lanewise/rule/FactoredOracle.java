package org.lanewise.rule;

import java.util.Arrays;

/**
 * The {@link Oracle} of {@link Adafactor}: Shazeer and Stern, algorithms 4 and 5, as {@code torch.optim.Adafactor} has them. Vectors and
 * single numbers are not factored.
 *
 * @param rule the rule
 * @param isFactored whether the tensor has rows and columns
 * @param rows of each matrix; 1 for a vector
 * @param columns of each matrix
 * @param matrices how many the tensor has
 */
record FactoredOracle(Adafactor rule, boolean isFactored, int rows, int columns, int matrices) {
    /** {@return the rule's oracle for tensors of any shape} */
    static Oracle of(Adafactor rule) {
        return (shape, x, step, learningRate) -> of(rule, shape, x[0].length).step(x, step, learningRate);
    }

    /** {@return the rule's oracle for tensors of this shape} */
    static FactoredOracle of(Adafactor rule, long[] shape, int size) {
        int rank = shape.length;
        int columns = rank < 1 ? 1 : (int) shape[rank - 1];
        int rows = rank < 2 ? 1 : (int) shape[rank - 2];
        return new FactoredOracle(rule, rank > 1, rows, columns, size / (rows * columns));
    }

    private double[][] step(double[][] x, long step, double learningRate) {
        double[][] y = Doubles.copy(x);
        double k = Math.pow(step, rule.beta2Decay());
        for (int row = 0; row < rows * matrices; row++) {
            double[] g = new double[columns];
            for (int column = 0; column < columns; column++) {
                g[column] = x[1][row * columns + column];
            }
            y[2][row] = isFactored ? (1 - k) * x[2][row] + k * meanSquare(g) : 1;
        }
        for (int column = 0; column < columns * matrices; column++) {
            double[] g = new double[rows];
            for (int row = 0; row < rows; row++) {
                g[row] = x[1][(column / columns * rows + row) * columns + column % columns];
            }
            y[3][column] = (1 - k) * x[3][column] + k * meanSquare(g);
        }
        for (int matrix = 0; matrix < matrices; matrix++) {
            y[4][matrix] = 1 / divisor(y[2], matrix);
        }
        double[] u = update(x[1], y);
        double stepSize = stepSize(x[0], step, learningRate), kept = kept(stepSize, learningRate), clip = clip(u);
        for (int i = 0; i < u.length; i++) {
            y[0][i] = kept * x[0][i] - stepSize / clip * u[i];
        }
        return y;
    }

    /** {@return what is left of a parameter by weight decay} */
    double kept(double stepSize, double learningRate) {
        return 1 - (rule.relativeDecay() ? stepSize : learningRate) * rule.weightDecay();
    }

    /** {@return the mean of the rows of a matrix, by which products of rows and columns are divided} */
    double divisor(double[] ofRows, int matrix) {
        double mean = meanOfMatrix(ofRows, matrix);
        return !isFactored ? 1 : rule.addedEpsilon() ? mean : Math.max(mean, rule.epsilon1());
    }

    /** {@return the mean of squared gradients, with the paper's epsilon in it} */
    double meanSquare(double[] g) {
        return Math.pow(Doubles.norm(g), 2) / g.length + (rule.addedEpsilon() ? rule.epsilon1() : 0);
    }

    private static double rootMeanSquare(double[] x) {
        return Doubles.norm(x) / Math.sqrt(x.length);
    }

    /** {@return the mean of what the rows of one matrix have} */
    double meanOfMatrix(double[] ofRows, int matrix) {
        return Arrays.stream(ofRows, matrix * rows, (matrix + 1) * rows).average().orElseThrow();
    }

    /** {@return index of the row that has this element, of all rows} */
    int row(int i) {
        return i / columns;
    }

    /** {@return index of the column that has this element, of all columns} */
    int column(int i) {
        return i / (rows * columns) * columns + i % columns;
    }

    /** {@return index of the matrix that has this element} */
    int matrix(int i) {
        return i / (rows * columns);
    }

    /** {@return what is estimated of an element's square, by the planes after a step} */
    double estimate(double[][] y, int i) {
        return Math.max(y[2][row(i)] * y[3][column(i)] * y[4][matrix(i)], leastEstimate());
    }

    /** {@return the least of these} */
    double leastEstimate() {
        return rule.addedEpsilon() ? 0 : Math.pow(rule.epsilon1(), 2);
    }

    /** {@return the gradients over the roots of what is estimated of their squares, by the planes after a step} */
    double[] update(double[] g, double[][] y) {
        double[] u = new double[g.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = g[i] / Math.sqrt(estimate(y, i));
        }
        return u;
    }

    /** {@return how far a tensor of these parameters moves, before clipping} */
    double stepSize(double[] w, long step, double learningRate) {
        double relative = rule.relativeStep() ? Math.min(learningRate, 1 / Math.sqrt(step)) : learningRate;
        return relative * (rule.scaleParameter() ? Math.max(rule.epsilon2(), rootMeanSquare(w)) : 1);
    }

    /** {@return what the step size is divided by} */
    double clip(double[] u) {
        return Math.max(1, rootMeanSquare(u) / rule.clippingThreshold());
    }
}
