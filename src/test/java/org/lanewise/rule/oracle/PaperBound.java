package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;
import static org.lanewise.rule.oracle.RootBound.mean;
import static org.lanewise.rule.oracle.RootBound.quotient;
import static org.lanewise.rule.oracle.RootBound.root;
import static org.lanewise.rule.oracle.RootBound.square;

import org.lanewise.rule.AdEMAMix;
import org.lanewise.rule.AdaBelief;
import org.lanewise.rule.Adan;
import org.lanewise.rule.Adopt;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Signum;
import org.lanewise.rule.Yogi;

/** The {@link Bound}s of the rules that PyTorch does not have. */
final class PaperBound {
    private PaperBound() {}

    /** Error of {@code kept w} with {@code kept = 1 - learningRate weightDecay}: 2, of factor and product; none without decay. */
    static double decayed(double weightDecay, double w, double learningRate) {
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
     * (reciprocal and product). {@code g}: 1 of the factor times {@code w}, 1 of the sum. {@code z}: those of {@code sigma w} and
     * {@code g}, 1 of their difference, 1 of the new {@code z}. The numerator is as far off as {@code z}, by 1 of {@code l1}, which may
     * hold at an end, and by 1 of its own. The divisor: that of the root over the learning rate, 1 of the reciprocal, 1 of what it starts
     * with, 1 of the sum. Then the {@link RootBound#quotient}.
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

    /**
     * Error of {@code a / (sqrt(v) / sqrt(c) + epsilon)} as in {@link RootBound#of(org.lanewise.rule.Adam)}: that of the root over
     * {@code sqrt(c)}, 1 of the factor and 1 of the division, both of their quotient; 1 of epsilon, 1 of the sum; then the
     * {@link RootBound#quotient}.
     */
    static double normalized(double a, double aError, double v, double vError, double correction, double epsilon) {
        double c = Math.sqrt(correction);
        double corrected = Math.sqrt(v) / c;
        double divisor = corrected + epsilon;
        double divisorError = root(v, vError) / c + 2 * rounded(corrected) + rounded(epsilon) + rounded(divisor);
        return quotient(a, aError, divisor, divisorError);
    }

    static double correction(double beta, long step) {
        return 1 - Math.pow(beta, step);
    }

    /**
     * States: {@link RootBound#mean} and {@link RootBound#square}. Numerator: those of the means times their factors, 2 of the fast one's
     * product (factor and product), 1 of the slow one's (factor), 1 of the sum. {@code w}: {@link #decayed}, {@link #normalized} and 1.
     */
    static Bound of(AdEMAMix rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1];
            double fastError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double slowError = mean(PaperOracle.beta3(rule, step), x[3], g, 0, y[3]);
            double squareError = square(rule.beta2(), x[4], g, 0, y[4]);
            double fast = learningRate / correction(rule.beta1(), step), slow = learningRate * PaperOracle.alpha(rule, step);
            double a = fast * y[2] + slow * y[3];
            double aError = fast * fastError + slow * slowError + 2 * rounded(fast * y[2]) + rounded(slow * y[3]) + rounded(a);
            double quotient = normalized(a, aError, y[4], squareError, correction(rule.beta2(), step), rule.epsilon());
            double wError = decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]);
            return new double[] {wError, 0, fastError, slowError, squareError};
        };
    }

    /**
     * The change: 1; ahead: that times {@code beta2}, 1 of {@code beta2} times the change, 1 of the sum. States and numerator as of
     * {@link AdEMAMix}. {@code w}: {@link #decayed} before the step, or the error of the step times the factor and 2 of the result after
     * it.
     */
    static Bound of(Adan rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], d = step == 1 ? 0 : g - x[5], dError = step == 1 ? 0 : rounded(d);
            double ahead = g + rule.beta2() * d;
            double aheadError = rule.beta2() * dError + rounded(rule.beta2() * d) + rounded(ahead);
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double vError = mean(rule.beta2(), x[3], d, dError, y[3]);
            double nError = square(rule.beta3(), x[4], ahead, aheadError, y[4]);
            double scale = learningRate / correction(rule.beta1(), step);
            double scaleOfChange = learningRate * rule.beta2() / correction(rule.beta2(), step);
            double a = scale * y[2] + scaleOfChange * y[3];
            double aError = scale * mError + scaleOfChange * vError + 2 * rounded(scale * y[2]) + rounded(scaleOfChange * y[3])
                    + rounded(a);
            double quotient = normalized(a, aError, y[4], nError, correction(rule.beta3(), step), rule.epsilon());
            double decay = learningRate * rule.weightDecay();
            double wError = decay == 0 ? quotient + rounded(y[0])
                    : rule.proximal() ? (quotient + rounded(y[0] * (1 + decay))) / (1 + decay) + 2 * rounded(y[0])
                    : decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]);
            return new double[] {wError, 0, mError, vError, nError, 0};
        };
    }

    /**
     * {@code g}: {@link Bound#descent}. Divisor: 1, of the root or of epsilon, both of which are at most it; {@code u}: the
     * {@link RootBound#quotient}, or 1 of {@code c} if that is more. {@code w}: {@link #decayed}, {@code learningRate} times that of
     * {@code m}, 1 of {@code learningRate m}, 1 of its own. First step: that of {@code g^2}, and 1.
     */
    static Bound of(Adopt rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = Oracle.descent(x[1], decay, x[0]);
            double gError = Bound.descent(decay, x[0], g);
            if (step == 1) {
                return new double[] {0, 0, 0, (2 * Math.abs(g) + gError) * gError + rounded(y[3])};
            }
            double divisor = Math.max(Math.sqrt(x[3]), rule.epsilon());
            double c = Math.pow(step - 1, 0.25), u = g / divisor;
            double uError = quotient(g, gError, divisor, rounded(divisor));
            if (rule.clip()) {
                uError = Math.max(uError, rounded(c));
                u = Math.max(-c, Math.min(c, u));
            }
            double mError = mean(rule.beta1(), x[2], u, uError, y[2]);
            double wError = (rule.decoupledWeightDecay() ? decayed(rule.weightDecay(), x[0], learningRate) : 0) + learningRate * mError
                    + rounded(learningRate * y[2]) + rounded(y[0]);
            return new double[] {wError, 0, mError, square(rule.beta2(), x[3], g, gError, y[3])};
        };
    }

    /**
     * {@code m}: {@link RootBound#mean}; {@code g - m}: that and 1. {@code s}: {@link RootBound#square} of it, 1 of epsilon, 1 of the sum.
     * Numerator: that of {@code m}, 2 of its own. {@code w} as of {@link AdEMAMix}.
     */
    static Bound of(AdaBelief rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], surprise = g - y[2];
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double sError = square(rule.beta2(), x[3], surprise, mError + rounded(surprise), y[3] - rule.epsilon())
                    + rounded(rule.epsilon()) + rounded(y[3]);
            double scale = learningRate / correction(rule.beta1(), step), a = scale * y[2];
            double quotient = normalized(a, scale * mError + 2 * rounded(a), y[3], sError, correction(rule.beta2(), step), rule.epsilon());
            return new double[] {decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]), 0, mError, sError};
        };
    }

    /**
     * {@code m}: {@link RootBound#mean}. {@code v}: 2 of what is added (square and factor), 1 of its own, and twice what is added where
     * {@code v} and the square are within the square's rounding, so that the sign may be another. {@code w} as of {@link AdaBelief}.
     */
    static Bound of(Yogi rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], part = (1 - rule.beta2()) * g * g;
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double vError = (1 - rule.beta2()) * rounded(g * g) + rounded(part) + rounded(y[3])
                    + (Math.abs(x[3] - g * g) <= rounded(g * g) ? 2 * part : 0);
            boolean corrected = rule.biasCorrection();
            double c1 = corrected ? correction(rule.beta1(), step) : 1, c2 = corrected ? correction(rule.beta2(), step) : 1;
            double scale = learningRate / c1, a = scale * y[2];
            double quotient = normalized(a, scale * mError + 2 * rounded(a), y[3], vError, c2, rule.epsilon());
            return new double[] {quotient + rounded(y[0]), 0, mError, vError};
        };
    }

    /** {@code y}: 2 of the part of {@code z} (factor and product), 1 of that of {@code x}, 1 of the sum; exact in the first step. */
    private static double betweenError(double beta, double z, double x, long step) {
        return step == 1 ? 0 : 2 * rounded((1 - beta) * z) + rounded(beta * x) + rounded((1 - beta) * z + beta * x);
    }

    /** {@code x + c (z - x)}: {@code c} times that of {@code z} and 1 of the difference, 1 of {@code c}, 1 of the new {@code x}. */
    private static double averageError(double c, double z, double zError, double before, double after) {
        return c * (zError + rounded(z - before)) + rounded(c * (z - before)) + rounded(after);
    }

    /**
     * Direction: with decay {@code weightDecay} times that of {@code y}, 1 of the product's factor, 1 of the sum. {@code z}: the learning
     * rate times that, 1 of the product's factor, 1 of its own. Then {@link #averageError}.
     */
    static Bound of(ScheduleFreeSgd rule) {
        return (planes, next, step, learningRate) -> {
            double x = planes[0], z = step == 1 ? x : planes[2], decay = rule.weightDecay();
            double y = (1 - rule.beta()) * z + rule.beta() * x;
            double u = planes[1] + decay * y;
            double uError = decay == 0 ? 0 : decay * betweenError(rule.beta(), z, x, step) + rounded(decay * y) + rounded(u);
            double scale = learningRate * PaperOracle.warmed(step, rule.warmup());
            double zError = scale * uError + rounded(scale * u) + rounded(next[2]);
            double c = PaperOracle.averaged(step, rule.warmup());
            return new double[] {averageError(c, next[2], zError, x, next[0]), 0, zError, 0};
        };
    }

    /** {@code v}: {@link RootBound#square}. Direction: {@link #normalized}, and decay as of {@link ScheduleFreeSgd}, as is the rest. */
    static Bound of(ScheduleFreeAdamW rule) {
        return (planes, next, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2], decay = rule.weightDecay();
            double y = (1 - rule.beta1()) * z + rule.beta1() * x;
            double vError = square(rule.beta2(), planes[4], g, 0, next[4]);
            double correction = correction(rule.beta2(), step);
            double u = g / (Math.sqrt(next[4] / correction) + rule.epsilon());
            double uError = normalized(g, 0, next[4], vError, correction, rule.epsilon());
            if (decay != 0) {
                u += decay * y;
                uError += decay * betweenError(rule.beta1(), z, x, step) + rounded(decay * y) + rounded(u);
            }
            double scale = learningRate * PaperOracle.warmed(step, rule.warmup());
            double zError = scale * uError + rounded(scale * u) + rounded(next[2]);
            double c = PaperOracle.averaged(step, rule.warmup());
            return new double[] {averageError(c, next[2], zError, x, next[0]), 0, zError, 0, vError};
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
