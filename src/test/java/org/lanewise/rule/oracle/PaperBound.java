package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;
import static org.lanewise.rule.oracle.RootBound.mean;

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
