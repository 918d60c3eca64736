/**
 * The rules of the library: records of hyperparameters, immutable and safe to share between threads.
 *
 * <p>Every constructor and every {@code with} method throws {@link java.lang.IllegalArgumentException} if a number is outside the range
 * that its {@code @param} states, or contradicts another where that is said. The message names the number, states the range and ends with
 * what was given: {@code beta1 must be in [0, 1), got 1.0}. A hyperparameter that has no effect without another one is accepted, and its
 * {@code @param} says so.
 *
 * <h2>What a float holds</h2>
 * Kernels compute with floats, so within its range a number must be one that a float holds with all its bits. "Finite" means at most
 * {@link java.lang.Float#MAX_VALUE}, 3.4e38. A number above 0 is at least {@link java.lang.Float#MIN_NORMAL}, 1.18e-38. A number below 1 is
 * at most 0.99999994, the largest float below 1, and one above 1 at least 1.0000001. PyTorch takes an epsilon of 1e-46 and a beta of
 * 0.99999999. As floats they would be 0 and 1, so they are refused here:
 * {@code epsilon must be 0 or between 1.1754943508222875E-38 and 3.4028234663852886E38, got 1.0E-46}. The same is true of
 * {@link org.lanewise.Optimizer#setLearningRate}. {@link org.lanewise.rule.Ftrl} divides by the learning rate and takes a smaller range.
 *
 * <p>What a step computes of several of them, such as {@code learningRate / (1 - beta1^step)}, is rounded to the nearest float other than
 * infinity, and other than 0 if it is not 0. So gradients that are numbers make {@code NaN} in two cases only. In one the text says so, as
 * where 0 is divided by an epsilon of 0. In the other a number of the formula is larger than all floats, as the product of a weight decay
 * of 1e38 and a parameter of 10: it is infinite first.
 *
 * <h2>PyTorch's bits</h2>
 * "Bit for bit" means that parameters and states are the numbers that PyTorch 2.14.1 computes in Python, one tensor at a time
 * ({@code foreach=False, fused=False}), from 32-bit floats, on a CPU with fused multiply-add, with a learning rate that may change in any
 * step. The sign of zero counts, and {@code NaN} by kind. PyTorch does not promise its order of operations, so the bits hold as long as
 * that stays. Since 2.0 it computes running means of gradients by {@code lerp}; rules that keep one had other bits before, as their texts
 * say.
 *
 * <h2>How to read the formulas</h2>
 * <dl>
 * <dt>{@code w}, {@code g}</dt>
 * <dd>A parameter and its gradient: PyTorch's {@code p} and {@code p.grad}.</dd>
 * <dt>{@code x <- ...}</dt>
 * <dd>The new {@code x}, from the old numbers and from the lines above.</dd>
 * <dt>{@code m}, {@code v}, {@code b}, ...</dt>
 * <dd>States, one for each parameter unless the text says otherwise. Most often {@code m} is a running mean of gradients, PyTorch's
 * {@code exp_avg}; {@code v} one of their squares, {@code exp_avg_sq}; {@code b} is {@code momentum_buffer}. The text says what each
 * starts from.</dd>
 * <dt>{@code step}</dt>
 * <dd>The number of the step, from 1. A power of {@code step} or of a beta is computed once per step.</dd>
 * <dt>hyperparameters</dt>
 * <dd>Have the names of the record's components: {@code learningRate} is PyTorch's {@code lr}, {@code epsilon} its {@code eps}, and
 * {@code beta1} and {@code beta2} its {@code betas}.</dd>
 * <dt>decay</dt>
 * <dd>L2 or coupled decay adds {@code weightDecay w} to the gradient, as in {@link org.lanewise.rule.Adam}. Decoupled decay shrinks
 * {@code w} itself, as in {@link org.lanewise.rule.AdamW}.</dd>
 * <dt>bytes moved</dt>
 * <dd>What a step reads from and writes to memory for each parameter. For large models this, not the arithmetic, decides how long a step
 * takes.</dd>
 * </dl>
 */
@NullMarked
package org.lanewise.rule;

import org.jspecify.annotations.NullMarked;
