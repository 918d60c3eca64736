/**
 * The rules of the library: records of hyperparameters, immutable and safe to share between threads.
 *
 * <p>Every constructor and every {@code with} method throws {@link java.lang.IllegalArgumentException} if a number is outside the range
 * that its {@code @param} states, or contradicts another where that is said. The message names the number, states the range and ends with
 * what was given: {@code beta1 must be in [0, 1), got 1.0}. What does nothing beside the other hyperparameters, such as dampening without
 * momentum, is accepted, and its {@code @param} says so.
 */
package org.lanewise.rule;
