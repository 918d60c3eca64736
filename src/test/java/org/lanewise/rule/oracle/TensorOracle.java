package org.lanewise.rule.oracle;

import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;

/**
 * What one step of a rule that looks at whole tensors should make of one tensor, in double arithmetic, written from its paper and sharing
 * no code with the library. The library's step of the same floats may differ from it by rounding only: {@link TensorBound}.
 */
@FunctionalInterface
interface TensorOracle {
    /**
     * One step.
     *
     * @param shape the tensor's
     * @param x parameters, gradients and states before the step, each state as long as it is kept
     * @param step number of the step, from 1
     * @param learningRate learning rate of this step
     * @return the same planes after it, new arrays
     */
    double[][] step(long[] shape, double[][] x, long step, double learningRate);

    /** You, Gitman and Ginsburg, algorithm 1; trust 1 where a norm is zero, and Nesterov's look-ahead as with {@code torch.optim.SGD}. */
    static TensorOracle of(Lars rule) {
        return (_, x, _, learningRate) -> {
            double[][] y = copy(x);
            double scale = learningRate * trust(rule, x[0], x[1]);
            for (int i = 0; i < x[0].length; i++) {
                double move = scale * decayed(x[1][i], rule.weightDecay(), x[0][i]);
                y[2][i] = rule.momentum() * x[2][i] + move;
                y[0][i] = x[0][i] - (rule.nesterov() ? rule.momentum() * y[2][i] + move : y[2][i]);
            }
            return y;
        };
    }

    /** What a tensor's learning rate is multiplied by. */
    static double trust(Lars rule, double[] w, double[] g) {
        double ofW = norm(w), ofG = norm(g);
        return ofW == 0 || ofG == 0 ? 1 : rule.trustCoefficient() * ofW / (ofG + rule.weightDecay() * ofW + rule.epsilon());
    }

    /** You et al., algorithm 2, with Adam's bias corrections; trust 1 where a norm is zero. */
    static TensorOracle of(Lamb rule) {
        return (_, x, step, learningRate) -> {
            double[][] y = copy(x);
            for (int i = 0; i < x[0].length; i++) {
                y[2][i] = rule.beta1() * x[2][i] + (1 - rule.beta1()) * x[1][i];
                y[3][i] = rule.beta2() * x[3][i] + (1 - rule.beta2()) * x[1][i] * x[1][i];
            }
            double[] u = update(rule, x[0], y[2], y[3], step);
            double scale = learningRate * trust(rule, x[0], u);
            for (int i = 0; i < u.length; i++) {
                y[0][i] = x[0][i] - scale * u[i];
            }
            return y;
        };
    }

    /** The direction, from the new moments. */
    static double[] update(Lamb rule, double[] w, double[] m, double[] v, long step) {
        double c1 = rule.biasCorrection() ? 1 - Math.pow(rule.beta1(), step) : 1;
        double c2 = rule.biasCorrection() ? 1 - Math.pow(rule.beta2(), step) : 1;
        double[] u = new double[w.length];
        for (int i = 0; i < u.length; i++) {
            u[i] = decayed(m[i] / c1 / (Math.sqrt(v[i] / c2) + rule.epsilon()), rule.weightDecay(), w[i]);
        }
        return u;
    }

    /** What a tensor's learning rate is multiplied by. */
    static double trust(Lamb rule, double[] w, double[] u) {
        double ofW = norm(w), ofU = norm(u);
        return ofW == 0 || ofU == 0 ? 1 : Math.min(Math.max(ofW, rule.lowerTrustBound()), rule.upperTrustBound()) / ofU;
    }

    /** Ginsburg et al., algorithm 1; with gradientAveraging the new term of {@code m} is multiplied by what is not kept. */
    static TensorOracle of(NovoGrad rule) {
        return (_, x, step, learningRate) -> {
            double[][] y = copy(x);
            double square = Math.pow(norm(x[1]), 2);
            double v = y[3][0] = step == 1 ? square : rule.beta2() * x[3][0] + (1 - rule.beta2()) * square;
            double kept = step == 1 ? 0 : rule.beta1();
            double taken = rule.gradientAveraging() ? 1 - rule.beta1() : 1;
            for (int i = 0; i < x[0].length; i++) {
                y[2][i] = kept * x[2][i] + taken * decayed(x[1][i] / (Math.sqrt(v) + rule.epsilon()), rule.weightDecay(), x[0][i]);
                y[0][i] = x[0][i] - learningRate * y[2][i];
            }
            return y;
        };
    }

    /** {@return {@code x + weightDecay w}, and {@code x} without decay, whatever {@code w} is} */
    static double decayed(double x, double weightDecay, double w) {
        return weightDecay == 0 ? x : x + weightDecay * w;
    }

    /** {@return copies of the planes} */
    static double[][] copy(double[][] planes) {
        double[][] copy = new double[planes.length][];
        for (int k = 0; k < copy.length; k++) {
            copy[k] = planes[k].clone();
        }
        return copy;
    }

    /**
     * The root of the sum of squares, the sum rounded as if it were exact: each square is two doubles, and what a sum of doubles loses is
     * kept (A. Neumaier, 1974), so that only the root of the relative error {@code 2^-53} is left.
     */
    static double norm(double[] x) {
        double sum = 0, lost = 0, plain = 0;
        for (double xi : x) {
            double square = xi * xi;
            double next = sum + square;
            lost += (Math.abs(sum) >= square ? sum - next + square : square - next + sum) + Math.fma(xi, xi, -square);
            sum = next;
            plain += square;
        }
        return Math.sqrt(Double.isFinite(plain) ? sum + lost : plain);
    }
}
