package org.lanewise.rule.oracle;

import java.util.stream.LongStream;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RAdam;
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
    static double descent(double gradient, double weightDecay, double w) {
        return weightDecay == 0 ? gradient : gradient + weightDecay * w;
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
            double g = descent(gradient, rule.weightDecay(), w);
            if (rule.momentum() == 0) {
                return new double[] {w - learningRate * g, gradient};
            }
            double inside = rule.learningRateInside() ? learningRate : 1, outside = rule.learningRateInside() ? 1 : learningRate;
            double b = step == 1 ? inside * g : rule.momentum() * x[2] + (1 - rule.dampening()) * inside * g;
            double direction = rule.nesterov() ? inside * g + rule.momentum() * b : b;
            return new double[] {w - outside * direction, gradient, b};
        };
    }

    /**
     * iRprop-, the sign of agreement taken from the product rounded to float, as the rule says. The step size is clamped without agreement
     * too, as PyTorch does; that shows only with a first step size out of bounds.
     */
    static Oracle of(Rprop rule) {
        return (x, _, _) -> {
            double w = x[0], gradient = x[1], gPrev = x[2], s = x[3];
            double g = gradient;
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

    /** Tieleman and Hinton, epsilon outside the root or as Graves has it inside; centered as his. */
    static Oracle of(RmsProp rule) {
        return (x, _, learningRate) -> {
            double w = x[0], gradient = x[1], alpha = rule.alpha();
            double g = descent(gradient, rule.weightDecay(), w);
            double[] y = x.clone();
            double v = y[2] = alpha * x[2] + (1 - alpha) * g * g;
            if (rule.centered()) {
                double gAvg = y[3] = alpha * x[3] + (1 - alpha) * g;
                v -= gAvg * gAvg;
            }
            double u = g / (rule.epsilonInRoot() ? Math.sqrt(v + rule.epsilon()) : Math.sqrt(v) + rule.epsilon());
            int b = x.length - 1;
            if (rule.momentum() == 0) {
                y[0] = w - learningRate * u;
            } else if (rule.learningRateInside()) {
                y[b] = rule.momentum() * x[b] + learningRate * u;
                y[0] = w - y[b];
            } else {
                y[b] = rule.momentum() * x[b] + u;
                y[0] = w - learningRate * y[b];
            }
            return y;
        };
    }

    /**
     * Kingma and Ba, Algorithm 1, or with epsilon hat the last three lines of their section 2; with amsgrad the largest {@code v} so far in
     * its place, before or after the correction.
     */
    static Oracle of(Adam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.weightDecay(), w);
            double[] y = x.clone();
            double m = y[2] = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = y[3] = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double c1 = 1 - Math.pow(rule.beta1(), step), c2 = 1 - Math.pow(rule.beta2(), step);
            double vHat = v / c2;
            if (rule.amsgrad() && rule.correctedMaximum()) {
                vHat = y[4] = Math.max(x[4], vHat);
            } else if (rule.amsgrad()) {
                v = y[4] = Math.max(x[4], v);
                vHat = v / c2;
            }
            y[0] = rule.epsilonHat() ? w - learningRate * Math.sqrt(c2) / c1 * m / (Math.sqrt(v) + rule.epsilon())
                    : w - learningRate * (m / c1) / (Math.sqrt(vHat + rule.epsilonRoot()) + rule.epsilon());
            return y;
        };
    }

    /** Loshchilov and Hutter: Adam's move, and a part of the parameter, which neither the averages nor the root see. */
    static Oracle of(AdamW rule) {
        Oracle adam = of(new Adam(rule.learningRate(), rule.beta1(), rule.beta2(), rule.epsilon(), 0, rule.amsgrad(), rule.epsilonHat(),
                rule.epsilonRoot(), rule.correctedMaximum()));
        return (x, step, learningRate) -> {
            double[] y = adam.step(x, step, learningRate);
            y[0] -= learningRate * rule.weightDecay() * x[0];
            return y;
        };
    }

    /** Kingma and Ba, Algorithm 2, epsilon in the magnitude or, as Keras has it, in the divisor. */
    static Oracle of(Adamax rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.weightDecay(), w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double early = rule.epsilonAfterMaximum() ? 0 : rule.epsilon(), late = rule.epsilon() - early;
            double u = Math.max(rule.beta2() * x[3], Math.abs(g) + early);
            return new double[] {w - learningRate / (1 - Math.pow(rule.beta1(), step)) * m / (u + late), gradient, m, u};
        };
    }

    /** Dozat, epsilon outside the root, {@code mu} as PyTorch schedules it. */
    static Oracle of(NAdam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1], decay = rule.weightDecay();
            double g = descent(gradient, rule.decoupledWeightDecay() ? 0 : decay, w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double mu = mu(rule, step), muNext = mu(rule, step + 1), product = productOfMu(rule, step);
            double divisor = Math.sqrt(v / (1 - Math.pow(rule.beta2(), step))) + rule.epsilon();
            double byGradient = (1 - mu) / (1 - product) * g / divisor;
            double byMomentum = muNext / (1 - product * muNext * (rule.countMuTwice() ? mu : 1)) * m / divisor;
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * decay : 1;
            return new double[] {w * kept - learningRate * (byGradient + byMomentum), gradient, m, v};
        };
    }

    /** NAdam's share of the momentum in a step. */
    static double mu(NAdam rule, long step) {
        return rule.beta1() * (1 - Math.pow(0.96, step * rule.momentumDecay()) / 2);
    }

    /** The product of those of all steps so far. */
    static double productOfMu(NAdam rule, long step) {
        return LongStream.rangeClosed(1, step).mapToDouble(i -> mu(rule, i)).reduce(1, (a, b) -> a * b);
    }

    /** Liu et al., Algorithm 2, with PyTorch's epsilon and its 5 where the paper has 4. */
    static Oracle of(RAdam rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1], decay = rule.weightDecay();
            double g = descent(gradient, rule.decoupledWeightDecay() ? 0 : decay, w);
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * g * g;
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * decay : 1;
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double rectified = rectification(rule, step);
            double l = Math.sqrt(1 - Math.pow(rule.beta2(), step)) / (Math.sqrt(v) + rule.epsilon());
            return new double[] {w * kept - learningRate * mHat * (rectified == 0 ? 1 : rectified * l), gradient, m, v};
        };
    }

    /** RAdam's {@code r}; 0 in the steps that have none. */
    static double rectification(RAdam rule, long step) {
        double longest = 2 / (1 - rule.beta2()) - 1;
        double power = Math.pow(rule.beta2(), step);
        double length = longest - 2 * step * power / (1 - power);
        return length <= 5 ? 0
                : Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
    }

    /** Duchi, Hazan and Singer with a diagonal matrix, and PyTorch's falling learning rate. */
    static Oracle of(Adagrad rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.weightDecay(), w);
            double sum = x[2] + g * g;
            double rate = learningRate / (1 + (step - 1) * rule.learningRateDecay());
            double root = rule.epsilonInRoot() ? Math.sqrt(sum + rule.epsilon()) : Math.sqrt(sum) + rule.epsilon();
            return new double[] {w - rate * g / root, gradient, sum};
        };
    }

    /** Zeiler, Algorithm 1, the move times a learning rate. */
    static Oracle of(Adadelta rule) {
        return (x, _, learningRate) -> {
            double w = x[0], gradient = x[1], rho = rule.rho();
            double g = descent(gradient, rule.weightDecay(), w);
            double v = rho * x[2] + (1 - rho) * g * g;
            double move = Math.sqrt(x[3] + rule.epsilon()) / Math.sqrt(v + rule.epsilon()) * g;
            return new double[] {w - learningRate * move, gradient, v, rho * x[3] + (1 - rho) * move * move};
        };
    }

    /** Descent on the function with {@code lambda / 2 w^2} added, and the mean of the parameters from step {@code t0 + 1} on. */
    static Oracle of(Asgd rule) {
        return (x, step, learningRate) -> {
            double w = x[0], gradient = x[1];
            double g = descent(gradient, rule.weightDecay(), w);
            double eta = learningRate / Math.pow(1 + rule.lambda() * learningRate * (step - 1), rule.alpha());
            w -= eta * (g + rule.lambda() * w);
            double n = step - 1 - rule.t0();
            return new double[] {w, gradient, n <= 1 ? w : x[2] + (w - x[2]) / n};
        };
    }
}
