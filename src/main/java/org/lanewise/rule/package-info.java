/**
 * The rules of the library: records of hyperparameters, immutable and safe to share between threads.
 *
 * <p>Every constructor and every {@code with} method throws {@link java.lang.IllegalArgumentException} if a number is outside the range
 * that its {@code @param} states, or contradicts another where that is said. The message names the number, states the range and ends with
 * what was given: {@code beta1 must be in [0, 1), got 1.0}. A hyperparameter that has no effect without another one is accepted, and its
 * {@code @param} says so.
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
package org.lanewise.rule;
