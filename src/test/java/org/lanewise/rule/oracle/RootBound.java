package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;

import org.lanewise.rule.Adam;
import org.lanewise.rule.RmsProp;

/** The {@link Bound}s of rules that divide by a root. */
final class RootBound {
    private RootBound() {}

    /**
     * Error of {@code fl(sqrt(v))}: {@code |sqrt(a) - sqrt(b)|} is {@code |a - b| / (sqrt(a) + sqrt(b))} and at most
     * {@code sqrt(|a - b|)}; the root is rounded.
     */
    private static double root(double v, double error) {
        double least = Math.sqrt(v) + Math.sqrt(Math.max(0, v - error));
        double moved = error == 0 ? 0 : Math.min(error / least, Math.sqrt(error));
        return moved + rounded(Math.sqrt(v));
    }

    /** Error of {@code fl(a / b)}, from {@code a'/b' - a/b = ((a' - a) - a/b (b' - b)) / b'}. */
    private static double quotient(double a, double aError, double b, double bError) {
        double least = b - bError;
        return least > 0 ? (aError + Math.abs(a / b) * bError) / least + rounded(a / b) : Double.POSITIVE_INFINITY;
    }

    /**
     * A running mean {@code fma(1 - keep, g, keep mean)}: 2 errors of {@code keep mean} (factor and product), 1 of {@code (1 - keep) g}
     * (factor), 1 of the sum, and what comes with {@code g}.
     */
    private static double mean(double keep, double before, double g, double gError, double after) {
        return 2 * rounded(keep * before) + rounded((1 - keep) * g) + (1 - keep) * gError + rounded(after);
    }

    /**
     * A running mean square {@code fma((1 - keep) g, g, keep v)}: as {@link #mean}, but {@code (1 - keep) g} is rounded once more, and then
     * all its error is multiplied by {@code g}; {@code g^2} moves by at most {@code (2 |g| + gError) gError}.
     */
    private static double square(double keep, double before, double g, double gError, double after) {
        double factor = 2 * rounded((1 - keep) * g) * Math.abs(g);
        return 2 * rounded(keep * before) + factor + (1 - keep) * (2 * Math.abs(g) + gError) * gError + rounded(after);
    }

    /**
     * {@code g}: {@link Bound#descent}. {@code v} and {@code gAvg}: {@link #square} and {@link #mean}.
     * {@code v - gAvg^2}: those of {@code v}, {@code (2 |gAvg| + e) e} for the error {@code e} of {@code gAvg}, 1 of the difference; there
     * is no bound where it may be negative. Divisor: that of the {@link #root}, 1 of epsilon, 1 of the sum. {@code u}: the
     * {@link #quotient}. Without momentum {@code learningRate g} has 2 errors of its own (factor and product) before the division, and
     * {@code w} 1. {@code b}: 2 of {@code momentum b}, that of {@code u}, 1 of the sum; then {@code w} has {@code learningRate} times that,
     * 1 of {@code learningRate b} and 1 of its own.
     */
    static Bound of(RmsProp rule) {
        return (x, y, _, learningRate) -> {
            double g = Oracle.descent(x[1], rule.maximize(), rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double v = y[2];
            double vError = errors[2] = square(rule.alpha(), x[2], g, gError, v);
            if (rule.centered()) {
                double e = errors[3] = mean(rule.alpha(), x[3], g, gError, y[3]);
                v -= y[3] * y[3];
                vError += (2 * Math.abs(y[3]) + e) * e + rounded(v);
            }
            double divisor = Math.sqrt(v) + rule.epsilon();
            double divisorError = rule.centered() && !(v >= vError) ? Double.POSITIVE_INFINITY
                    : root(v, vError) + rounded(rule.epsilon()) + rounded(divisor);
            if (rule.momentum() == 0) {
                double a = learningRate * g;
                errors[0] = quotient(a, learningRate * gError + 2 * rounded(a), divisor, divisorError) + rounded(y[0]);
            } else {
                int b = x.length - 1;
                errors[b] = 2 * rounded(rule.momentum() * x[b]) + quotient(g, gError, divisor, divisorError) + rounded(y[b]);
                errors[0] = learningRate * errors[b] + rounded(learningRate * y[b]) + rounded(y[0]);
            }
            return errors;
        };
    }

    /**
     * {@code g}, {@code m} and {@code v} as in {@link RmsProp}; the larger of {@code vMax} and {@code v} moves by no more than {@code v}.
     * Divisor: that of the root over {@code sqrt(c2)}, 1 of the factor {@code sqrt(c2)} and 1 of the division, both of the quotient; 1 of
     * epsilon, 1 of the sum. {@code learningRate / c1 m}: that of {@code m}, 2 of its own (factor and product). Then the {@link #quotient},
     * and 1 of {@code w}.
     *
     */
    static Bound of(Adam rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.maximize(), rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double mError = errors[2] = mean(rule.beta1(), x[2], g, gError, y[2]);
            double vError = errors[3] = square(rule.beta2(), x[3], g, gError, y[3]);
            double v = y[3];
            if (rule.amsgrad()) {
                errors[4] = vError;
                v = y[4];
            }
            double scale = learningRate / (1 - Math.pow(rule.beta1(), step));
            double c = Math.sqrt(1 - Math.pow(rule.beta2(), step));
            double corrected = Math.sqrt(v) / c;
            double divisor = corrected + rule.epsilon();
            double divisorError = root(v, vError) / c + 2 * rounded(corrected) + rounded(rule.epsilon()) + rounded(divisor);
            double a = scale * y[2];
            errors[0] = quotient(a, scale * mError + 2 * rounded(a), divisor, divisorError) + rounded(y[0]);
            return errors;
        };
    }
}
