package org.lanewise.rule;

import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Rounding.SUMS;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.root;
import static org.lanewise.rule.Rounding.rounded;

/** Oracle and bound of {@link AdamW} with update clipping. */
final class UpdateClipping {
    private UpdateClipping() {}

    /** Wortsman et al., algorithm 2: AdamW whose learning rate is divided by the root mean square of the normalized gradient above 1. */
    static Oracle oracle(AdamW rule) {
        ElementOracle unclipped = AdamWTest.unclippedOracle(rule.withUpdateClipping(false));
        return (shape, x, step, learningRate) -> {
            double[] v = unclipped.step(shape, x, step, learningRate)[3];
            return unclipped.step(shape, x, step, learningRate / clip(rule, x[1], v, step));
        };
    }

    /** What a tensor's learning rate is divided by, from its new {@code v}. */
    static double clip(AdamW rule, double[] g, double[] v, long step) {
        return Math.max(1, norm(normalized(rule, g, v, step)) / Math.sqrt(g.length));
    }

    /** The gradient over the corrected root, or over epsilon if that is more. */
    static double[] normalized(AdamW rule, double[] g, double[] v, long step) {
        double[] normalized = new double[g.length];
        for (int i = 0; i < g.length; i++) {
            normalized[i] = g[i] / Math.max(Math.sqrt(v[i] / (1 - Math.pow(rule.beta2(), step))), rule.epsilon());
        }
        return normalized;
    }

    /**
     * The normalized gradient: the corrected root's as in {@link Rounding#normalized} or 1 of epsilon, whichever is more, then the {@link
     * Rounding#quotient}. What the learning rate is divided by moves by no more than the root mean square does; it is at least 1, so
     * relative to it that is what the learning rate moves by, with {@link Rounding#SUMS} and 1. Then {@link AdamWTest#unclippedBound} for
     * that learning rate, and what step and decay move with it.
     */
    static Bound bound(AdamW rule) {
        ElementBound unclipped = AdamWTest.unclippedBound(rule.withUpdateClipping(false));
        return (_, x, y, step, learningRate) -> {
            double clip = clip(rule, x[1], y[3], step);
            double error = norm(normalizedErrors(rule, x, y, step)) / Math.sqrt(x[0].length);
            double relative = error < clip ? error / (clip - error) + SUMS + Rounding.U : Double.POSITIVE_INFINITY;
            double[][] errors = Doubles.zeros(x);
            double rate = learningRate / clip, shrink = rule.weightDecay() == 0 ? 1 : 1 - rate * rule.weightDecay();
            for (int i = 0; i < x[0].length; i++) {
                double[] after = Doubles.column(y, i);
                double[] element = unclipped.errors(Doubles.column(x, i), after, step, rate);
                for (int k = 0; k < errors.length; k++) {
                    errors[k][i] = element[k];
                }
                double decay = (1 - shrink) * x[0][i], move = x[0][i] - decay - after[0];
                errors[0][i] = relative == Double.POSITIVE_INFINITY ? relative
                        : (1 + relative) * element[0] + relative * (Math.abs(move) + Math.abs(decay));
            }
            return errors;
        };
    }

    private static double[] normalizedErrors(AdamW rule, double[][] x, double[][] y, long step) {
        double c = Math.sqrt(correction(rule.beta2(), step));
        double[] errors = new double[x[0].length];
        for (int i = 0; i < errors.length; i++) {
            double g = x[1][i], v = y[3][i], root = Math.sqrt(v) / c;
            double rootError = root(v, meanOfSquares(rule.beta2(), x[3][i], g, 0, v)) / c + 2 * rounded(root);
            double divisor = Math.max(root, rule.epsilon());
            errors[i] = g == 0 && divisor > 0 ? 0 : quotient(g, 0, divisor, Math.max(rootError, rounded(rule.epsilon())));
        }
        return errors;
    }
}
