package org.lanewise.rule;

/**
 * What roundings to float add up to; a {@link Bound} is made of these.
 * <ul>
 * <li>A result {@code x} of a float operation is rounded by at most {@code 2^-24 |x|}, and by {@code 2^-150} where it is subnormal:
 *     {@link #rounded}.
 * <li>A hyperparameter {@code c}, or a number made of several in double, is rounded to float once, which moves {@code c x} by at most
 *     {@code 2^-24 |c x|}: {@link #rounded} again.
 * <li>{@code fma(a, b, c)} is rounded once.
 * <li>An error of a number goes into the next one times the derivative.
 * <li>The two-norm of numbers that have errors moves by at most the two-norm of these (triangle inequality). The sum itself is one of
 *     doubles: at most 256 squares of a block in each of 64 lanes, a tree of 6 levels, and blocks with compensation, together 264 roundings
 *     of {@code 2^-53}; its root has half of that, and so a ratio of two norms at most {@link #SUMS}.
 * <li>A ratio of norms and all that is made of it in double is rounded to float once.
 * </ul>
 * Products of errors are left out: they are below {@code 2^-20} of what is counted, since nothing here has more than 20 roundings, and so
 * are the errors of the oracle itself, {@code 2^-29} of it. {@link #SLACK} makes up for both.
 */
final class Rounding {
    /** What a bound is multiplied by before it is compared with. */
    static final double SLACK = 1 + 0x1p-16;

    /** One rounding error to float. */
    static final double U = 0x1p-24;

    /** Relative error of a ratio of two norms, by their sums: above {@code 264 2^-53}. */
    static final double SUMS = 0x1p-44;

    private Rounding() {}

    /** {@return error of a number of this value that is rounded once, or is a product with a rounded factor} */
    static double rounded(double value) {
        return U * Math.abs(value) + 0x1p-150;
    }

    /** {@return error of a gradient with decay {@code g = fma(weightDecay, w, g)}: 1 of {@code weightDecay w}, 1 of the sum} */
    static double descent(double weightDecay, double w, double g) {
        return weightDecay == 0 ? 0 : rounded(weightDecay * w) + rounded(g);
    }

    /** {@return error of {@code w (1 - learningRate weightDecay)}: 2, of factor and product; 0 without decay, when nothing is computed} */
    static double decayed(double weightDecay, double w, double learningRate) {
        return weightDecay == 0 ? 0 : 2 * rounded((1 - learningRate * weightDecay) * w);
    }

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

    /**
     * A running mean {@code fma(1 - keep, g, keep mean)}: 2 errors of {@code keep mean} (factor and product), 1 of {@code (1 - keep) g}
     * (factor), 1 of the sum, and what comes with {@code g}.
     */
    static double mean(double keep, double before, double g, double gError, double after) {
        return 2 * rounded(keep * before) + rounded((1 - keep) * g) + (1 - keep) * gError + rounded(after);
    }

    /**
     * The mean {@code m + (1 - keep) d} with {@code d = g - m} as {@code lerp} has it: {@code fma(k, d, m)} with {@code k = fl(1 - keep)},
     * or {@code fma(k - 1, d, g)} for a {@code k} from a half on. The fused sum takes {@code k} or {@code 1 - k} of {@code d}: so much of 1
     * error of the difference. {@code k} is rounded, and {@code k - 1} is exact, as {@code k} is between a half and 1: 1 of
     * {@code (1 - keep) d} in both. 1 of the sum. In the second form {@code g} stands in two places, and what comes with it is
     * {@code 1 - (1 - k)} times its error, as in the first.
     */
    static double lerp(double keep, double before, double g, double gError, double after) {
        double taken = 1 - keep, difference = g - before;
        double part = (float) taken < 0.5f ? taken : keep;
        return rounded(taken * difference) + part * rounded(difference) + taken * gError + rounded(after);
    }

    /**
     * A running mean of squares {@code fma((1 - keep) g, g, keep v)}: as {@link #mean}, but {@code (1 - keep) g} is rounded once more, and
     * then all its error is multiplied by {@code g}; {@code g^2} moves by at most {@code (2 |g| + gError) gError}.
     */
    static double meanOfSquares(double keep, double before, double g, double gError, double after) {
        double factor = 2 * rounded((1 - keep) * g) * Math.abs(g);
        return 2 * rounded(keep * before) + factor + (1 - keep) * (2 * Math.abs(g) + gError) * gError + rounded(after);
    }

    /** {@return Adam's bias correction, exactly} */
    static double correction(double beta, long step) {
        return 1 - Math.pow(beta, step);
    }

    /**
     * Error of {@code a / (sqrt(v) / sqrt(c) + epsilon)}: that of the root over {@code sqrt(c)}, 1 of the factor and 1 of the division,
     * both of their quotient; 1 of epsilon, 1 of the sum; then the {@link #quotient}.
     */
    static double normalized(double a, double aError, double v, double vError, double correction, double epsilon) {
        double c = Math.sqrt(correction);
        double corrected = Math.sqrt(v) / c;
        double divisor = corrected + epsilon;
        double divisorError = root(v, vError) / c + 2 * rounded(corrected) + rounded(epsilon) + rounded(divisor);
        return quotient(a, aError, divisor, divisorError);
    }

    /**
     * A step by the sign of a running mean: 1 rounding of the learning rate, 1 of the new {@code w}. The sign may be another where the
     * mean's error reaches 0; then the step may be off by two learning rates. Where both of its terms are 0 the sign is held to be 0.
     */
    static double signOfMean(double keep, double before, double g, double after, double w, double learningRate) {
        boolean isZero = before == 0 && g == 0;
        boolean isUnsure = !isZero && Math.abs(after) <= mean(keep, before, g, 0, after);
        return (isUnsure ? 2 * learningRate : 0) + rounded(learningRate) + rounded(w);
    }

    /** Relative error of what is divided by a norm that is known up to an error; none if the norm is exactly zero, and not divided by. */
    static double ofNorm(double norm, double error) {
        return norm == 0 && error == 0 ? 0 : norm > error ? error / (norm - error) + SUMS : Double.POSITIVE_INFINITY;
    }
}
