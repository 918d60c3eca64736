package org.lanewise.rule;

import org.lanewise.check.Check;

/** The checks that {@link Adam} and the rules made after it share. */
final class AdamChecks {
    private AdamChecks() {}

    /** Accepts betas in [0, 1), and the other hyperparameters if they are finite and at least 0. */
    static void hyperparameters(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        Check.notNegative("learningRate", learningRate);
        Check.fraction("beta1", beta1);
        Check.fraction("beta2", beta2);
        Check.notNegative("epsilon", epsilon);
        Check.notNegative("weightDecay", weightDecay);
    }

    /** Accepts an epsilonRoot that is finite and at least 0; with epsilonHat only 0, and no correctedMaximum. */
    static void conventions(boolean epsilonHat, double epsilonRoot, boolean correctedMaximum) {
        Check.notNegative("epsilonRoot", epsilonRoot);
        Check.require(!epsilonHat || epsilonRoot == 0, "epsilonRoot", "0 with epsilonHat", epsilonRoot);
        if (epsilonHat && correctedMaximum) {
            throw new IllegalArgumentException("correctedMaximum must be false with epsilonHat, got true");
        }
    }
}
