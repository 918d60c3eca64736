package org.lanewise.rule;

import java.lang.invoke.MethodHandles;
import org.lanewise.kernel.Kernel;
import org.lanewise.scalar.Power;

/** A kernel whose running averages start at 0, so they are divided by the weight that gradients have in them so far. */
abstract class BiasCorrectedKernel extends Kernel {
    private final Power[] powers;

    /** Of a rule with these {@code beta1}, {@code beta2} and so on. */
    BiasCorrectedKernel(MethodHandles.Lookup lookup, double... betas) {
        super(lookup);
        powers = new Power[betas.length];
        for (int k = 0; k < betas.length; k++) {
            powers[k] = new Power(betas[k]);
        }
    }

    /** {@code beta^step} of beta number {@code k}. */
    final double power(int k, long step) {
        return powers[k - 1].at(step);
    }

    /** {@code 1 - beta^step} of beta number {@code k}. */
    final double correction(int k, long step) {
        return 1 - power(k, step);
    }
}
