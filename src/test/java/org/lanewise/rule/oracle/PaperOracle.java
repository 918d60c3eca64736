package org.lanewise.rule.oracle;

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

    /** Pagliardini et al., algorithm 1; {@code beta3} grows so that its half-life does linearly. */
    static Oracle of(AdEMAMix rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1], beta3 = beta3(rule, step);
            double m1 = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double m2 = beta3 * x[3] + (1 - beta3) * g;
            double nu = rule.beta2() * x[4] + (1 - rule.beta2()) * g * g;
            double m1Hat = m1 / (1 - Math.pow(rule.beta1(), step));
            double nuHat = nu / (1 - Math.pow(rule.beta2(), step));
            double quotient = (m1Hat + alpha(rule, step) * m2) / (Math.sqrt(nuHat) + rule.epsilon());
            double decay = rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w;
            return new double[] {w - learningRate * (quotient + decay), g, m1, m2, nu};
        };
    }

    static double alpha(AdEMAMix rule, long step) {
        return rule.alpha() * Math.min(1, rule.warmup() == 0 ? 1 : (double) step / rule.warmup());
    }

    /** By half-lives in steps, of 0 for a beta of 0. */
    static double beta3(AdEMAMix rule, long step) {
        if (step >= rule.warmup()) {
            return rule.beta3();
        }
        double first = Math.log(0.5) / Math.log(rule.beta1());
        double last = Math.log(0.5) / Math.log(rule.beta3());
        return Math.pow(0.5, 1 / (first + (last - first) * step / rule.warmup()));
    }

    /** Xie et al., algorithm 1, with betas as what is kept, the authors' bias corrections, and no change in the first step. */
    static Oracle of(Adan rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1], d = step == 1 ? 0 : g - x[5];
            double ahead = g + rule.beta2() * d;
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * d;
            double n = rule.beta3() * x[4] + (1 - rule.beta3()) * ahead * ahead;
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double vHat = v / (1 - Math.pow(rule.beta2(), step));
            double nHat = n / (1 - Math.pow(rule.beta3(), step));
            double move = learningRate / (Math.sqrt(nHat) + rule.epsilon()) * (mHat + rule.beta2() * vHat);
            double decay = learningRate * rule.weightDecay();
            w = decay == 0 ? w - move : rule.proximal() ? (w - move) / (1 + decay) : w - decay * w - move;
            return new double[] {w, g, m, v, n, g};
        };
    }

    /** Taniguchi et al., algorithm 2, the first step being that of index 0; without clip algorithm 1. */
    static Oracle of(Adopt rule) {
        return (x, step, learningRate) -> {
            double w = x[0], m = x[2], v = x[3];
            double g = Oracle.descent(x[1], rule.decoupledWeightDecay() ? 0 : rule.weightDecay(), w);
            if (step == 1) {
                return new double[] {w, x[1], m, g * g};
            }
            double u = g / Math.max(Math.sqrt(v), rule.epsilon());
            double c = Math.pow(step - 1, 0.25);
            m = rule.beta1() * m + (1 - rule.beta1()) * (rule.clip() ? Math.max(-c, Math.min(c, u)) : u);
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * rule.weightDecay() : 1;
            return new double[] {kept * w - learningRate * m, x[1], m, rule.beta2() * v + (1 - rule.beta2()) * g * g};
        };
    }

    /** Zhuang et al., algorithm 2. */
    static Oracle of(AdaBelief rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1];
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double s = rule.beta2() * x[3] + (1 - rule.beta2()) * (g - m) * (g - m) + rule.epsilon();
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double sHat = s / (1 - Math.pow(rule.beta2(), step));
            double decay = rule.weightDecay() == 0 ? 0 : learningRate * rule.weightDecay() * w;
            return new double[] {w - decay - learningRate * mHat / (Math.sqrt(sHat) + rule.epsilon()), g, m, s};
        };
    }

    /** Zaheer et al., algorithm 2, with Adam's bias corrections. */
    static Oracle of(Yogi rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1];
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = x[3] - (1 - rule.beta2()) * Math.signum(x[3] - g * g) * g * g;
            double mHat = rule.biasCorrection() ? m / (1 - Math.pow(rule.beta1(), step)) : m;
            double vHat = rule.biasCorrection() ? v / (1 - Math.pow(rule.beta2(), step)) : v;
            return new double[] {w - learningRate * mHat / (Math.sqrt(vHat) + rule.epsilon()), g, m, v};
        };
    }

    /** Defazio et al., look-ahead and step together, for a gradient that does not depend on where it is taken. */
    static Oracle of(ScheduleFreeSgd rule) {
        return (planes, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2];
            double y = (1 - rule.beta()) * z + rule.beta() * x;
            z -= learningRate * warmed(step, rule.warmup()) * (g + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * y));
            double c = averaged(step, rule.warmup());
            return new double[] {(1 - c) * x + c * z, g, z, x};
        };
    }

    /** Defazio et al., algorithm 1, as the one before, with the warm-up linear. */
    static Oracle of(ScheduleFreeAdamW rule) {
        return (planes, step, learningRate) -> {
            double x = planes[0], g = planes[1], z = step == 1 ? x : planes[2];
            double y = (1 - rule.beta1()) * z + rule.beta1() * x;
            double v = rule.beta2() * planes[4] + (1 - rule.beta2()) * g * g;
            double u = g / (Math.sqrt(v / (1 - Math.pow(rule.beta2(), step))) + rule.epsilon());
            z -= learningRate * warmed(step, rule.warmup()) * (u + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * y));
            double c = averaged(step, rule.warmup());
            return new double[] {(1 - c) * x + c * z, g, z, x, v};
        };
    }

    static double warmed(long step, long warmup) {
        return warmup == 0 ? 1 : Math.min(1, (double) step / warmup);
    }

    /** The square of this step's learning rate by the sum of all squares, added up. */
    static double averaged(long step, long warmup) {
        double sum = 0;
        for (long k = 1; k <= step; k++) {
            sum += Math.pow(warmed(k, warmup), 2);
        }
        return Math.pow(warmed(step, warmup), 2) / sum;
    }

    private static double zeroIfNaN(double x) {
        return Double.isNaN(x) ? 0 : x;
    }
}
