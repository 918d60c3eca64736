package org.lanewise.rule;

import java.util.List;
import org.lanewise.Rule;
import org.lanewise.check.Check;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;

/**
 * Adafactor as {@code torch.optim.Adafactor} of PyTorch 2.14.1 has it (one tensor at a time): the mean square of a matrix's gradients is
 * kept as one number for each row and one for each column, and steps are relative to the size of the tensor's parameters.
 * <pre>{@code
 * k = step^beta2Decay
 * rowVariance    <- rowVariance    + k (mean of g^2 over its columns - rowVariance)
 * columnVariance <- columnVariance + k (mean of g^2 over its rows - columnVariance)
 * v  = rowVariance columnVariance / max(mean(rowVariance), epsilon1)
 * u  = g / sqrt(max(v, epsilon1^2))
 * a  = max(epsilon2, RMS(w)) min(learningRate, 1 / sqrt(step))
 * w <- w (1 - learningRate weightDecay) - a / max(1, RMS(u) / clippingThreshold) u
 * }</pre>
 *
 * <p>RMS is the root of the mean square over the tensor, before the step. The last two dimensions of a tensor are rows and columns; further
 * ones count matrices, which have rows, columns and a mean each. A tensor of one dimension or none is not factored: {@code v} is
 * {@code columnVariance}, which has a number for each element.
 *
 * <p>The states are {@code rowVariance}, {@code columnVariance} and {@code inverseMean}, which is 1 over the divisor in {@code v}, for each
 * matrix, computed anew in every step; for a vector it and {@code rowVariance} are 1. PyTorch's names are {@code row_var}, {@code col_var}
 * and, for a vector, {@code variance}. They are 32-bit floats in every store. A matrix of 1,024 by 1,024 takes 0.01 bytes per parameter,
 * a vector 4. A step reads gradients three times and parameters twice.
 *
 * <p>The rule rounds where PyTorch rounds. Only the order of sums is another: sums of squares are in double precision and rounded once. So
 * the states of vectors are the same bits. Those of matrices agree to 2e-6 of themselves where squares of gradients are normal floats, and
 * parameters to 1e-6 of themselves plus 1e-6. The default of {@code epsilon1} is PyTorch's for 32-bit floats.
 *
 * <p>The paper, T5, Hugging Face and optax add {@code epsilon1}, 1e-30, to {@code g^2}: {@link #withAddedEpsilon}. Hugging Face's
 * {@code relative_step} and {@code scale_parameter} have options here, and its decay is {@link #withRelativeDecay}. Its relative step
 * without a learning rate has 0.01. Not here: the running average of {@code u} ({@code beta1}), the two largest dimensions in place of the
 * last two, and optax' vectors in place of matrices with a dimension below 128.
 *
 * <p>A tensor whose gradients are all zero keeps its parameters except for the decay. A gradient of 1e-30 has a square of zero in the
 * states and moves a parameter by {@code a 1e-30 / epsilon1}. As in PyTorch, one that is {@code NaN} or infinite, or squares that overflow,
 * alone from 1.8e19 on or in the sum of a row or column, make their element {@code NaN} in a vector, else all of their matrix, in this step
 * or the next; other matrices and tensors go on, and the tensor's steps are not clipped any more. Gradients from 4.3e9 on can make the
 * product of a row's and a column's number overflow; then the element is not moved. If {@code epsilon1} is below 2.6e-23, its square is 0
 * as a float, and a gradient of zero makes its element {@code NaN} where {@code v} is 0. {@link #withAddedEpsilon} is for such an
 * {@code epsilon1}: with it finite gradients of any size leave finite parameters.
 *
 * <p>References: N. Shazeer, M. Stern, <i>Adafactor: adaptive learning rates with sublinear memory cost</i>, 2018,
 * <a href="https://arxiv.org/abs/1804.04235">arXiv:1804.04235</a>;
 * <a href="https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html">torch.optim.Adafactor</a>.
 *
 * @param learningRate most that a relative step is: finite, at least 0; 0.01 in PyTorch
 * @param beta2Decay exponent of {@code k}: finite, at most 0; -0.8 by default
 * @param epsilon1 least root that is divided by, or what is added to squares: finite, at least 0; 2^-23 by default
 * @param epsilon2 least size of a tensor's parameters: finite, at least 0; 0.001 by default
 * @param clippingThreshold least RMS of {@code u} that shortens a step: finite, above 0; 1 by default; {@code d} in PyTorch, which takes
 *         1 and more
 * @param weightDecay what a step takes off the parameter, over the learning rate: finite, at least 0; 0 by default
 * @param scaleParameter whether {@code max(epsilon2, RMS(w))} is in {@code a}: true by default
 * @param relativeStep whether {@code 1 / sqrt(step)} limits the learning rate: true by default
 * @param addedEpsilon whether {@code epsilon1} is added to squares, and bounds neither mean nor root: false by default
 * @param relativeDecay whether {@code a} takes the place of the learning rate in the decay: false by default; no effect without weight
 *         decay
 */
public record Adafactor(double learningRate, double beta2Decay, double epsilon1, double epsilon2, double clippingThreshold,
        double weightDecay, boolean scaleParameter, boolean relativeStep, boolean addedEpsilon, boolean relativeDecay) implements Rule {
    /** Checks the hyperparameters; throws {@link IllegalArgumentException} if one is outside its range. */
    public Adafactor {
        Check.notNegative("learningRate", learningRate);
        Check.require(beta2Decay <= 0 && Double.isFinite(beta2Decay), "beta2Decay", "finite and at most 0", beta2Decay);
        Check.notNegative("epsilon1", epsilon1);
        Check.notNegative("epsilon2", epsilon2);
        Check.positive("clippingThreshold", clippingThreshold);
        Check.notNegative("weightDecay", weightDecay);
    }

    @Override
    public List<State> states() {
        return List.of(new State("rowVariance", Extent.ROW), new State("columnVariance", Extent.COLUMN),
                new State("inverseMean", Extent.MATRIX));
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure(new AdafactorKernels.Squares(this),
                        List.of(new Sum("g of rows", Extent.ROW), new Sum("g of columns", Extent.COLUMN), new Sum("w", Extent.TENSOR))),
                new Measure(new AdafactorKernels.UpdateSquares(this), "u"));
    }

    @Override
    public Kernel kernel() {
        return new AdafactorKernels.Update(this);
    }

    /**
     * PyTorch's defaults: decay exponent -0.8, epsilons 2^-23 and 0.001, clipping threshold 1, no weight decay.
     * @param learningRate finite, at least 0
     */
    public Adafactor(double learningRate) {
        this(learningRate, -0.8, 0x1p-23, 1e-3, 1, 0, true, true, false, false);
    }

    /**
     * {@return this rule with another learning rate}
     * @param learningRate most that a relative step is: finite, at least 0
     */
    public Adafactor withLearningRate(double learningRate) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with another decay exponent}
     * @param beta2Decay finite, at most 0
     */
    public Adafactor withBeta2Decay(double beta2Decay) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with other epsilons}
     * @param epsilon1 least root that is divided by, or what is added to squares: finite, at least 0
     * @param epsilon2 least size of a tensor's parameters: finite, at least 0
     */
    public Adafactor withEpsilons(double epsilon1, double epsilon2) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with another clipping threshold}
     * @param clippingThreshold finite, above 0
     */
    public Adafactor withClippingThreshold(double clippingThreshold) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with another weight decay}
     * @param weightDecay finite, at least 0
     */
    public Adafactor withWeightDecay(double weightDecay) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with steps relative to the size of the parameters, or not}
     * @param scaleParameter whether {@code max(epsilon2, RMS(w))} is in the step
     */
    public Adafactor withScaleParameter(boolean scaleParameter) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with or without a limit that falls with the steps}
     * @param relativeStep whether {@code 1 / sqrt(step)} limits the learning rate
     */
    public Adafactor withRelativeStep(boolean relativeStep) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with {@code epsilon1} added to squared gradients, or not}
     * @param addedEpsilon whether it is added, as in the paper, and not the least root
     */
    public Adafactor withAddedEpsilon(boolean addedEpsilon) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }

    /**
     * {@return this rule with decay relative to the size of the parameters, or not}
     * @param relativeDecay whether {@code a} takes the place of the learning rate in the decay
     */
    public Adafactor withRelativeDecay(boolean relativeDecay) {
        return new Adafactor(learningRate, beta2Decay, epsilon1, epsilon2, clippingThreshold, weightDecay, scaleParameter, relativeStep,
                addedEpsilon, relativeDecay);
    }
}
