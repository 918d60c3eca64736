package org.lanewise.rule.oracle;

import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Signum;

/** The {@link Oracle}s of the rules that PyTorch does not have, each written from its paper. */
final class PaperOracle {
    private PaperOracle() {}

    /** Chen et al., algorithm 2, with the decay factored out of the learning rate's bracket. */
    static Oracle of(Lion rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], m = x[2];
            double c = rule.beta1() * m + (1 - rule.beta1()) * g;
            double step = Math.signum(zeroIfNaN(c)) + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w);
            return new double[] {w - learningRate * step, g, rule.beta2() * m + (1 - rule.beta2()) * g};
        };
    }

    /** Bernstein et al., algorithm 2 on one machine, algorithm 1 without momentum; decay as in {@link Lion}. */
    static Oracle of(Signum rule) {
        return (x, _, learningRate) -> {
            double[] y = x.clone();
            double w = x[0], direction = x[1];
            if (rule.beta() != 0) {
                direction = y[2] = rule.beta() * x[2] + (1 - rule.beta()) * direction;
            }
            double step = Math.signum(zeroIfNaN(direction)) + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w);
            y[0] = w - learningRate * step;
            return y;
        };
    }

    /**
     * McMahan et al., algorithm 1, with {@code lambda2 = 2 l2} and TensorFlow's shrinkage.
     *
     * @param power of {@code n}: 0.5 in the paper and the library; others for comparison with published numbers
     */
    static Oracle of(Ftrl rule, double power) {
        return (x, _, alpha) -> {
            double w = x[0], g = x[1], n = x[2], z = x[3];
            double root = Math.pow(n + g * g, power);
            double sigma = (root - Math.pow(n, power)) / alpha;
            z += g + 2 * rule.l2Shrinkage() * w - sigma * w;
            double leader = -(z - Math.signum(z) * rule.l1()) / ((rule.beta() + root) / alpha + 2 * rule.l2());
            return new double[] {Math.abs(z) < rule.l1() ? 0 : leader, g, n + g * g, z};
        };
    }

    private static double zeroIfNaN(double x) {
        return Double.isNaN(x) ? 0 : x;
    }
}
