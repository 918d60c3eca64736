package org.lanewise;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.check.Check;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;

/**
 * An algorithm that updates parameters by their gradients, with its hyperparameters: an immutable value.
 *
 * <p>{@link org.lanewise.rule} holds the library's. A rule of your own is a record that implements this interface and a
 * {@link Kernel} with its loop; it may live in any module or on the class path. Hyperparameters are doubles that kernels round to
 * float. The library's rules refuse those that a float cannot hold: see {@link org.lanewise.rule}.
 */
public interface Rule {
    /**
     * Learning rate of the first step, and of all further ones unless {@link Optimizer#setLearningRate} changes it.
     *
     * @return a number that {@link #requireLearningRate} accepts
     */
    double learningRate();

    /**
     * Refuses learning rates that this rule cannot step with. {@link OptimizerBuilder#build} and {@link Optimizer#setLearningRate} ask
     * before anything changes. A rule that divides by the rate overrides this.
     *
     * @param learningRate a learning rate
     * @throws IllegalArgumentException if it is neither 0 nor from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}, unless overridden
     */
    default void requireLearningRate(double learningRate) {
        Check.notNegative("learningRate", learningRate);
    }

    /**
     * The planes of state this rule keeps.
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
     * What has to be known of a whole tensor before it is updated: norms. For each tensor a step then runs the measures in this order and
     * {@link #kernel()} after them.
     *
     * @return empty for rules whose loop needs only what belongs to a parameter; they run over neighbouring tensors in one go
     */
    default List<Measure> measures() {
        return List.of();
    }

    /**
     * A kernel that reads planes and stores numbers into sums, in order to have their squares added. It writes to no other plane.
     *
     * @param kernel a new kernel, made for the rule
     * @param sums the sums it stores into, of which each plane index follows that of the last state and of all earlier measures' sums
     */
    record Measure(Kernel kernel, List<Sum> sums) {
        /**
         * Copies the list.
         *
         * @throws NullPointerException if the kernel, the list or a sum is null
         * @throws IllegalArgumentException if there is no sum
         */
        public Measure {
            Check.notNull("kernel", kernel);
            sums = Check.notNull("sums", sums);
            if (sums.isEmpty()) {
                throw new IllegalArgumentException("sums of measure " + kernel.getClass().getName() + " must be at least one, got none");
            }
        }

        /**
         * A measure of sums over tensors.
         *
         * @param kernel a new kernel, made for the rule
         * @param names what is squared and added, as in the rule's formula; at least one
         * @throws NullPointerException if the kernel, the array or a name is null
         * @throws IllegalArgumentException if there is no name
         */
        public Measure(Kernel kernel, String... names) {
            this(kernel, Check.notNull("names", Arrays.asList(Check.notNull("names", names))).stream()
                    .map(name -> new Sum(name, Extent.TENSOR)).toList());
        }
    }

    /**
     * A sum of squares.
     *
     * @param name what is squared and added, as in the rule's formula
     * @param extent what has a sum of its own: each row, column, matrix or tensor
     */
    record Sum(String name, Extent extent) {
        /**
         * Checks both.
         *
         * @throws NullPointerException if one is null
         * @throws IllegalArgumentException if the extent is a parameter
         */
        public Sum {
            Check.notNull("name", name);
            if (Check.notNull("extent", extent) == Extent.PARAMETER) {
                throw new IllegalArgumentException("extent of sum '" + name + "' must be ROW, COLUMN, MATRIX or TENSOR, got " + extent);
            }
        }
    }

    /**
     * A plane of state.
     *
     * @param name name, as in the rule's formula
     * @param initialValue value of all its elements before the first step
     * @param exact whether it is kept as 32-bit floats whatever the store keeps states as, because it holds parameters, not averages;
     *         without effect on other extents than parameters, which always are
     * @param extent what has a number of its own: each parameter, row, column, matrix or tensor
     */
    record State(String name, float initialValue, boolean exact, Extent extent) {
        /**
         * Checks name and extent.
         *
         * @throws NullPointerException if one is null
         */
        public State {
            Check.notNull("name", name);
            Check.notNull("extent", extent);
            exact |= extent != Extent.PARAMETER;
        }

        /**
         * A plane with a number for each parameter.
         *
         * @param name name, as in the rule's formula
         * @param initialValue value of all its elements before the first step
         * @param exact whether it is kept as 32-bit floats whatever the store keeps states as, because it holds parameters, not averages
         */
        public State(String name, float initialValue, boolean exact) {
            this(name, initialValue, exact, Extent.PARAMETER);
        }

        /**
         * A plane that starts at zero and has a number for each row, column, matrix or tensor.
         *
         * @param name name, as in the rule's formula
         * @param extent what has a number of its own
         */
        public State(String name, Extent extent) {
            this(name, 0, true, extent);
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
