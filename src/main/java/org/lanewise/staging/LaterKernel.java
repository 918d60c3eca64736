package org.lanewise.staging;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.lanewise.kernel.Kernel;

/** A kernel to be used once its loops run at full speed. */
public final class LaterKernel {
    private final BooleanSupplier ready;
    private final Supplier<Kernel> making;

    LaterKernel(BooleanSupplier ready, Supplier<Kernel> making) {
        this.ready = ready;
        this.making = making;
    }

    /**
     * Whether its loops run at full speed.
     *
     * @return true for good once it is
     */
    public boolean isReady() {
        return ready.getAsBoolean();
    }

    /**
     * Makes it.
     *
     * @return a kernel that has not been prepared
     */
    public Kernel make() {
        return making.get();
    }
}
