package org.lanewise.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.lanewise.splicer.Executed;

/** Loops that kernels of an optimizer are meant for, as far as they begin with others. Not thread-safe. */
public final class Loops {
    private static final ScopedValue<Loops> CURRENT = ScopedValue.newInstance();
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Executed> targets = new ArrayList<>();
    private final List<Runnable> wanted = new ArrayList<>();

    /** None yet. */
    public Loops() {}

    /**
     * Notes the loops of the kernels that are made meanwhile on this thread.
     *
     * @param <T> type of what is made
     * @param making what to do
     * @return what that gave
     */
    public <T> T noted(Supplier<T> making) {
        return ScopedValue.where(CURRENT, this).call(making::get);
    }

    /** Notes a loop, and what has it brought to full speed. */
    static void note(Executed target, Runnable wanted) {
        if (CURRENT.isBound() && !CURRENT.get().targets.contains(target)) {
            CURRENT.get().targets.add(target);
            CURRENT.get().wanted.add(wanted);
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
