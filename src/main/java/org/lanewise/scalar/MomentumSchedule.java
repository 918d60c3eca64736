package org.lanewise.scalar;

/**
 * NAdam's {@code mu}, which grows from half of {@code beta1} to it, and the product of those so far, in 32-bit floats as PyTorch has it.
 *
 * <p>The product follows from the step and so is no state of a training. It is kept from call to call: for a later step the missing factors
 * are multiplied, for an earlier one all of them. A factor takes some 50 ns, and none is multiplied once the product is 0.
 */
public final class MomentumSchedule {
    private final double beta1;
    private final double momentumDecay;
    private float product = 1;
    private long factors;

    /**
     * Of a rule.
     *
     * @param beta1 what {@code mu} grows to
     * @param momentumDecay how fast
     */
    public MomentumSchedule(double beta1, double momentumDecay) {
        this.beta1 = beta1;
        this.momentumDecay = momentumDecay;
    }

    /**
     * {@code mu} of a step.
     *
     * @param step its number
     * @return its value
     */
    public double mu(long step) {
        return beta1 * (1 - 0.5 * Power.real(0.96, step * momentumDecay));
    }

    /**
     * Product of {@code mu} of the steps from 1 to this one.
     *
     * @param step its number
     * @return the product, rounded after each factor
     */
    public float product(long step) {
        if (step < factors) {
            product = 1;
            factors = 0;
        }
        while (factors < step && product != 0) {
            factors++;
            product *= (float) mu(factors);
        }
        factors = step;
        return product;
    }
}
