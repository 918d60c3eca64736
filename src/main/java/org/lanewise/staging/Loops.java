package org.lanewise.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.splicer.Executed;

/** Loops that kernels of an optimizer are meant for, as far as they begin with others. Not thread-safe. */
public final class Loops {
    /** No scoped value, because that takes ten classes that nobody else in a fresh JVM has loaded. */
    private static final ThreadLocal<Loops> CURRENT = new ThreadLocal<>();
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Executed> targets = new ArrayList<>();
    private final List<Runnable> wanted = new ArrayList<>();

    /** None yet. */
    public Loops() {}

    /** Notes the loops of the kernels that are made on this thread until {@link #end}, which is called before this is again. */
    public void begin() {
        CURRENT.set(this);
    }

    /** No longer notes what is made on this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /** Notes a loop, and what has it brought to full speed. */
    static void note(Executed target, Runnable wanted) {
        Loops current = CURRENT.get();
        if (current != null && !current.targets.contains(target)) {
            current.targets.add(target);
            current.wanted.add(wanted);
        }
    }

    /**
     * Waits until all that will come to full speed have done so.
     *
     * @param nanos how long at most; an interrupt ends it too
     */
    public void await(long nanos) {
        wanted.forEach(Runnable::run);
        wanted.clear();
        long start = System.nanoTime();
        while (targets.stream().anyMatch(Executed::isClaimed) && System.nanoTime() - start < nanos
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * How many there are.
     *
     * @return at least 0
     */
    public int count() {
        return targets.size();
    }

    /**
     * How many run at full speed.
     *
     * @return at most {@link #count}
     */
    public int fast() {
        return (int) targets.stream().filter(Executed::isSettled).count();
    }
}
