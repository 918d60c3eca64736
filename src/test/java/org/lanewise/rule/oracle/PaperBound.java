package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;
import static org.lanewise.rule.oracle.RootBound.mean;
import static org.lanewise.rule.oracle.RootBound.quotient;
import static org.lanewise.rule.oracle.RootBound.root;

import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Signum;

/** The {@link Bound}s of the rules that PyTorch does not have. */
final class PaperBound {
    private PaperBound() {}

    /** Error of {@code kept w} with {@code kept = 1 - learningRate weightDecay}: 2, of factor and product; none without decay. */
    private static double decayed(double weightDecay, double w, double learningRate) {
        return weightDecay == 0 ? 0 : 2 * rounded((1 - learningRate * weightDecay) * w);
    }

    /**
     * A step by the sign of a sum that is known up to an error: 1 rounding of the learning rate, 1 of the new {@code w}. The sign may be
     * another where the error reaches 0; then the step may be off by two learning rates.
     */
    private static double signStep(double c, double cError, double w, double learningRate) {
        return (Math.abs(c) <= cError ? 2 * learningRate : 0) + rounded(learningRate) + rounded(w);
    }

    /** Error of a mean, or none where both of its terms are 0, so that the sign of 0 is held to be 0. */
    private static double meanOrZero(double keep, double before, double g, double after) {
        return before == 0 && g == 0 ? -1 : mean(keep, before, g, 0, after);
    }

    /** {@code m}: a {@link RootBound#mean}; so is the direction. {@code w}: {@link #decayed} and {@link #signStep}. */
    static Bound of(Lion rule) {
        return (x, y, _, learningRate) -> {
            double w = x[0], g = x[1], m = x[2];
            double c = rule.beta1() * m + (1 - rule.beta1()) * g;
            double wError = decayed(rule.weightDecay(), w, learningRate)
                    + signStep(c, meanOrZero(rule.beta1(), m, g, c), y[0], learningRate);
            return new double[] {wError, 0, mean(rule.beta2(), m, g, 0, y[2])};
        };
    }

    /**
     * {@code n}: 1 of the sum. {@code sigma}: those of both roots, 1 of the difference, these over the learning rate; 2 of the quotient
     * (reciprocal and product). {@code g}: 1 of the factor times {@code w}, 1 of the sum. {@code z}: those of {@code sigma w} and {@code g},
     * 1 of their difference, 1 of the new {@code z}. The numerator is as far off as {@code z}, by 1 of {@code l1}, which may hold at an end,
     * and by 1 of its own. The divisor: that of the root over the learning rate, 1 of the reciprocal, 1 of what it starts with, 1 of the sum.
     * Then the {@link RootBound#quotient}.
     */
    static Bound of(Ftrl rule) {
        return (x, y, _, learningRate) -> {
            double w = x[0], g = x[1], n = x[2];
            double nError = rounded(y[2]);
            double difference = Math.sqrt(y[2]) - Math.sqrt(n);
            double rootError = root(y[2], nError);
            double sigma = difference / learningRate;
            double sigmaError = (rootError + root(n, 0) + rounded(difference)) / learningRate + 2 * rounded(sigma);
            double shrunk = g + 2 * rule.l2Shrinkage() * w;
            double shrunkError = rule.l2Shrinkage() == 0 ? 0 : rounded(shrunk - g) + rounded(shrunk);
            double zError = Math.abs(w) * sigmaError + shrunkError + rounded(shrunk - sigma * w) + rounded(y[3]);
            double numerator = Math.max(0, Math.abs(y[3]) - rule.l1());
            double numeratorError = zError + rounded(rule.l1()) + rounded(numerator);
            double start = rule.beta() / learningRate + 2 * rule.l2();
            double divisor = Math.sqrt(y[2]) / learningRate + start;
            double divisorError = rootError / learningRate + rounded(divisor - start) + rounded(start) + rounded(divisor);
            return new double[] {quotient(numerator, numeratorError, divisor, divisorError), 0, nError, zError};
        };
    }

    /** As of {@link Lion}, with the new {@code m} as direction; without momentum the gradient, which has no error. */
    static Bound of(Signum rule) {
        return (x, y, _, learningRate) -> {
            double wError = decayed(rule.weightDecay(), x[0], learningRate);
            if (rule.beta() == 0) {
                return new double[] {wError + signStep(x[1], -1, y[0], learningRate), 0};
            }
            wError += signStep(y[2], meanOrZero(rule.beta(), x[2], x[1], y[2]), y[0], learningRate);
            return new double[] {wError, 0, mean(rule.beta(), x[2], x[1], 0, y[2])};
        };
    }
}
