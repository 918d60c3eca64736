package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;
import static org.lanewise.rule.oracle.RootBound.product;
import static org.lanewise.rule.oracle.RootBound.quotient;
import static org.lanewise.rule.oracle.RootBound.root;
import static org.lanewise.rule.oracle.TensorBound.SUMS;
import static org.lanewise.rule.oracle.TensorOracle.norm;

import org.lanewise.rule.Adafactor;

/** The {@link TensorBound} of {@link Adafactor}. */
final class FactoredBound {
    private FactoredBound() {}

    /**
     * Variances, in double: {@link TensorBound#SUMS}, 1. Row factor: the {@link RootBound#quotient}, whose divisor moves by no more than
     * the mean of the rows does, and is in double; a single row's is exactly 1. Estimate: the {@link RootBound#product}, or 1 of
     * {@code epsilon1^2}, whichever is more. {@code u}: {@link RootBound#root} and {@link RootBound#quotient}. Step size: what the root
     * mean square of {@code u} moves by, over the threshold, relative to the divisor; {@link TensorBound#SUMS}, 1. {@code w}: with decay 2
     * of its product (factor and product), the step size's times {@code u}, the step size times that of {@code u}, 1 of the sum.
     */
    static TensorBound of(Adafactor rule) {
        return (shape, x, y, step, learningRate) -> {
            FactoredOracle oracle = FactoredOracle.of(rule, shape, x[0].length);
            double[][] errors = TensorBound.zeros(x);
            for (int k = 2; k < y.length; k += 2) {
                for (int i = 0; i < y[k].length; i++) {
                    errors[k][i] = SUMS * y[k][i] + rounded(y[k][i]);
                }
            }
            for (int row = 0; row < y[3].length; row++) {
                int matrix = row / oracle.rows();
                double divisor = Math.max(oracle.meanOfMatrix(y[2], matrix), rule.epsilon1());
                errors[3][row] = oracle.rows() == 1 ? 0
                        : quotient(y[2][row], errors[2][row], divisor, oracle.meanOfMatrix(errors[2], matrix));
            }
            double[] u = oracle.update(x[1], y[3], y[4]);
            double[] uErrors = new double[u.length];
            double least = Math.pow(rule.epsilon1(), 2);
            for (int i = 0; i < u.length; i++) {
                double factor = y[3][oracle.row(i)], variance = y[4][oracle.column(i)];
                double error = Math.max(rounded(least), product(factor, errors[3][oracle.row(i)], variance, errors[4][oracle.column(i)]));
                double estimate = Math.max(factor * variance, least);
                uErrors[i] = u[i] == 0 ? 0 : quotient(x[1][i], 0, Math.sqrt(estimate), root(estimate, error));
            }
            double clip = oracle.clip(u);
            double clipError = norm(uErrors) / Math.sqrt(u.length) / rule.clippingThreshold();
            double scale = oracle.stepSize(x[0], step, learningRate) / clip;
            double scaleError = clipError < clip ? scale * (clipError / (clip - clipError) + SUMS) + rounded(scale)
                    : Double.POSITIVE_INFINITY;
            double kept = 1 - learningRate * rule.weightDecay();
            for (int i = 0; i < u.length; i++) {
                errors[0][i] = scaleError == Double.POSITIVE_INFINITY ? scaleError
                        : (rule.weightDecay() == 0 ? 0 : 2 * rounded(kept * x[0][i]))
                        + Math.abs(u[i]) * scaleError + (scale + scaleError) * uErrors[i] + rounded(y[0][i]);
            }
            return errors;
        };
    }
}
