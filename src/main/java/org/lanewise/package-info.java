/**
 * Optimizers for arrays of floats: {@link org.lanewise.ParameterStore} holds the numbers, {@link org.lanewise.Rule} says how a step
 * changes them, {@link org.lanewise.Optimizer} does it.
 *
 * <p>This is what {@code torch.optim} does, without autograd: your code computes the gradients and writes them into the store.
 *
 * <p>No argument of the API may be null, and nothing that it returns is: the packages are {@code @NullMarked}, as Kotlin and null checkers
 * understand it. A null is refused with a {@link NullPointerException} that names the argument.
 *
 * <h2>Glossary</h2>
 * <dl>
 * <dt>plane</dt>
 * <dd>One quantity of the whole model: all parameters, all gradients, or one state. All planes have the same order of elements, so element
 * 7 of the gradients belongs to element 7 of the parameters. PyTorch keeps one array for each tensor and quantity; a store keeps one
 * array for each quantity, except where it wraps memory of your own.</dd>
 * <dt>tensor</dt>
 * <dd>A part of the model with a name and a shape, such as {@code fc1.weight}: {@link org.lanewise.Tensor}. It is a range on every plane.
 * It stands for what PyTorch calls a parameter: its value, its {@code grad} and its entry in {@code optimizer.state} together.</dd>
 * <dt>slice</dt>
 * <dd>The numbers of one tensor in one plane: {@link org.lanewise.Slice}. PyTorch's {@code p}, {@code p.grad} and
 * {@code optimizer.state[p]["exp_avg"]} are three slices of one tensor.</dd>
 * <dt>range</dt>
 * <dd>Elements that follow each other in a plane, from a first index to one before a last index.</dd>
 * <dt>store</dt>
 * <dd>All planes and tensors of one model: {@link org.lanewise.ParameterStore}. It holds what PyTorch has in {@code model.parameters()} and
 * in {@code optimizer.state}.</dd>
 * <dt>storage</dt>
 * <dd>How a plane keeps a number, as 32-bit float or as bfloat16: {@link org.lanewise.Storage}. This is PyTorch's {@code dtype}. Whether
 * the memory is a Java array or native memory is a choice of its own.</dd>
 * <dt>state</dt>
 * <dd>A number that a rule keeps from step to step, such as Adam's {@code m}, which PyTorch calls {@code exp_avg}:
 * {@link org.lanewise.Rule.State}. States lie in the store, and {@link org.lanewise.Tensor#state Tensor.state} gives those of one
 * tensor.</dd>
 * <dt>rule</dt>
 * <dd>An algorithm with its hyperparameters, such as {@link org.lanewise.rule.Adam}: {@link org.lanewise.Rule}. It is an immutable value
 * without parameters and states. PyTorch's optimizer is a rule, an optimizer and a part of the store in one object.</dd>
 * <dt>kernel</dt>
 * <dd>The loop of a rule: {@link org.lanewise.kernel.Kernel}. You meet kernels when you write a rule of your own.</dd>
 * <dt>optimizer</dt>
 * <dd>What applies rules to one store: {@link org.lanewise.Optimizer}. It counts the steps and has the current learning rates.</dd>
 * <dt>group</dt>
 * <dd>Tensors that are stepped otherwise than the rest: {@link org.lanewise.Group}. PyTorch's {@code param_groups}.</dd>
 * <dt>average</dt>
 * <dd>A plane that follows the parameters more calmly, to evaluate the model with: {@link org.lanewise.Average}. PyTorch's
 * {@code AveragedModel}.</dd>
 * <dt>loss scale</dt>
 * <dd>What a loss is multiplied by so that small gradients do not vanish: {@link org.lanewise.LossScaler}. PyTorch's {@code
 * GradScaler}.</dd> <dt>step</dt> <dd>One update of all parameters and states from the gradients: {@link org.lanewise.Optimizer#step()}.
 * The first step has number 1.</dd> <dt>learning rate</dt> <dd>The factor of a step, PyTorch's {@code lr}. {@link
 * org.lanewise.Rule#learningRate Rule.learningRate} is that of the first step, {@link org.lanewise.Optimizer#setLearningRate
 * Optimizer.setLearningRate} changes it for the next ones.</dd> <dt>look-ahead</dt>
 * <dd>A move of the parameters to the point where a rule wants the next gradient: {@link org.lanewise.Optimizer#lookAhead}. Few rules need
 * it, for instance {@link org.lanewise.rule.Nesterov}; {@link org.lanewise.Optimizer#step(Runnable) step(Runnable)} does it for those that
 * do.</dd>
 * <dt>width</dt>
 * <dd>How many bits one operation works on: {@link org.lanewise.Width}. Vectors have 128 to 512 bits, and one of 512 bits has 16 lanes with
 * one float in each; a plain Java loop has 32. The result does not depend on the width, not even in the last bit.</dd>
 * <dt>reduction</dt>
 * <dd>One number computed from many, such as a norm of all gradients: {@link org.lanewise.Reductions}.</dd>
 * </dl>
 *
 * <p>{@link org.lanewise.kernel} explains the words for those who write rules: lane, measure, sum, extent.
 */
@NullMarked
package org.lanewise;

import org.jspecify.annotations.NullMarked;
