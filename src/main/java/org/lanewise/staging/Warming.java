package org.lanewise.staging;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.splicer.Executed;
import org.lanewise.splicer.NotFusibleException;

/**
 * The thread that builds loops and runs them over numbers of its own until they are compiled. There is one in a JVM at most, while there
 * is something to do.
 */
final class Warming implements Runnable {
    /** Loops that are warmed up at the same time: while C2 compiles some, others are run. */
    private static final int MOST_ACTIVE = 4;

    private static final long IDLE_MILLIS = 200;
    /** After each moment of running: then the compilers work, which have the processors with the steps. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Meanwhile C1 compiles what steps run, and a short program is over. */
    private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Warming INSTANCE = new Warming();

    private final Deque<Request> requests = new ArrayDeque<>();
    private boolean running;

    /** Loops to warm up, the plain ones that run meanwhile, whether their kernel is one of the library's, and how it is run. */
    record Request(Staged staged, Executed first, boolean ofLibrary, StagedKernels.Practice practice) {}

    private Warming() {}

    /** Has the JVM load this class, which the second step does otherwise. */
    static void load() {}

    /** Has loops warmed up unless that is done or somebody asked for it already. */
    static void request(Request request) {
        if (request.staged().target().claim()) {
            INSTANCE.add(request);
        }
    }

    private synchronized void add(Request request) {
        requests.add(request);
        notifyAll();
        if (!running) {
            try {
                Thread.ofPlatform().name("lanewise-warm-up").daemon().inheritInheritableThreadLocals(false).start(this);
                running = true;
            } catch (OutOfMemoryError _) {
                // The system has no thread left: plain loops go on, and the next optimizer of the kind tries again.
                requests.remove(request);
                request.staged().target().release();
            }
        }
    }

    /** The next request; null if there is none, and for good if there was none for a while. */
    private synchronized Request next(boolean waits) throws InterruptedException {
        if (requests.isEmpty() && waits) {
            wait(IDLE_MILLIS);
            running = !requests.isEmpty();
        }
        return requests.poll();
    }

    @Override
    public void run() {
        List<Exercise> active = new ArrayList<>();
        LockSupport.parkNanos(HEAD_START_NANOS);
        try {
            while (true) {
                for (Request next; active.size() < MOST_ACTIVE && (next = next(active.isEmpty())) != null;) {
                    start(next, active);
                }
                if (active.isEmpty()) {
                    return;
                }
                advance(active);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InterruptedException _) {
            stop(active);
        } catch (Error e) {
            stop(active);
            throw e;
        }
    }

    /** Goes on with each for a moment. */
    private static void advance(List<Exercise> active) {
        for (Exercise each : active) {
            try {
                each.advance();
            } catch (Exception | LinkageError | StackOverflowError e) {
                each.fail();
                warn(e);
            }
        }
        active.removeIf(Exercise::endsNow);
    }

    private static void warn(Throwable e) {
        System.getLogger("org.lanewise").log(Level.WARNING, "a loop stays a plain one, because the other one failed", e);
    }

    private synchronized void stop(List<Exercise> active) {
        active.forEach(Exercise::release);
        active.removeIf(Exercise::endsNow);
        running = false;
    }

    private static void start(Request request, List<Exercise> active) {
        try {
            active.add(new Exercise(request));
        } catch (NotFusibleException _) {
            request.staged().target().leave(true);
        } catch (Exception | LinkageError | StackOverflowError e) {
            request.staged().target().leave(false);
            warn(e);
        }
    }
}
