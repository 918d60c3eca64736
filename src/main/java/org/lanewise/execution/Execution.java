package org.lanewise.execution;

import java.util.List;
import java.util.Optional;
import org.lanewise.storage.MemoryPlane;

/** Does all parts of a work, on the thread that asks for it or together with a crew. */
public final class Execution {
    private final Work work;
    private final Optional<Crew> crew;
    private final Work.Worker[] workers;
    private final int[] parts;

    /**
     * Of some work.
     *
     * @param work what to do
     * @param crew who does it; empty for the thread that asks, alone
     */
    public Execution(Work work, Optional<Crew> crew) {
        this.work = work;
        this.crew = crew;
        this.workers = new Work.Worker[threads(crew)];
        for (int k = 0; k < workers.length; k++) {
            workers[k] = work.worker();
        }
        this.parts = new int[work.phases()];
        for (int phase = 0; phase < parts.length; phase++) {
            parts[phase] = work.parts(phase);
        }
    }

    /** How many threads do works. */
    static int threads(Optional<Crew> crew) {
        return crew.isPresent() ? crew.get().threads() : 1;
    }

    /** Does all of it once. */
    public void run() {
        work.prepare();
        if (crew.isPresent()) {
            crew.get().run(work, workers);
            return;
        }
        for (int phase = 0; phase < parts.length; phase++) {
            work.begin(phase);
            workers[0].run(phase, 0, parts[phase]);
        }
    }

    /**
     * Reads gradients elsewhere from now on.
     *
     * @param gradients for each tensor of the store, planes of the same class as before
     */
    public void readGradients(List<MemoryPlane> gradients) {
        work.readGradients(gradients);
    }
}
