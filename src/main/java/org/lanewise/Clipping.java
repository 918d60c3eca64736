package org.lanewise;

import org.lanewise.check.Check;

/**
 * How gradients are limited before a step: an immutable value. The norm is the 2-norm of the gradients once loss scale and weights of
 * micro-batches are taken from them. It is nearly exact, and the same bits at every width and for any number of threads:
 * {@link Reductions#sumOfSquares} says how it is added. Tensors that a store owns and that lie one after the other are added as one.
 *
 * @param form what is limited
 * @param limit the largest magnitude or norm: from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}
 */
public record Clipping(Form form, double limit) {
    /** 1e-6 as PyTorch adds it to a norm. */
    private static final float TORCH_EPSILON = 1e-6f;

    /** What is limited. */
    public enum Form {
        /** No gradient is changed. */
        NONE,
        /** Each gradient by itself. */
        VALUE,
        /** The norm of each tensor. */
        TENSOR_NORM,
        /** The norm over all tensors, of all groups, that have gradients. */
        GLOBAL_NORM,
        /** The norm over all tensors, as optax does. */
        OPTAX_GLOBAL_NORM
    }

    /**
     * Checks both.
     *
     * @throws NullPointerException if the form is null
     * @throws IllegalArgumentException if the limit is out of range
     */
    public Clipping {
        Check.notNull("form", form);
        Check.positive("limit", limit);
    }

    /**
     * No clipping: the default.
     *
     * @return a value with a limit that means nothing
     */
    public static Clipping none() {
        return new Clipping(Form.NONE, 1);
    }

    /**
     * Each gradient to {@code [-limit, limit]}, as {@code torch.nn.utils.clip_grad_value_}: {@code min(max(g, -limit), limit)}. {@code NaN}
     * stays, infinities become the limit of their sign.
     *
     * @param limit the largest magnitude
     * @return a value
     * @throws IllegalArgumentException if the limit is out of range
     */
    public static Clipping byValue(double limit) {
        return new Clipping(Form.VALUE, limit);
    }

    /**
     * The norm over all tensors of all groups, as {@code torch.nn.utils.clip_grad_norm_}: gradients are multiplied by
     * {@code min(1, 1 / (norm + 1e-6) limit)}, in 32-bit floats, rounded twice. A norm of exactly the limit is so made a little smaller.
     *
     * @param limit the largest norm
     * @return a value
     * @throws IllegalArgumentException if the limit is out of range
     */
    public static Clipping byNorm(double limit) {
        return new Clipping(Form.GLOBAL_NORM, limit);
    }

    /**
     * The norm of each tensor by itself, with the factor of {@link #byNorm}. Keras' {@code clipnorm}, {@code g limit / max(norm, limit)},
     * differs from it by the 1e-6 and in rounding.
     *
     * @param limit the largest norm
     * @return a value
     * @throws IllegalArgumentException if the limit is out of range
     */
    public static Clipping byTensorNorm(double limit) {
        return new Clipping(Form.TENSOR_NORM, limit);
    }

    /**
     * The norm over all tensors, as {@code optax.clip_by_global_norm}: nothing if {@code norm < limit}, else gradients are multiplied by
     * {@code limit / norm}, rounded once; optax divides by the norm first and differs by at most 1.5 ulps of a gradient.
     *
     * @param limit the largest norm
     * @return a value
     * @throws IllegalArgumentException if the limit is out of range
     */
    public static Clipping byNormAsOptax(double limit) {
        return new Clipping(Form.OPTAX_GLOBAL_NORM, limit);
    }

    boolean needsNorm() {
        return form == Form.TENSOR_NORM || isGlobal();
    }

    boolean isGlobal() {
        return form == Form.GLOBAL_NORM || form == Form.OPTAX_GLOBAL_NORM;
    }

    /** What gradients of this norm are multiplied by. */
    float factor(double norm) {
        if (form == Form.OPTAX_GLOBAL_NORM) {
            return norm < limit ? 1 : (float) (limit / norm);
        }
        return Math.min(1 / ((float) norm + TORCH_EPSILON) * (float) limit, 1);
    }
}
