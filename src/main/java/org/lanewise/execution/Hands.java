package org.lanewise.execution;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a {@link Crew} and all that they know: of the crew itself they know nothing, so that it can become unreachable.
 *
 * <p>Each thread has a state. The caller offers a phase to it, and it takes the offer; or the caller takes the offer back, once nothing is
 * left to do. Whoever is to park says so in the state first, by an exchange that fails if it is wanted meanwhile, so no wake-up is lost.
 * These exchanges also make what one wrote before visible to the other.
 */
final class Hands {
    /** Of a thread without an offer; with {@code AWAITED} the caller is parked until the thread is done. */
    private static final long IDLE = 0, PARKED = 1, OFFERED = 2, RUNNING = 3, AWAITED = 4, CLOSED = 5;

    /** How often a thread takes parts from its share: often enough to leave some to those that are done sooner. */
    private static final int TURNS = 16;

    /** About what it takes to wake a thread; longer than what comes between two phases, or two steps of a small network. */
    private static final long SPIN_NANOS = 50_000;

    /** Spins between two looks at the clock, which takes as long as some of them. */
    private static final int SPINS = 32;

    /** Longs between what different threads write: two cache lines, since CPUs fetch lines in pairs. */
    private static final int LINE = 16;

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    /** Of each thread its state, and in another line the next part of its share and how many parts it has done in this phase. */
    private final long[] cells;

    /** All but the caller: thread k is at index {@code k - 1}. */
    private final Thread[] threads;

    private final long spinNanos;
    private final List<Throwable> failures;
    private volatile boolean failed;

    /** The run, written by the caller alone. */
    private Work.Worker[] workers;
    private Thread caller;
    private int phase;
    private int parts;
    private int active;
    private int turn;

    /** So many threads, the caller included. */
    Hands(int size) {
        this.cells = new long[(2 * size + 1) * LINE];
        this.threads = new Thread[size - 1];
        Arrays.setAll(threads, k -> Thread.ofPlatform().daemon().name("lanewise-" + (k + 1)).inheritInheritableThreadLocals(false)
                .unstarted(() -> work(k + 1)));
        // A thread that spins without a processor of its own takes one from a thread that works.
        this.spinNanos = size <= Runtime.getRuntime().availableProcessors() ? SPIN_NANOS : 0;
        // Nothing has to be allocated when memory runs out: a thread fails once.
        this.failures = new ArrayList<>(size);
    }

    int size() {
        return threads.length + 1;
    }

    void start() {
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /** Ends the threads, none of which is at work. */
    void end() {
        for (int k = 1; k < size(); k++) {
            CELLS.setVolatile(cells, state(k), CLOSED);
            LockSupport.unpark(threads[k - 1]);
        }
    }

    private static int state(int k) {
        return (2 * k + 1) * LINE;
    }

    private static int next(int k) {
        return (2 * k + 2) * LINE;
    }

    private static int done(int k) {
        return next(k) + 1;
    }

    void run(Work work, Work.Worker[] workers) {
        this.workers = workers;
        caller = Thread.currentThread();
        long done = 0;
        for (int k = 0; k < work.phases() && !failed; k++) {
            try {
                work.begin(k);
                done += runPhase(k, work.parts(k));
            } catch (Throwable e) {
                failed(e);
            }
        }
        this.workers = null;
        caller = null;
        if (failed) {
            throw failure(work, done);
        }
    }

    private IllegalStateException failure(Work work, long done) {
        List<Throwable> all = List.copyOf(failures);
        failures.clear();
        failed = false;
        long parts = 0;
        for (int k = 0; k < work.phases(); k++) {
            parts += work.parts(k);
        }
        Throwable first = all.getFirst();
        var failure = new IllegalStateException(done + " of " + parts + " parts were done when one threw " + first, first);
        all.stream().skip(1).forEach(failure::addSuppressed);
        return failure;
    }

    /** Does one phase, and gives the number of parts done: those that were handed out with one that threw do not count. */
    private long runPhase(int phase, int parts) {
        this.phase = phase;
        this.parts = parts;
        active = Math.clamp(parts, 1, size());
        turn = Math.max(1, parts / active / TURNS);
        for (int k = 0; k < active; k++) {
            cells[next(k)] = share(k);
            cells[done(k)] = 0;
        }
        for (int k = 1; k < active; k++) {
            if ((long) CELLS.getAndSet(cells, state(k), OFFERED) == PARKED) {
                LockSupport.unpark(threads[k - 1]);
            }
        }
        takeParts(0);
        long done = cells[done(0)];
        for (int k = 1; k < active; k++) {
            await(state(k));
            done += cells[done(k)];
        }
        return done;
    }

    /** First part of a thread's share, which ends where the next begins. */
    private int share(int k) {
        return (int) ((long) parts * k / active);
    }

    /** What thread {@code k} does of a phase. */
    private void takeParts(int k) {
        long done = 0;
        try {
            Work.Worker worker = workers[k];
            for (int other = 0; other < active; other++) {
                int of = (k + other) % active;
                int end = share(of + 1);
                for (long first = take(of); first < end && !failed; first = take(of)) {
                    int to = (int) Math.min(first + turn, end);
                    worker.run(phase, (int) first, to);
                    done += to - first;
                }
            }
        } catch (Throwable e) {
            failed(e);
        }
        cells[done(k)] = done;
    }

    private long take(int of) {
        return (long) CELLS.getAndAdd(cells, next(of), (long) turn);
    }

    private synchronized void failed(Throwable e) {
        failures.add(e);
        failed = true;
    }

    /** Takes an offer back, or waits until the thread that took it is done. */
    private void await(int state) {
        if (CELLS.compareAndSet(cells, state, OFFERED, IDLE)) {
            return;
        }
        long start = System.nanoTime();
        for (int spins = 1; (long) CELLS.getAcquire(cells, state) == RUNNING; spins++) {
            if (spins % SPINS == 0 && System.nanoTime() - start > spinNanos && CELLS.compareAndSet(cells, state, RUNNING, AWAITED)) {
                parkWhile(state, AWAITED);
            }
            Thread.onSpinWait();
        }
    }

    /** An interrupt ends a park at once, so it is taken back meanwhile. */
    private void parkWhile(int state, long value) {
        boolean interrupted = false;
        while ((long) CELLS.getAcquire(cells, state) == value) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Life of thread {@code k}. */
    private void work(int k) {
        int state = state(k);
        while (takeOffer(state)) {
            takeParts(k);
            Thread waiting = caller;
            if ((long) CELLS.getAndSet(cells, state, IDLE) == AWAITED) {
                LockSupport.unpark(waiting);
            }
        }
    }

    /** Waits for the next offer; false if there will be none. */
    private boolean takeOffer(int state) {
        long start = System.nanoTime();
        for (int spins = 1;; spins++) {
            long now = (long) CELLS.getAcquire(cells, state);
            if (now == CLOSED) {
                return false;
            }
            if (now == OFFERED && CELLS.compareAndSet(cells, state, OFFERED, RUNNING)) {
                return true;
            }
            if (spins % SPINS == 0 && System.nanoTime() - start > spinNanos && CELLS.compareAndSet(cells, state, IDLE, PARKED)) {
                parkWhile(state, PARKED);
                start = System.nanoTime();
            }
            Thread.onSpinWait();
        }
    }
}
