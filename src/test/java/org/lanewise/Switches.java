package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.lanewise.staging.StagedKernels;

/** Has kernels begin with plain loops, and lets them go over to the loops they are meant for at random moments. */
final class Switches {
    private final List<Runnable> open = new ArrayList<>();
    private final Random random;
    private int made, done;

    /** The same moments for the same seed. */
    Switches(long seed) {
        this.random = new Random(seed);
    }

    /** Runs something on this thread whose kernels are switched. */
    <T> T during(Supplier<T> something) {
        return StagedKernels.staged(kernel -> {
            made++;
            open.add(kernel);
        }, something);
    }

    void during(Runnable something) {
        during(() -> {
            something.run();
            return this;
        });
    }

    /** Lets some kernels go over, before the next step. */
    void some() {
        open.removeIf(kernel -> {
            boolean now = random.nextInt(3) == 0;
            if (now) {
                kernel.run();
                done++;
            }
            return now;
        });
    }

    /** Kernels that began with plain loops. */
    int made() {
        return made;
    }

    /** Kernels that went over. */
    int done() {
        return done;
    }
}
