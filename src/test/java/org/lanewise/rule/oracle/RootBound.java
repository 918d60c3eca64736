package org.lanewise.rule.oracle;

import static org.lanewise.rule.oracle.Bound.rounded;

import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;

/** The {@link Bound}s of rules that divide by a root. */
final class RootBound {
    private RootBound() {}

    /**
     * Error of {@code fl(sqrt(v))}: {@code |sqrt(a) - sqrt(b)|} is {@code |a - b| / (sqrt(a) + sqrt(b))} and at most
     * {@code sqrt(|a - b|)}; the root is rounded.
     */
    static double root(double v, double error) {
        double least = Math.sqrt(v) + Math.sqrt(Math.max(0, v - error));
        double moved = error == 0 ? 0 : Math.min(error / least, Math.sqrt(error));
        return moved + rounded(Math.sqrt(v));
    }

    /** Error of {@code fl(a / b)}, from {@code a'/b' - a/b = ((a' - a) - a/b (b' - b)) / b'}. */
    static double quotient(double a, double aError, double b, double bError) {
        double least = b - bError;
        return least > 0 ? (aError + Math.abs(a / b) * bError) / least + rounded(a / b) : Double.POSITIVE_INFINITY;
    }

    /** Error of {@code fl(a b)}: each factor's error times the other factor, and 1 of the product; none is known if a factor's is not. */
    static double product(double a, double aError, double b, double bError) {
        return aError == Double.POSITIVE_INFINITY || bError == Double.POSITIVE_INFINITY ? Double.POSITIVE_INFINITY
                : Math.abs(a) * bError + (Math.abs(b) + bError) * aError + rounded(a * b);
    }

    /** Error of {@code w (1 - learningRate weightDecay)}: 1 of the factor, 1 of the product; 0 without decay, when nothing is computed. */
    private static double shrunk(double w, double learningRate, double weightDecay) {
        return weightDecay == 0 ? 0 : 2 * rounded((1 - learningRate * weightDecay) * w);
    }

    /**
     * A running mean {@code fma(1 - keep, g, keep mean)}: 2 errors of {@code keep mean} (factor and product), 1 of {@code (1 - keep) g}
     * (factor), 1 of the sum, and what comes with {@code g}.
     */
    static double mean(double keep, double before, double g, double gError, double after) {
        return 2 * rounded(keep * before) + rounded((1 - keep) * g) + (1 - keep) * gError + rounded(after);
    }

    /**
     * A running mean square {@code fma((1 - keep) g, g, keep v)}: as {@link #mean}, but {@code (1 - keep) g} is rounded once more, and then
     * all its error is multiplied by {@code g}; {@code g^2} moves by at most {@code (2 |g| + gError) gError}.
     */
    static double square(double keep, double before, double g, double gError, double after) {
        double factor = 2 * rounded((1 - keep) * g) * Math.abs(g);
        return 2 * rounded(keep * before) + factor + (1 - keep) * (2 * Math.abs(g) + gError) * gError + rounded(after);
    }

    /**
     * {@code g}: {@link Bound#descent}. {@code v} and {@code gAvg}: {@link #square} and {@link #mean}.
     * {@code v - gAvg^2}: those of {@code v}, {@code (2 |gAvg| + e) e} for the error {@code e} of {@code gAvg}, 1 of the difference; there
     * is no bound where it may be negative. Divisor: that of the {@link #root}, 1 of epsilon, 1 of the sum. {@code u}: the
     * {@link #quotient}. Without momentum {@code learningRate g} has 2 errors of its own (factor and product) before the division, and
     * {@code w} 1. {@code b}: 2 of {@code momentum b}, that of {@code u}, 1 of the sum; then {@code w} has {@code learningRate} times that,
     * 1 of {@code learningRate b} and 1 of its own. With epsilonInRoot the errors of epsilon and sum are under the root; with
     * learningRateInside {@code b} adds what {@code w} would without momentum, and {@code w} has that of {@code b} and 1.
     */
    static Bound of(RmsProp rule) {
        return (x, y, _, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double v = y[2];
            double vError = errors[2] = square(rule.alpha(), x[2], g, gError, v);
            if (rule.centered()) {
                double e = errors[3] = mean(rule.alpha(), x[3], g, gError, y[3]);
                v -= y[3] * y[3];
                vError += (2 * Math.abs(y[3]) + e) * e + rounded(v);
            }
            double below = rule.epsilonInRoot() ? v + rule.epsilon() : v;
            double belowError = rule.epsilonInRoot() ? vError + rounded(rule.epsilon()) + rounded(below) : vError;
            double divisor = rule.epsilonInRoot() ? Math.sqrt(below) : Math.sqrt(below) + rule.epsilon();
            double divisorError = rule.centered() && !(below >= belowError) ? Double.POSITIVE_INFINITY
                    : root(below, belowError) + (rule.epsilonInRoot() ? 0 : rounded(rule.epsilon()) + rounded(divisor));
            double a = learningRate * g, aError = learningRate * gError + 2 * rounded(a);
            int b = x.length - 1;
            if (rule.momentum() == 0) {
                errors[0] = quotient(a, aError, divisor, divisorError) + rounded(y[0]);
            } else if (rule.learningRateInside()) {
                errors[b] = 2 * rounded(rule.momentum() * x[b]) + quotient(a, aError, divisor, divisorError) + rounded(y[b]);
                errors[0] = errors[b] + rounded(y[0]);
            } else {
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
     * and 1 of {@code w}. With epsilonHat the root is not divided, and {@code sqrt(c2)} is in the step size's factor. {@code v / c2}: that
     * of {@code v}, 1 of {@code c2}, 1 of the division; under the root 1 of epsilonRoot and 1 of the sum.
     */
    static Bound of(Adam rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double[] errors = new double[x.length];
            double mError = errors[2] = mean(rule.beta1(), x[2], g, gError, y[2]);
            double vError = errors[3] = square(rule.beta2(), x[3], g, gError, y[3]);
            double v = y[3];
            double c2 = 1 - Math.pow(rule.beta2(), step), c = Math.sqrt(c2);
            boolean correctsMaximum = rule.amsgrad() && rule.correctedMaximum();
            if (rule.amsgrad()) {
                vError = errors[4] = correctsMaximum ? vError / c2 + 2 * rounded(v / c2) : vError;
                v = y[4];
            }
            double divisor, divisorError;
            if (rule.epsilonHat()) {
                divisor = Math.sqrt(v);
                divisorError = root(v, vError);
            } else if (rule.epsilonRoot() != 0 || correctsMaximum) {
                double vHat = correctsMaximum ? v : v / c2;
                double vHatError = correctsMaximum ? vError : vError / c2 + 2 * rounded(vHat);
                double below = vHat + rule.epsilonRoot();
                divisor = Math.sqrt(below);
                divisorError = root(below, vHatError + rounded(rule.epsilonRoot()) + rounded(below));
            } else {
                divisor = Math.sqrt(v) / c;
                divisorError = root(v, vError) / c + 2 * rounded(divisor);
            }
            divisor += rule.epsilon();
            divisorError += rounded(rule.epsilon()) + rounded(divisor);
            double scale = learningRate * (rule.epsilonHat() ? c : 1) / (1 - Math.pow(rule.beta1(), step));
            double a = scale * y[2];
            errors[0] = quotient(a, scale * mError + 2 * rounded(a), divisor, divisorError) + rounded(y[0]);
            return errors;
        };
    }

    /** As Adam without decay, and what {@link #shrunk} says. */
    static Bound of(AdamW rule) {
        Bound adam = of(new Adam(rule.learningRate(), rule.beta1(), rule.beta2(), rule.epsilon(), 0, rule.amsgrad(), rule.epsilonHat(),
                rule.epsilonRoot(), rule.correctedMaximum()));
        return (x, y, step, learningRate) -> {
            double[] errors = adam.errors(x, y, step, learningRate);
            errors[0] += shrunk(x[0], learningRate, rule.weightDecay());
            return errors;
        };
    }

    /**
     * {@code g} and {@code m} as in {@link Adam}. {@code u}: the larger of {@code beta2 u}, with 2 errors (factor and product), and
     * {@code |g| + epsilon}, with that of {@code g}, 1 of epsilon and 1 of the sum, moves by no more than one of them. {@code w} as in
     * {@link Adam}, with {@code u} for the divisor; with epsilonAfterMaximum the errors of epsilon and sum are in the divisor.
     */
    static Bound of(Adamax rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double mError = mean(rule.beta1(), x[2], g, gError, y[2]);
            boolean late = rule.epsilonAfterMaximum();
            double sizeError = late ? gError : gError + rounded(rule.epsilon()) + rounded(Math.abs(g) + rule.epsilon());
            double uError = Math.max(2 * rounded(rule.beta2() * x[3]), sizeError);
            double divisor = late ? y[3] + rule.epsilon() : y[3];
            double divisorError = late ? uError + rounded(rule.epsilon()) + rounded(divisor) : uError;
            double scale = learningRate / (1 - Math.pow(rule.beta1(), step));
            double a = scale * y[2];
            double move = quotient(a, scale * mError + 2 * rounded(a), divisor, divisorError);
            return new double[] {move + rounded(y[0]), 0, mError, uError};
        };
    }

    /**
     * {@code g}, {@code m} and {@code v} as in {@link Adam}. Divisor: {@code v / c2} has that of {@code v} over {@code c2}, and 2 of its
     * own (divisor and quotient); then that of the {@link #root}, 1 of epsilon, 1 of the sum. {@code p}: 2 for each step so far (factor
     * and product), {@code pNext} those and, counting {@code mu} twice, 4 more; a number {@code c / (1 - p)} moves by {@code c / (1 -
     * p)^2} times that. The two numerators: that of {@code g} or {@code m}, that of {@code 1 - p}, 2 of their own (factor and product).
     * Then two {@link #quotient}s, two sums, and what {@link #shrunk} says.
     */
    static Bound of(NAdam rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = Oracle.descent(x[1], decay, x[0]);
            double gError = Bound.descent(decay, x[0], g);
            double mError = mean(rule.beta1(), x[2], g, gError, y[2]);
            double vError = square(rule.beta2(), x[3], g, gError, y[3]);
            double c = 1 - Math.pow(rule.beta2(), step);
            double root = Math.sqrt(y[3] / c);
            double divisor = root + rule.epsilon();
            double divisorError = root(y[3] / c, vError / c + 2 * rounded(y[3] / c)) + rounded(rule.epsilon()) + rounded(divisor);
            double mu = Oracle.mu(rule, step), muNext = Oracle.mu(rule, step + 1), p = Oracle.productOfMu(rule, step);
            double pNext = p * muNext * (rule.countMuTwice() ? mu : 1);
            double ofG = learningRate * (1 - mu) / (1 - p), ofM = learningRate * muNext / (1 - pNext);
            double ofGError = ofG * 2 * step * rounded(p) / (1 - p), ofMError = ofM * (2 * step + 4) * rounded(pNext) / (1 - pNext);
            double a = ofG * g, b = ofM * y[2];
            double first = quotient(a, ofG * gError + Math.abs(g) * ofGError + 2 * rounded(a), divisor, divisorError);
            double second = quotient(b, ofM * mError + Math.abs(y[2]) * ofMError + 2 * rounded(b), divisor, divisorError);
            double shrunk = rule.decoupledWeightDecay() ? shrunk(x[0], learningRate, rule.weightDecay()) : 0;
            return new double[] {shrunk + first + second + rounded(y[0] + b / divisor) + rounded(y[0]), 0, mError, vError};
        };
    }

    /**
     * {@code g}, {@code m} and {@code v} as in {@link Adam}. {@code d}: {@code m / c1} has that of {@code m} over {@code c1} and 2 of its
     * own, times the learning rate, which is rounded; 1 of the product. That is all while nothing is rectified. The inverse: that of the
     * {@link #root}, 1 of epsilon, 1 of the sum, the {@link #quotient}; times {@code sqrt(c2)}, which is rounded. Then the {@link
     * #product} with {@code d}, and that with {@code r}, which is rounded. {@code w}: 1 of the sum, and what {@link #shrunk} says.
     */
    static Bound of(RAdam rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = Oracle.descent(x[1], decay, x[0]);
            double gError = Bound.descent(decay, x[0], g);
            double mError = mean(rule.beta1(), x[2], g, gError, y[2]);
            double vError = square(rule.beta2(), x[3], g, gError, y[3]);
            double corrected = y[2] / (1 - Math.pow(rule.beta1(), step));
            double correctedError = mError / (1 - Math.pow(rule.beta1(), step)) + 2 * rounded(corrected);
            double move = corrected * learningRate;
            double moveError = product(corrected, correctedError, learningRate, rounded(learningRate));
            double r = Oracle.rectification(rule, step);
            if (r != 0) {
                double divisor = Math.sqrt(y[3]) + rule.epsilon();
                double divisorError = root(y[3], vError) + rounded(rule.epsilon()) + rounded(divisor);
                double c = Math.sqrt(1 - Math.pow(rule.beta2(), step));
                double inverseError = product(1 / divisor, quotient(1, 0, divisor, divisorError), c, rounded(c));
                moveError = product(move, moveError, c / divisor, inverseError);
                move *= c / divisor;
                moveError = product(move, moveError, r, rounded(r));
            }
            double shrunk = rule.decoupledWeightDecay() ? shrunk(x[0], learningRate, rule.weightDecay()) : 0;
            return new double[] {shrunk + moveError + rounded(y[0]), 0, mError, vError};
        };
    }

    /**
     * {@code g}: {@link Bound#descent}. {@code sum}: {@code g^2} moves by at most {@code (2 |g| + gError) gError}, 1 of the sum. Divisor:
     * that of the {@link #root}, 1 of epsilon, 1 of the sum, the last two under the root with epsilonInRoot. {@code rate g}: {@code rate}
     * times that of {@code g}, 2 of its own. Then the {@link #quotient}, and 1 of {@code w}.
     */
    static Bound of(Adagrad rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double sumError = (2 * Math.abs(g) + gError) * gError + rounded(y[2]);
            double below = y[2] + rule.epsilon();
            double divisor = rule.epsilonInRoot() ? Math.sqrt(below) : Math.sqrt(y[2]) + rule.epsilon();
            double divisorError = rule.epsilonInRoot() ? root(below, sumError + rounded(rule.epsilon()) + rounded(below))
                    : root(y[2], sumError) + rounded(rule.epsilon()) + rounded(divisor);
            double rate = learningRate / (1 + (step - 1) * rule.learningRateDecay());
            double a = rate * g;
            double move = quotient(a, rate * gError + 2 * rounded(a), divisor, divisorError);
            return new double[] {move + rounded(y[0]), 0, sumError};
        };
    }

    /**
     * {@code g} and {@code v} as in {@link RmsProp}. The two roots: 1 of epsilon, 1 of the sum, that of {@code v} in the one below; then
     * that of the {@link #root}. {@code d}: their {@link #quotient}, and the {@link #product} with {@code g}. {@code vMove} as {@code v},
     * of {@code d}. {@code w}: {@code learningRate} times that of {@code d}, 1 of the product (factor), 1 of the sum.
     */
    static Bound of(Adadelta rule) {
        return (x, y, _, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = Bound.descent(rule.weightDecay(), x[0], g);
            double vError = square(rule.rho(), x[2], g, gError, y[2]);
            double above = x[3] + rule.epsilon(), below = y[2] + rule.epsilon();
            double quotient = Math.sqrt(above) / Math.sqrt(below);
            double quotientError = quotient(
                    Math.sqrt(above), root(above, rounded(rule.epsilon()) + rounded(above)),
                    Math.sqrt(below), root(below, vError + rounded(rule.epsilon()) + rounded(below)));
            double move = quotient * g;
            double moveError = product(quotient, quotientError, g, gError);
            double vMoveError = square(rule.rho(), x[3], move, moveError, y[3]);
            return new double[] {learningRate * moveError + rounded(learningRate * move) + rounded(y[0]), 0, vError, vMoveError};
        };
    }
}
