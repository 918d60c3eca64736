package org.lanewise.distributed;

/** While it is open, averages are in the place of parameters on all ranks. */
public final class ShardedAverage implements AutoCloseable {
    private final Runnable putBack;
    private boolean open = true;

    ShardedAverage(Runnable putBack) {
        this.putBack = putBack;
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Puts the parameters back; does nothing if they are. All ranks do so.
     *
     * @throws IllegalStateException if another rank does another thing
     * @throws CommunicationException if another rank has left
     */
    @Override
    public void close() {
        if (open) {
            putBack.run();
            open = false;
        }
    }
}
