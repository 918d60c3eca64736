/**
 * Schedules: how a learning rate, a weight decay, a momentum or a beta changes from step to step.
 *
 * <p>A {@link org.lanewise.schedule.Schedule} is a function of the number of the step and of the value that the rule itself has, its base.
 * It keeps nothing, so a run that is resumed at a step goes on with the same numbers, and one schedule may serve many optimizers and
 * threads. A lambda is a schedule too: {@code (step, base) -> base / step}.
 * <pre>{@code
 * Schedule.warmUp(500).thenCosine(10_000)
 * Schedule.linear(1, 0, 10_000).warmedUp(500)
 * Schedule.cosine(9_000).downToFraction(0.1).then(9_000, Schedule.constant(0.1))
 * }</pre>
 *
 * <h2>Which step</h2>
 * Steps are counted from 1, as {@link org.lanewise.Optimizer#steps} counts them once they are done. The formulas have
 * {@code k = step - 1}, the number of steps before this one. That is PyTorch's {@code last_epoch} if {@code scheduler.step()} follows each
 * {@code optimizer.step()}, the argument of transformers' lambdas, and optax' {@code count}. So {@code k} is 0 in the first step, and a
 * length of {@code n} is over in step {@code n + 1}. A step below 1 throws {@link java.lang.IllegalArgumentException}.
 *
 * <h2>Numbers</h2>
 * All arithmetic is in double and, cosines and powers too, gives the same bits on every JVM. Python's cosines and powers may differ by some
 * units in the last place of the base. No call makes garbage.
 *
 * <p>PyTorch multiplies the rate of the step before, and so gathers roundings: its cosine is off by 2e-13 of the base after five periods,
 * and a linear rise to 1 in 10,000 steps stays 6e-14 below the end for good. The schedules here compute each value anew. Where PyTorch's
 * own product costs little it is what a schedule computes, or it is an option ({@code inChain()}); the text of the schedule says so.
 *
 * <h2>Limits</h2>
 * Lengths are whole numbers of steps. Factors and values are finite and not negative; as in rules, a number above 0 is one that a float
 * holds, at least {@link java.lang.Float#MIN_NORMAL}. Every constructor and every method that makes a schedule throws
 * {@link java.lang.IllegalArgumentException} if a number is outside the range that its {@code @param} states. Bases may be any numbers. The
 * result is not checked: one that falls for long, such as {@link org.lanewise.schedule.Exponential}, falls below all floats.
 */
@NullMarked
package org.lanewise.schedule;

import org.jspecify.annotations.NullMarked;
