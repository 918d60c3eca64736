package org.lanewise.splicer;

import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;
import org.lanewise.kernel.Kernel;

/**
 * One variant of a kernel class, which is built when it is first asked for, and how far it is. All optimizers that need this variant share
 * it. Thread-safe.
 */
public final class Executed {
    private final Optional<Supplier<Built>> build;
    private final Object building = new Object();
    private volatile Built built;
    private Executed plain;
    private volatile Stage stage = Stage.NEW;
    private int called;

    /** How far its loops are. */
    private enum Stage { NEW, CLAIMED, FAST, FAST_WITHOUT_VECTORS, SLOWER, FAILED }

    /** A class, and what its plain loop does with planes. */
    interface Built {
        /** The class. */
        Class<?> type();

        /** Calls its constructor. */
        Kernel make(Object owner) throws Throwable;

        /** What its plain loop does. */
        Accesses accesses();
    }

    /** A hidden class, by its constructor. */
    record Hidden(MethodHandle constructor, Accesses accesses) implements Built {
        @Override
        public Class<?> type() {
            return constructor.type().returnType();
        }

        @Override
        public Kernel make(Object owner) throws Throwable {
            return (Kernel) constructor.invoke(owner);
        }
    }

    Executed(Supplier<Built> build) {
        this.build = Optional.of(build);
    }

    /** Of what is built already. */
    Executed(Built built) {
        this.build = Optional.empty();
        this.built = built;
    }

    /**
     * The same class as one of plain loops, which are brought to full speed by themselves.
     *
     * @return the same object every time
     */
    public synchronized Executed plain() {
        if (plain == null) {
            plain = new Executed(() -> built().built);
        }
        return plain;
    }

    /**
     * Builds the class unless that is done.
     *
     * @return this
     * @throws IllegalArgumentException if its loops are refused
     */
    public Executed built() {
        // Splicing takes long, and all else that is synchronized here is asked by who makes another optimizer meanwhile.
        synchronized (building) {
            if (built == null) {
                built = build.orElseThrow().get();
            }
        }
        return this;
    }

    /**
     * The class.
     *
     * @return a class next to the kernel's
     */
    public Class<?> type() {
        return built().built.type();
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
            return it.make(owner);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("constructor of " + it.type().getName() + " failed", e);
        }
    }

    /**
     * Whether its loops run at full speed.
     *
     * @return true from {@link #fast} on
     */
    public boolean isFast() {
        return stage == Stage.FAST || stage == Stage.FAST_WITHOUT_VECTORS;
    }

    /**
     * Whether its plain loop is to be run in place of that of vectors.
     *
     * @return true if {@link #fast} said so
     */
    public boolean isFasterPlain() {
        return stage == Stage.FAST_WITHOUT_VECTORS;
    }

    /**
     * Whether somebody is bringing its loops to full speed.
     *
     * @return true after {@link #claim} until that ends
     */
    public boolean isClaimed() {
        return stage == Stage.CLAIMED;
    }

    /**
     * Says that its loops run at full speed.
     *
     * @param vectors whether that of vectors is to be run, or the plain one
     */
    public void fast(boolean vectors) {
        stage = vectors ? Stage.FAST : Stage.FAST_WITHOUT_VECTORS;
    }

    /**
     * Says that its loops are not to be run.
     *
     * @param slower whether that is because others are faster
     */
    public void leave(boolean slower) {
        stage = slower ? Stage.SLOWER : Stage.FAILED;
    }

    /**
     * Whether what runs is as fast as it will be.
     *
     * @return true if these loops run at full speed, or others are faster
     */
    public boolean isSettled() {
        return isFast() || stage == Stage.SLOWER;
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
     * @return whether nobody else has it, and it is not done
     */
    public synchronized boolean claim() {
        boolean free = stage == Stage.NEW;
        stage = free ? Stage.CLAIMED : stage;
        return free;
    }

    /** Gives the task up, so that it can be claimed again. */
    public synchronized void release() {
        stage = Stage.NEW;
    }
}
