package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;
import static org.lanewise.rule.oracle.PaperBound.correction;
import static org.lanewise.rule.oracle.RootBound.mean;
import static org.lanewise.rule.oracle.RootBound.quotient;
import static org.lanewise.rule.oracle.RootBound.root;
import static org.lanewise.rule.oracle.RootBound.square;
import static org.lanewise.rule.oracle.TensorOracle.norm;

import java.util.Arrays;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;

/**
 * How far one step in float may be from the {@link TensorOracle}'s, counted as at {@link Bound}. What is new are norms:
 * <ul>
 * <li>the two-norm of numbers that have errors moves by at most the two-norm of these (triangle inequality);
 * <li>the sum itself is one of doubles: at most 256 squares of a block in each of 64 lanes, a tree of 6 levels, and blocks with
 *     compensation, together 264 roundings of {@code 2^-53}; its root has half of that, and so a ratio of two norms at most {@link #SUMS};
 * <li>a ratio and all that is made of it in double is rounded to float once.
 * </ul>
 */
@FunctionalInterface
interface TensorBound {
    /** Relative error of a ratio of two norms, by their sums: above {@code 264 2^-53}. */
    double SUMS = 0x1p-44;

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
     * Direction: {@link Bound#descent}. Learning rate times trust: {@link #SUMS}, 1. {@code v}: 2 of {@code momentum v}, the direction's
     * times the scale and the scale's times the direction, 1 of the sum. {@code w}: that of {@code v}, and 1. With nesterov
     * {@code momentum} times that of {@code v}, 1 of {@code momentum v}, the new term's again, 1 of the sum, and 1 of {@code w}.
     */
    static TensorBound of(Lars rule) {
        return (_, x, y, _, learningRate) -> {
            double scale = learningRate * TensorOracle.trust(rule, x[0], x[1]);
            double scaleError = SUMS * scale + rounded(scale);
            double[][] errors = zeros(x);
            for (int i = 0; i < x[0].length; i++) {
                double direction = TensorOracle.decayed(x[1][i], rule.weightDecay(), x[0][i]);
                double directionError = Bound.descent(rule.weightDecay(), x[0][i], direction);
                double move = (scale + scaleError) * directionError + Math.abs(direction) * scaleError;
                errors[2][i] = 2 * rounded(rule.momentum() * x[2][i]) + move + rounded(y[2][i]);
                double ahead = rule.momentum() * y[2][i];
                errors[0][i] = rounded(y[0][i]) + (rule.nesterov()
                        ? rule.momentum() * errors[2][i] + rounded(ahead) + move + rounded(ahead + scale * direction) : errors[2][i]);
            }
            return errors;
        };
    }

    /**
     * {@code m} and {@code v}: {@link RootBound#mean} and {@link RootBound#square}. {@code r}: with correction 2 of {@code m / c1} (factor
     * and product), then {@link PaperBound#normalized}. {@code u}: that, and with decay {@link Bound#descent}. Learning rate times trust:
     * if the error of {@code u}'s norm is less than the norm, what the quotient of the two is after it, {@link #SUMS}, 1. {@code w}: the
     * scale's times {@code u}, the scale times that of {@code u}, 1 of the sum.
     */
    static TensorBound of(Lamb rule) {
        return (_, x, y, step, learningRate) -> {
            double c1 = rule.biasCorrection() ? correction(rule.beta1(), step) : 1;
            double c2 = rule.biasCorrection() ? correction(rule.beta2(), step) : 1;
            double[] u = TensorOracle.update(rule, x[0], y[2], y[3], step);
            double[] uErrors = new double[u.length];
            double[][] errors = zeros(x);
            for (int i = 0; i < u.length; i++) {
                boolean still = x[1][i] == 0 && x[2][i] == 0;
                errors[2][i] = still ? 0 : mean(rule.beta1(), x[2][i], x[1][i], 0, y[2][i]);
                errors[3][i] = square(rule.beta2(), x[3][i], x[1][i], 0, y[3][i]);
                double a = y[2][i] / c1;
                double aError = errors[2][i] / c1 + (rule.biasCorrection() ? 2 * rounded(a) : 0);
                boolean zero = still && (y[3][i] > 0 || rule.epsilon() > 0);
                uErrors[i] = (zero ? 0 : PaperBound.normalized(a, aError, y[3][i], errors[3][i], c2, rule.epsilon()))
                        + (u[i] == 0 && zero ? 0 : Bound.descent(rule.weightDecay(), x[0][i], u[i]));
            }
            double scale = learningRate * TensorOracle.trust(rule, x[0], u);
            double scaleError = rounded(scale) + (norm(x[0]) == 0 ? 0 : scale * ofNorm(norm(u), norm(uErrors)));
            for (int i = 0; i < u.length; i++) {
                errors[0][i] = scaleError == Double.POSITIVE_INFINITY ? scaleError
                        : Math.abs(u[i]) * scaleError + (scale + scaleError) * uErrors[i] + rounded(y[0][i]);
            }
            return errors;
        };
    }

    /** Relative error of what is divided by a norm that is known up to an error; none if the norm is exactly zero, and not divided by. */
    private static double ofNorm(double norm, double error) {
        return norm == 0 && error == 0 ? 0 : norm > error ? error / (norm - error) + SUMS : Double.POSITIVE_INFINITY;
    }

    /**
     * {@code v}: {@link #SUMS}, 1. Divisor, in double: what the root moves with {@code v}; then the {@link RootBound#quotient}'s roundings:
     * 1 of the factor, 1 of the product. With decay {@link Bound#descent}. {@code m}: 2 of {@code beta1 m}, what is taken of the term's,
     * with gradientAveraging 1 of the factor, 1 of the sum. {@code w}: learning rate times that of {@code m}, 1 of the factor, 1.
     */
    static TensorBound of(NovoGrad rule) {
        return (_, x, y, step, learningRate) -> {
            double[][] errors = zeros(x);
            double v = y[3][0];
            errors[3][0] = SUMS * v + rounded(v);
            double divisor = Math.sqrt(v) + rule.epsilon();
            double divisorError = (v == 0 ? 0 : root(v, errors[3][0])) + rounded(divisor);
            double kept = step == 1 ? 0 : rule.beta1();
            double taken = rule.gradientAveraging() ? 1 - rule.beta1() : 1;
            for (int i = 0; i < x[0].length; i++) {
                double term = TensorOracle.decayed(x[1][i] / divisor, rule.weightDecay(), x[0][i]);
                double termError = quotient(x[1][i], 0, divisor, divisorError) + Bound.descent(rule.weightDecay(), x[0][i], term);
                errors[2][i] = 2 * rounded(kept * x[2][i]) + taken * termError + (taken == 1 ? 0 : rounded(taken * term))
                        + rounded(y[2][i]);
                errors[0][i] = learningRate * errors[2][i] + rounded(learningRate * y[2][i]) + rounded(y[0][i]);
            }
            return errors;
        };
    }

    /** {@return as many zeros} */
    static double[][] zeros(double[][] planes) {
        return Arrays.stream(planes).map(plane -> new double[plane.length]).toArray(double[][]::new);
    }
}
