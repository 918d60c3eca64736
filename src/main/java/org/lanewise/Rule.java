package org.lanewise;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lanewise.kernel.Kernel;

/**
 * An algorithm that updates parameters by their gradients, with its hyperparameters: an immutable value.
 *
 * <p>{@link org.lanewise.rule} holds the library's. A rule of your own is a record that implements this interface and a
 * {@link Kernel} with its loop; it may live in any module or on the class path. Hyperparameters are doubles that kernels round to
 * float: one beyond a float's range acts as infinity or 0, and a {@code beta} within 3e-8 of 1 as 1.
 */
public interface Rule {
    /**
     * Learning rate of the first step, and of all further ones unless {@link Optimizer#setLearningRate} changes it.
     *
     * @return a finite number, at least 0
     */
    double learningRate();

    /**
     * Whether the objective is maximized: gradients are negated as they are loaded.
     *
     * @return false unless the rule has the option
     */
    default boolean maximize() {
        return false;
    }

    /**
     * The planes of state this rule keeps for every parameter.
     *
     * @return their names, all different, and first values, in the order in which kernels find them after parameter and gradient
     */
    default List<State> states() {
        return List.of();
    }

    /**
     * The loop of one step. The library reads its class and options from what is returned, and makes the kernels that run by calling
     * the same constructor with this rule: whatever else was done to the returned one is not in them.
     *
     * @return a new kernel, made for this rule
     */
    Kernel kernel();

    /**
     * The loop that moves the parameters to where the next gradient is to be taken, for rules that need it.
     *
     * @return a new kernel, made for this rule; empty for rules that take the gradient at the parameters themselves
     */
    default Optional<Kernel> lookAhead() {
        return Optional.empty();
    }

    /**
     * A plane of state.
     *
     * @param name name, as in the rule's formula
     * @param initialValue value of all its elements before the first step
     * @param exact whether it is kept as 32-bit floats whatever the store keeps states as, because it holds parameters, not averages
     */
    record State(String name, float initialValue, boolean exact) {
        /**
         * Checks the name.
         *
         * @throws NullPointerException if the name is null
         */
        public State {
            Objects.requireNonNull(name, "name");
        }

        /**
         * A plane that is kept as the store keeps states.
         *
         * @param name name, as in the rule's formula
         * @param initialValue value of all its elements before the first step
         */
        public State(String name, float initialValue) {
            this(name, initialValue, false);
        }

        /**
         * A plane that starts at zero and is kept as the store keeps states.
         *
         * @param name name, as in the rule's formula
         */
        public State(String name) {
            this(name, 0);
        }
    }
}
