package org.lanewise.execution;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import org.lanewise.check.Check;

/**
 * Threads that do the parts of works together with the thread that asks for it.
 *
 * <p>Each thread has a share of a phase's parts, neighbours and the same in every step, so that what is in its cache is used again. It
 * takes them a few at a time, and goes on with what is left of the others' shares. A thread that has not come by the time nothing is left
 * is not waited for: on a machine with fewer processors than threads a step does not wait for one that gets no processor.
 *
 * <p>A run allocates nothing. What is written before a run is seen by all parts, and what parts write, by all parts of later phases and
 * after the run. Threads are daemons named {@code lanewise-1}, {@code lanewise-2} and so on. They keep nothing of a work once its run is
 * over, and end when the crew is closed or was not closed and cannot be reached any more. Not thread-safe: a run or {@link #close} during
 * a run is refused.
 */
public final class Crew implements AutoCloseable {
    /** Threads end soon after this has run the action of a crew that nobody can reach. */
    private static final Cleaner CLEANER = Cleaner.create();

    private static final int IDLE = 0, AT_WORK = 1, CLOSED = 2;

    private final Hands hands;
    private final Cleaner.Cleanable end;
    private final AtomicInteger mode = new AtomicInteger(IDLE);

    /**
     * Starts all threads but one, which is the caller of {@link #run}.
     *
     * @param threads their number, the caller included
     * @throws IllegalArgumentException if it is less than 1
     */
    public Crew(int threads) {
        Check.atLeast("threads", threads, 1);
        this.hands = new Hands(threads);
        this.end = CLEANER.register(this, hands::end);
        try {
            hands.start();
        } catch (Throwable e) {
            end.clean();
            throw e;
        }
    }

    /**
     * Number of threads.
     *
     * @return at least 1, the caller included
     */
    public int threads() {
        return hands.size();
    }

    /**
     * Does all parts of all phases of a work that is prepared. An interrupt of the caller is kept, and does not end the run.
     *
     * @param work what to do
     * @param workers the work's own, one for each thread; the caller is the first
     * @throws IllegalArgumentException if there are not as many workers as threads
     * @throws IllegalStateException if the crew is closed or at work, or something is thrown while a part is done; that is its cause, and
     *         what others threw meanwhile is suppressed in it. All threads have stopped by then, and the crew can go on with other works
     */
    public void run(Work work, Work.Worker[] workers) {
        if (workers.length != hands.size()) {
            throw new IllegalArgumentException("workers must be as many as the " + hands.size() + " threads, got " + workers.length);
        }
        if (!mode.compareAndSet(IDLE, AT_WORK)) {
            throw new IllegalStateException(mode.get() == CLOSED ? "crew is closed" : "crew is at work");
        }
        try {
            hands.run(work, workers);
        } finally {
            mode.set(IDLE);
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Ends the threads, which takes some microseconds after this call; does nothing if that is done.
     *
     * @throws IllegalStateException if the crew is at work
     */
    @Override
    public void close() {
        if (!mode.compareAndSet(IDLE, CLOSED) && mode.get() == AT_WORK) {
            throw new IllegalStateException("crew is at work");
        }
        end.clean();
    }
}
