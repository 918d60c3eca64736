package org.lanewise.execution;

import java.util.List;
import org.lanewise.storage.MemoryPlane;

/** What is done to all tensors of a group in one call, in parts that do not depend on each other. */
public interface Work {
    /**
     * Computes the numbers that are the same for all elements of one step.
     *
     * @param step number of the step, counted from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @param gradientScale what gradients are multiplied by as they are loaded; 1 unless kernels were made for another factor
     */
    void prepare(long step, double learningRate, double previousLearningRate, float gradientScale);

    /**
     * Number of parts: the same in every step.
     *
     * @return at least 0
     */
    int parts();

    /**
     * Something that does parts, one thread's own: what changes while a part is done belongs to it.
     *
     * @return a new one, prepared with the others from the next step on
     */
    Worker worker();

    /**
     * Reads gradients elsewhere from now on.
     *
     * @param gradients for each tensor, planes of the same class as before
     */
    void readGradients(List<MemoryPlane> gradients);

    /** Does parts of the work it was made by, after {@link Work#prepare}. */
    interface Worker {
        /**
         * Does some parts.
         *
         * @param first index of the first one
         * @param end index after the last one
         */
        void run(int first, int end);
    }
}
