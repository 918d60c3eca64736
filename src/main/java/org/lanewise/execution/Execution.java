package org.lanewise.execution;

import java.util.List;
import org.lanewise.storage.MemoryPlane;

/** Does all parts of a work, on the thread that asks for it. */
public final class Execution {
    private final Work work;
    private final Work.Worker worker;
    private final int parts;

    /**
     * Of some work.
     *
     * @param work what to do
     */
    public Execution(Work work) {
        this.work = work;
        this.worker = work.worker();
        this.parts = work.parts();
    }

    /**
     * Does all of it once.
     *
     * @param step number of the step, counted from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     * @param gradientScale what gradients are multiplied by as they are loaded; 1 unless kernels were made for another factor
     */
    public void run(long step, double learningRate, double previousLearningRate, float gradientScale) {
        work.prepare(step, learningRate, previousLearningRate, gradientScale);
        worker.run(0, parts);
    }

    /**
     * Reads gradients elsewhere from now on.
     *
     * @param gradients for each tensor, planes of the same class as before
     */
    public void readGradients(List<MemoryPlane> gradients) {
        work.readGradients(gradients);
    }
}
