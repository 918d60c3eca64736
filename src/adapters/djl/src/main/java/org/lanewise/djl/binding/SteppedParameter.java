package org.lanewise.djl.binding;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.util.function.BiFunction;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Storage;
import org.lanewise.Tensor;

/** One array that DJL has updated, with an optimizer of its own. */
public final class SteppedParameter implements AutoCloseable {
    private final String name;
    private final long address;
    private final ParameterStore store;
    private final Tensor tensor;
    private final Optimizer optimizer;

    /**
     * Makes the optimizer.
     *
     * @param name names the array in messages and files
     * @param weight the parameters
     * @param states how states are kept
     * @param make makes an optimizer for a store of this one tensor
     * @throws IllegalArgumentException if it cannot be wrapped
     */
    public SteppedParameter(String name, NDArray weight, Storage states, BiFunction<ParameterStore, Tensor, Optimizer> make) {
        this.name = name;
        MemorySegment memory = Floats.of("parameter of '" + name + "'", weight);
        this.address = memory.address();
        this.store = ParameterStore.builder().nativeMemory().states(states)
                .wrap(name, memory, Floats.zeros(weight), weight.getShape().getShape()).build();
        this.tensor = store.tensor(name);
        this.optimizer = make.apply(store, tensor);
    }

    /**
     * {@return what steps it}
     */
    public Optimizer optimizer() {
        return optimizer;
    }

    /**
     * Steps by a gradient, and sets the array's own to zero.
     *
     * @param weight the parameters, the same memory as ever
     * @param gradient their gradient, wherever it is
     * @throws IllegalStateException if the parameters are elsewhere
     * @throws IllegalArgumentException if the gradient cannot be read
     */
    public void step(NDArray weight, NDArray gradient) {
        long now = Floats.of("parameter of '" + name + "'", weight).address();
        if (now != address && weight.size() > 0) {
            throw new IllegalStateException("parameter of '" + name + "' was moved to 0x" + Long.toHexString(now) + ", expected 0x"
                    + Long.toHexString(address) + "; make another optimizer");
        }
        tensor.rebindGradient(Floats.of("gradient of '" + name + "'", gradient));
        optimizer.step();
        Floats.zeroGradient("gradient of '" + name + "'", weight);
    }

    @Override
    public void close() {
        store.close();
    }
}
