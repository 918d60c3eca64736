package org.lanewise.bench.work;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/**
 * Lets threads go on when each has done its part of a step, so that with several threads a step is what it is for a library that shares
 * it among its own. Waits spinning, which costs some 0.1 microseconds.
 */
@State(Scope.Benchmark)
public class Barrier {
    private final AtomicLong arrived = new AtomicLong();

    /**
     * Waits for the other threads, unless the iteration is over, when some no longer come. A step that one thread then had more than
     * another makes the next iteration's steps overlap by one at most: each thread still waits once for each step.
     */
    public void await(int threads, Control control) {
        long ticket = arrived.getAndIncrement();
        long last = ticket - ticket % threads + threads;
        while (arrived.get() < last && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }
}
