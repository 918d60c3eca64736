package org.lanewise.rule;

import java.util.Arrays;

/**
 * The {@link Oracle} of {@link Adafactor}: Shazeer and Stern, algorithms 4 and 5, as {@code torch.optim.Adafactor} has them. Nothing
 * is factored where there is one row: its factor is 1.
 *
 * @param rule the rule
 * @param rows of each matrix; 1 for a vector
 * @param columns of each matrix
 * @param matrices how many the tensor has
 */
record FactoredOracle(Adafactor rule, int rows, int columns, int matrices) {
    /** {@return the rule's oracle for tensors of any shape} */
    static Oracle of(Adafactor rule) {
        return (shape, x, step, learningRate) -> of(rule, shape, x[0].length).step(x, step, learningRate);
    }

    /** {@return the rule's oracle for tensors of this shape} */
    static FactoredOracle of(Adafactor rule, long[] shape, int size) {
        int rank = shape.length;
        int columns = rank < 1 ? 1 : (int) shape[rank - 1];
        int rows = rank < 2 ? 1 : (int) shape[rank - 2];
        return new FactoredOracle(rule, rows, columns, size / (rows * columns));
    }

    private double[][] step(double[][] x, long step, double learningRate) {
        double[][] y = Doubles.copy(x);
        double k = Math.pow(step, rule.beta2Decay());
        for (int row = 0; row < rows * matrices; row++) {
            double[] g = new double[columns];
            for (int column = 0; column < columns; column++) {
                g[column] = x[1][row * columns + column];
            }
            y[2][row] = (1 - k) * x[2][row] + k * meanSquare(g);
        }
        for (int column = 0; column < columns * matrices; column++) {
            double[] g = new double[rows];
            for (int row = 0; row < rows; row++) {
                g[row] = x[1][(column / columns * rows + row) * columns + column % columns];
            }
            y[4][column] = (1 - k) * x[4][column] + k * meanSquare(g);
        }
        for (int row = 0; row < rows * matrices; row++) {
            y[3][row] = rows == 1 ? 1 : y[2][row] / Math.max(meanOfMatrix(y[2], row / rows), rule.epsilon1());
        }
        double[] u = update(x[1], y[3], y[4]);
        double scale = stepSize(x[0], step, learningRate) / clip(u);
        for (int i = 0; i < u.length; i++) {
            double kept = rule.weightDecay() == 0 ? 1 : 1 - learningRate * rule.weightDecay();
            y[0][i] = kept * x[0][i] - scale * u[i];
        }
        return y;
    }

    private static double meanSquare(double[] g) {
        return Math.pow(Doubles.norm(g), 2) / g.length;
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

    /** {@return the gradients over the roots of what is estimated of their squares} */
    double[] update(double[] g, double[] rowFactor, double[] columnVariance) {
        double[] u = new double[g.length];
        for (int i = 0; i < u.length; i++) {
            double variance = Math.max(rowFactor[row(i)] * columnVariance[column(i)], Math.pow(rule.epsilon1(), 2));
            u[i] = g[i] / Math.sqrt(variance);
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
