package org.lanewise.staging;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.splicer.Executed;

/**
 * The thread that builds loops and runs them over numbers of its own until they are compiled. There is one in a JVM at most, while there
 * is something to do.
 */
final class Warming implements Runnable {
    /** Loops that are warmed up at the same time: while C2 compiles some, others are run. */
    private static final int MOST_ACTIVE = 4;

    private static final long IDLE_MILLIS = 200;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Warming INSTANCE = new Warming();

    private final Deque<Request> requests = new ArrayDeque<>();
    private boolean running;

    /** Loops to warm up, the plain ones that run meanwhile, whether their kernel is one of the library's, and what comes before calls. */
    record Request(Staged staged, Executed first, boolean ofLibrary, Runnable reset) {}

    private Warming() {}

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
            running = true;
            Thread.ofPlatform().name("lanewise-warm-up").daemon().inheritInheritableThreadLocals(false).start(this);
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
        try {
            while (true) {
                for (Request next; active.size() < MOST_ACTIVE && (next = next(active.isEmpty())) != null;) {
                    start(next, active);
                }
                if (active.isEmpty()) {
                    return;
                }
                boolean busy = false;
                for (Exercise each : active) {
                    busy |= each.advance();
                }
                active.removeIf(Exercise::isDone);
                if (!busy) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (InterruptedException _) {
            stop();
        }
    }

    private synchronized void stop() {
        running = false;
    }

    private static void start(Request request, List<Exercise> active) {
        try {
            active.add(new Exercise(request));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            System.getLogger("org.lanewise").log(Level.WARNING, "a loop stays a plain one, because another could not be built", e);
        }
    }
}
