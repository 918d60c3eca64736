package org.lanewise.execution;

import java.util.List;
import org.lanewise.storage.MemoryPlane;

/** What is done to all tensors of a group in one call, in parts that do not depend on each other. */
public interface Work {
    /** Computes the numbers that are the same for all elements of one step. */
    void prepare();

    /**
     * How many phases there are. Parts of one start when all of the phase before are done.
     *
     * @return at least 1
     */
    default int phases() {
        return 1;
    }

    /**
     * Number of parts: the same in every step.
     *
     * @param phase index of a phase
     * @return at least 0
     */
    int parts(int phase);

    /**
     * Does what comes once between two phases, on one thread: after {@link #prepare} and all parts of the phases before, and before the
     * parts of this one. Does nothing unless overridden.
     *
     * @param phase which phase, counted from 0
     */
    default void begin(int phase) {}

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

    /** Does parts of the work it was made by, after {@link Work#begin}. */
    interface Worker {
        /**
         * Does some parts.
         *
         * @param phase index of the phase
         * @param first index of the first one
         * @param end index after the last one
         */
        void run(int phase, int first, int end);
    }
}
