package org.lanewise;

/** What a step does about gradients that are infinite or {@code NaN}. */
public enum NonFinite {
    /**
     * Steps with them, as PyTorch does, and does not look for them: the default. What each rule makes of them, its doc says. Where
     * gradients are clipped by their norm, an infinite norm makes finite gradients 0 and infinite ones {@code NaN}; a {@code NaN} makes
     * all {@code NaN}.
     */
    PROPAGATE,

    /**
     * Throws an {@link ArithmeticException} that names the first such gradient, as {@code error_if_nonfinite} of PyTorch's
     * {@code clip_grad_norm_}. Nothing has changed then.
     */
    REFUSE,

    /**
     * Leaves parameters, states, averages and numbers of steps as they are, as PyTorch's {@code GradScaler} and optax'
     * {@code apply_if_finite} do. {@link StepReport#skipped} tells.
     */
    SKIP,

    /**
     * Steps with 0 in their place, in norms too. A gradient that overflows as the loss scale is taken from it is one of them.
     */
    SANITISE
}
