package org.lanewise.tool.torch;

import java.util.function.Supplier;

/** A number that PyTorch keeps with each tensor. Lanewise has no state for it, since it follows from the steps and learning rates. */
interface Derived {
    /** Takes a step; gives the number after it. */
    float next(long step, double learningRate);

    /** The number of steps. */
    static Supplier<Derived> step() {
        return () -> (step, _) -> step;
    }

    /** NAdam's {@code mu_product}: a product of floats. */
    static Supplier<Derived> muProduct(double beta1, double momentumDecay) {
        return () -> new Derived() {
            private float product = 1;

            @Override
            public float next(long step, double learningRate) {
                product *= (float) (beta1 * (1 - 0.5 * Math.pow(0.96, step * momentumDecay)));
                return product;
            }
        };
    }

    /** ASGD's {@code eta} for the step to come. */
    static Supplier<Derived> eta(double lambda, double alpha) {
        return () -> (step, learningRate) -> (float) (learningRate / Math.pow(1 + lambda * learningRate * step, alpha));
    }

    /** ASGD's {@code mu} for the step to come. */
    static Supplier<Derived> mu(double t0) {
        return () -> (step, _) -> (float) (1 / Math.max(1, step - t0));
    }
}
