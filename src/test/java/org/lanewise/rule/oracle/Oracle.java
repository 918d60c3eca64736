package org.lanewise.rule.oracle;

import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/**
 * One step of a rule in double precision, written as its formula reads and by nothing else.
 *
 * <p>Numbers of one element come and go in the order of the planes: parameter, gradient, states as the rule lists them.
 */
@FunctionalInterface
interface Oracle {
    /**
     * One step of one element.
     *
     * @param x parameter, gradient and states before the step; not changed
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return parameter, gradient and states after it
     */
    double[] step(double[] x, long step, double learningRate);

    /** Where to go down, decay included; without decay a parameter that is not finite has no part in it. */
    static double descent(double gradient, boolean maximize, double weightDecay, double w) {
        double g = maximize ? -gradient : gradient;
        return weightDecay == 0 ? g : g + weightDecay * w;
    }

    /** {@code w - learningRate g}. */
    static Oracle of(GradientDescent rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1];
            return new double[] {w - learningRate * g, g};
        };
    }

    /** Polyak: the last move, shortened, plus a gradient step. */
    static Oracle of(Momentum rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], d = x[2];
            d = rule.beta() * d - learningRate * g;
            return new double[] {w + d, g, d};
        };
    }

    /** Look-ahead and step together, for a gradient that does not depend on where it is taken; the state {@code w} is the old parameter. */
    static Oracle of(Nesterov rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], d = x[2];
            d = rule.beta() * d - learningRate * g;
            return new double[] {w + d, g, d, w};
        };
    }

    /** {@code torch.optim.SGD}: the buffer is the bare gradient in the first step. */
    static Oracle of(Sgd rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.maximize(), rule.weightDecay(), w);
            if (rule.momentum() == 0) {
                return new double[] {w - learningRate * g, gradient};
            }
            double b = step == 1 ? g : rule.momentum() * x[2] + (1 - rule.dampening()) * g;
            double direction = rule.nesterov() ? g + rule.momentum() * b : b;
            return new double[] {w - learningRate * direction, gradient, b};
        };
    }

    /**
     * iRprop-, the sign of agreement taken from the product rounded to float, as the rule says. The step size is clamped without agreement
     * too, as PyTorch does; that shows only with a first step size out of bounds.
     */
    static Oracle of(Rprop rule) {
        return (x, _, _) -> {
            double w = x[0], gradient = x[1], gPrev = x[2], s = x[3];
            double g = rule.maximize() ? -gradient : gradient;
            float agreement = (float) (g * gPrev);
            if (agreement > 0) {
                s *= rule.etaPlus();
            } else if (agreement < 0) {
                s *= rule.etaMinus();
                g = 0;
            }
            s = Math.clamp(s, rule.minStep(), rule.maxStep());
            return new double[] {w - Math.signum(g) * s, gradient, g, s};
        };
    }

    /** Tieleman and Hinton with epsilon outside the root; Graves when centered. */
    static Oracle of(RmsProp rule) {
        return (x, _, learningRate) -> {
            double w = x[0], gradient = x[1], alpha = rule.alpha();
            double g = descent(gradient, rule.maximize(), rule.weightDecay(), w);
            double[] y = x.clone();
            double v = y[2] = alpha * x[2] + (1 - alpha) * g * g;
            if (rule.centered()) {
                double gAvg = y[3] = alpha * x[3] + (1 - alpha) * g;
                v -= gAvg * gAvg;
            }
            double u = g / (Math.sqrt(v) + rule.epsilon());
            if (rule.momentum() != 0) {
                int b = x.length - 1;
                u = y[b] = rule.momentum() * x[b] + u;
            }
            y[0] = w - learningRate * u;
            return y;
        };
    }

    /** Kingma and Ba, Algorithm 1; with amsgrad the largest {@code v} so far in its place, before the correction. */
    static Oracle of(Adam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.maximize(), rule.weightDecay(), w);
            double[] y = x.clone();
            double m = y[2] = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = y[3] = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            if (rule.amsgrad()) {
                v = y[4] = Math.max(x[4], v);
            }
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double vHat = v / (1 - Math.pow(rule.beta2(), step));
            y[0] = w - learningRate * mHat / (Math.sqrt(vHat) + rule.epsilon());
            return y;
        };
    }
}
