package org.lanewise.rule;

import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * A state of a rule: what it may hold, so that the rule can have got there.
 *
 * @param name the state's
 * @param odd whether it changes sign with parameter and gradient; a state that holds squares or sizes does not
 * @param values what it may hold
 * @param start the first value, by the rule's hyperparameters
 */
record Held<R>(String name, boolean odd, Values values, ToDoubleFunction<R> start) {
    /** Numbers that a state may hold. */
    @FunctionalInterface
    interface Values {
        float next(RandomGenerator random, Scale scale);
    }

    /** A state that holds parameters, or what has their size. */
    static <R> Held<R> likeParameter(String name) {
        return odd(name, (random, scale) -> Scale.number(random, scale.w()));
    }

    /** A state that holds gradients, or means of them. */
    static <R> Held<R> likeGradient(String name) {
        return odd(name, (random, scale) -> Scale.number(random, scale.g()));
    }

    /** A state that holds magnitudes of gradients. */
    static <R> Held<R> sizeOfGradient(String name) {
        return even(name, (random, scale) -> Scale.number(random, scale.g()));
    }

    /** A state that holds squares of gradients, or means of them. */
    static <R> Held<R> squareOfGradient(String name) {
        return squareOfGradient(name, _ -> 0);
    }

    /** The same, not starting at 0. */
    static <R> Held<R> squareOfGradient(String name, ToDoubleFunction<R> start) {
        return even(name, (random, scale) -> Scale.number(random, 2 * scale.g()), start);
    }

    /** A state that holds moves: a part of the parameter, or of the gradient. */
    static <R> Held<R> likeMove(String name) {
        return odd(name, (random, scale) ->
                Scale.number(random, random.nextBoolean() ? scale.w() - 3 : scale.g() + random.nextInt(-5, 0)));
    }

    /** A state of either sign. */
    static <R> Held<R> odd(String name, Values values) {
        return new Held<>(name, true, values, _ -> 0);
    }

    /** A state of the magnitudes of these numbers. */
    static <R> Held<R> even(String name, Values values) {
        return even(name, values, _ -> 0);
    }

    /** The same, not starting at 0. */
    static <R> Held<R> even(String name, Values values, ToDoubleFunction<R> start) {
        return new Held<>(name, false, (random, scale) -> Math.abs(values.next(random, scale)), start);
    }
}
