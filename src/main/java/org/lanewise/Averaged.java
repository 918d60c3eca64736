package org.lanewise;

import org.lanewise.execution.AverageSwap;

/**
 * Averages in the place of parameters, until this is closed: then parameters are what they were. Parameters kept as 32-bit floats are
 * exchanged with their averages; bfloat16 ones, which cannot hold an average, are copied meanwhile. Not thread-safe.
 */
public final class Averaged implements AutoCloseable {
    private final ParameterStore store;
    private final AverageSwap swap;
    private boolean open = true;

    Averaged(ParameterStore store, AverageSwap swap) {
        this.store = store;
        this.swap = swap;
        swap.putAverages();
    }

    void requireClosed() {
        if (open) {
            throw new IllegalStateException("averages are in the place of parameters: close what averaged() returned");
        }
    }

    /**
     * Puts the parameters back; does nothing if that is done.
     *
     * @throws IllegalStateException if the store was closed meanwhile, or native memory that it wraps was freed
     */
    @Override
    public void close() {
        if (open) {
            store.requireUsable();
            swap.putBack();
            open = false;
        }
    }
}
