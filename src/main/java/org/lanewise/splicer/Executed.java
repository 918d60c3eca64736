package org.lanewise.splicer;

import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;
import org.lanewise.kernel.Kernel;

/**
 * One variant of a kernel class, which is built when it is first asked for, and how far it is. All optimizers that need this variant share
 * it. Thread-safe.
 */
public final class Executed {
    private final Supplier<Built> build;
    private volatile Built built;
    private volatile boolean fast;
    private boolean claimed;
    private int called;

    /** A class, by its constructor, and what its plain loop does with planes. */
    record Built(MethodHandle constructor, Accesses accesses) {}

    Executed(Supplier<Built> build) {
        this.build = build;
    }

    /**
     * Builds the class unless that is done.
     *
     * @return this
     * @throws IllegalArgumentException if its loops are refused
     */
    public synchronized Executed built() {
        if (built == null) {
            built = build.get();
        }
        return this;
    }

    /**
     * The class.
     *
     * @return a hidden class next to the kernel's
     */
    public Class<?> type() {
        return built().built.constructor().type().returnType();
    }

    /**
     * What its plain loop does with planes.
     *
     * @return which are read and written
     */
    public Accesses accesses() {
        return built().built.accesses();
    }

    /**
     * Makes a kernel.
     *
     * @param owner the only argument of its constructor
     * @return a kernel of this class
     */
    public Kernel make(Object owner) {
        Built it = built == null ? built().built : built;
        try {
            return (Kernel) it.constructor().invoke(owner);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("constructor of " + it.constructor().type().returnType().getName() + " failed", e);
        }
    }

    /**
     * Whether its loops run at full speed.
     *
     * @return true from {@link #fast} on
     */
    public boolean isFast() {
        return fast;
    }

    /** Says that its loops run at full speed. */
    public void fast() {
        fast = true;
    }

    /**
     * Counts a call of its plain loop; threads that call it at the same time may be counted once.
     *
     * @return how many there were before
     */
    public int called() {
        return called == Integer.MAX_VALUE ? called : called++;
    }

    /**
     * Claims the task to bring its loops to full speed.
     *
     * @return whether nobody else has it
     */
    public synchronized boolean claim() {
        boolean free = !claimed && !fast;
        claimed = true;
        return free;
    }

    /** Gives the task up, so that it can be claimed again. */
    public synchronized void release() {
        claimed = false;
    }
}
