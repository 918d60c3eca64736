package org.lanewise.rule.oracle;

import org.lanewise.rule.Asgd;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/**
 * How far one step in float may be from the {@link Oracle}'s, per plane, when both start from the same floats.
 *
 * <p>Each bound follows its rule's formula as its Javadoc groups it and adds up:
 * <ul>
 * <li>a result {@code x} of a float operation is rounded by at most {@code 2^-24 |x|}, and by {@code 2^-150} where it is subnormal:
 *     {@link #rounded};
 * <li>a hyperparameter {@code c}, or a number made of several in double, is rounded to float once, which moves {@code c x} by at most
 *     {@code 2^-24 |c x|}: {@link #rounded} again;
 * <li>{@code fma(a, b, c)} is rounded once;
 * <li>an error of a number goes into the next one times the derivative.
 * </ul>
 * Products of errors are left out: they are below {@code 2^-20} of what is counted, since nothing here has more than 20 roundings, and so
 * are the errors of the oracle itself, {@code 2^-29} of it. {@link #SLACK} makes up for both.
 */
@FunctionalInterface
interface Bound {
    /** What a bound is multiplied by before it is compared with. */
    double SLACK = 1 + 0x1p-16;

    /** One rounding error to float. */
    double U = 0x1p-24;

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

    /** {@return error of a number of this value that is rounded once, or is a product with a rounded factor} */
    static double rounded(double value) {
        return U * Math.abs(value) + 0x1p-150;
    }

    /** {@return error of a gradient with decay {@code g = fma(weightDecay, w, g)}: 1 of {@code weightDecay w}, 1 of the sum} */
    static double descent(double weightDecay, double w, double g) {
        return weightDecay == 0 ? 0 : rounded(weightDecay * w) + rounded(g);
    }

    /**
     * {@code fma(-learningRate, g, w)}: learning rate and result are rounded, so 2 errors, of {@code learningRate g} and the new {@code w}.
     */
    static Bound of(GradientDescent rule) {
        return (x, y, _, learningRate) -> new double[] {rounded(learningRate * x[1]) + rounded(y[0]), 0};
    }

    /**
     * {@code d = fma(-learningRate, g, beta d)}: {@code beta} and the product with it are rounded, the learning rate, and {@code d}; then
     * {@code w + d} is. So 2 errors of {@code beta d}, 1 of {@code learningRate g}, 1 of the new {@code d}, and for {@code w} 1 more of its
     * own.
     */
    static Bound of(Momentum rule) {
        return (x, y, _, learningRate) -> {
            double d = 2 * rounded(rule.beta() * x[2]) + rounded(learningRate * x[1]) + rounded(y[2]);
            return new double[] {d + rounded(y[0]), 0, d};
        };
    }

    /** As {@link #of(Momentum)}, since the step starts from the kept {@code w}, which is the old parameter exactly. */
    static Bound of(Nesterov rule) {
        return (x, y, _, learningRate) -> {
            double d = 2 * rounded(rule.beta() * x[2]) + rounded(learningRate * x[1]) + rounded(y[2]);
            return new double[] {d + rounded(y[0]), 0, d, 0};
        };
    }

    /**
     * {@code g}: {@link #descent}. {@code b}: 2 errors of {@code momentum b}, 1 of {@code (1 - dampening) g}, 1 of the sum, and that of
     * {@code g}; in the first step that of {@code g} alone. With nesterov that of {@code g}, {@code momentum} times that of {@code b}, 1 of
     * {@code momentum b}, 1 of the sum. {@code w} as in {@link GradientDescent}, and {@code learningRate} times the direction's error.
     */
    static Bound of(Sgd rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double gError = descent(rule.weightDecay(), x[0], g);
            if (rule.momentum() == 0) {
                return new double[] {learningRate * gError + rounded(learningRate * g) + rounded(y[0]), 0};
            }
            if (rule.learningRateInside()) {
                return learningRateInside(rule, x, y, step, learningRate, g, gError);
            }
            double kept = 1 - rule.dampening();
            double bError = step == 1 ? gError
                    : 2 * rounded(rule.momentum() * x[2]) + rounded(kept * g) + Math.abs(kept) * gError + rounded(y[2]);
            double direction = rule.nesterov() ? g + rule.momentum() * y[2] : y[2];
            double directionError = rule.nesterov()
                    ? gError + rule.momentum() * bError + rounded(rule.momentum() * y[2]) + rounded(direction) : bError;
            return new double[] {learningRate * directionError + rounded(learningRate * direction) + rounded(y[0]), 0, bError};
        };
    }

    /**
     * {@code b}: 2 errors of {@code momentum b}, 1 of the factor of {@code g}, 1 of the sum, and that of {@code g}. With nesterov
     * {@code momentum} times that of {@code b}, 1 of {@code momentum b}, 2 of {@code learningRate g} (factor and product), that of
     * {@code g}, 1 of the sum. {@code w} has that of the direction and 1.
     */
    private static double[] learningRateInside(Sgd rule, double[] x, double[] y, long step, double learningRate, double g, double gError) {
        double share = learningRate * (step == 1 ? 1 : 1 - rule.dampening());
        double bError = 2 * rounded(rule.momentum() * x[2]) + rounded(share * g) + Math.abs(share) * gError + rounded(y[2]);
        double direction = learningRate * g + rule.momentum() * y[2];
        double directionError = rule.nesterov() ? rule.momentum() * bError + rounded(rule.momentum() * y[2])
                + 2 * rounded(learningRate * g) + learningRate * gError + rounded(direction) : bError;
        return new double[] {directionError + rounded(y[0]), 0, bError};
    }

    /**
     * The product {@code g gPrev} of two floats is exact in double, so the oracle takes the same branch always, and {@code gPrev} has no
     * error. The factor of {@code s} and the product with it are rounded, and clamping to bounds that are rounded once keeps a relative
     * error of 2 roundings what it is: 2 errors of the new {@code s}, none if it stays. {@code w} has these, if it moves, and 1 of its own.
     */
    static Bound of(Rprop rule) {
        return (x, y, _, _) -> {
            double s = y[3] == x[3] ? 0 : 2 * rounded(y[3]);
            double w = y[2] == 0 ? 0 : s + rounded(y[0]);
            return new double[] {w, 0, 0, s};
        };
    }

    /**
     * {@code g}: {@link #descent}. {@code w}: {@code eta} is rounded, so {@code 1 - lambda eta} has {@code lambda} times that error and 1
     * of its own, times {@code w}; then 1 of the product, 1 of {@code eta g}, {@code eta} times that of {@code g}, 1 of the sum. {@code
     * wAvg}: that of {@code w} while it is {@code w}; then the difference has that of {@code w} and 1, all of it times {@code mu}, which
     * is rounded, 1 of the product, 1 of the sum.
     */
    static Bound of(Asgd rule) {
        return (x, y, step, learningRate) -> {
            double g = Oracle.descent(x[1], rule.weightDecay(), x[0]);
            double eta = learningRate / Math.pow(1 + rule.lambda() * learningRate * (step - 1), rule.alpha());
            double kept = 1 - rule.lambda() * eta;
            double w = Math.abs(x[0]) * (rule.lambda() * rounded(eta) + rounded(kept)) + rounded(kept * x[0])
                    + rounded(eta * g) + eta * descent(rule.weightDecay(), x[0], g) + rounded(y[0]);
            double mu = 1 / Math.max(1, step - 1 - rule.t0());
            double difference = y[0] - x[2];
            double wAvg = mu == 1 ? w : mu * (w + rounded(difference)) + 2 * rounded(mu * difference) + rounded(y[2]);
            return new double[] {w, 0, wAvg};
        };
    }
}
