package org.lanewise.check;

/** The checks of hyperparameters. Each message names the thing, states the rule and ends with the value. */
public final class Check {
    private Check() {}

    /**
     * Accepts finite numbers from 0 on.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double notNegative(String name, double value) {
        return require(value >= 0 && value < Double.POSITIVE_INFINITY, name, "finite and at least 0", value);
    }

    /**
     * Accepts numbers from 0 to below 1.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double fraction(String name, double value) {
        return require(value >= 0 && value < 1, name, "in [0, 1)", value);
    }

    /**
     * Accepts the hyperparameters that all rules of Adam's kind have: betas in [0, 1), the others finite and at least 0.
     *
     * @param learningRate learning rate
     * @param beta1 what is kept of the first moment
     * @param beta2 what is kept of the second
     * @param epsilon added to a divisor
     * @param weightDecay weight decay
     */
    public static void ofAdamsKind(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        notNegative("learningRate", learningRate);
        fraction("beta1", beta1);
        fraction("beta2", beta2);
        notNegative("epsilon", epsilon);
        notNegative("weightDecay", weightDecay);
    }

    /**
     * Accepts what may be added to the root of rules of Adam's kind, and when.
     *
     * @param epsilonHat whether epsilon is left out of the correction
     * @param epsilonRoot added to the corrected second moment: finite, at least 0, and 0 with epsilonHat
     * @param correctedMaximum whether the largest corrected second moment is kept: not with epsilonHat
     */
    public static void ofAdamsRoot(boolean epsilonHat, double epsilonRoot, boolean correctedMaximum) {
        notNegative("epsilonRoot", epsilonRoot);
        require(!epsilonHat || epsilonRoot == 0, "epsilonRoot", "0 with epsilonHat", epsilonRoot);
        if (epsilonHat && correctedMaximum) {
            throw new IllegalArgumentException("correctedMaximum must be false with epsilonHat, got true");
        }
    }

    /**
     * Accepts whole numbers from 0 on.
     *
     * @param name what is checked
     * @param count its value
     */
    public static void steps(String name, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + count);
        }
    }

    /**
     * Accepts what a condition says.
     *
     * @param holds the condition
     * @param name what is checked
     * @param rule the condition in words
     * @param value its value
     * @return the value
     */
    public static double require(boolean holds, String name, String rule, double value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + rule + ", got " + value);
        }
        return value;
    }
}
