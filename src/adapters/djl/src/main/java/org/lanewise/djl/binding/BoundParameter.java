package org.lanewise.djl.binding;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Tensor;

/** A parameter of a model, and the tensor of Lanewise's over the same memory. */
public final class BoundParameter {
    private final String name;
    private final Parameter parameter;
    private final NDArray array;
    private final boolean empty;
    private final long address;

    /** The gradient that is bound: held, so that its memory stays and no other gradient gets its address. */
    private Optional<NDArray> held = Optional.empty();
    private long gradientAddress;
    private Optional<Tensor> tensor = Optional.empty();

    /**
     * Describes a parameter in a store.
     *
     * @param name its name in the model
     * @param parameter the parameter
     * @param builder gets it
     * @throws IllegalArgumentException if it cannot be wrapped
     */
    public BoundParameter(String name, Parameter parameter, ParameterStoreBuilder builder) {
        this.name = name;
        this.parameter = parameter;
        if (!parameter.isInitialized()) {
            throw new IllegalArgumentException("parameter of '" + name + "' must be initialized, got none");
        }
        this.array = parameter.getArray();
        MemorySegment memory = Floats.of(what("parameter"), array);
        this.empty = memory.byteSize() == 0;
        this.address = memory.address();
        builder.wrap(name, memory, Floats.zeros(array), array.getShape().getShape());
    }

    private String what(String part) {
        return part + " of '" + name + "'";
    }

    /**
     * Takes the tensor.
     *
     * @param store the store that was described
     */
    public void enter(ParameterStore store) {
        tensor = Optional.of(store.tensor(name));
        tensor.get().setHasGradient(false);
    }

    /**
     * Follows the gradient before it is read.
     *
     * @throws IllegalStateException if the array was closed or another one was set
     * @throws IllegalArgumentException if the gradient cannot be read where it is
     */
    public void findGradient() {
        requireThere();
        boolean has = !empty && parameter.requiresGradient() && array.hasGradient() && bindGradient();
        if (has != tensor.orElseThrow().hasGradient()) {
            tensor.get().setHasGradient(has);
        }
    }

    private void requireThere() {
        if (array.isReleased()) {
            throw new IllegalStateException(what("parameter") + " is closed: its model or manager was");
        }
        long now = empty ? address : Floats.address(parameter.getArray());
        if (now != address) {
            throw new IllegalStateException(what("parameter") + " was moved to 0x" + Long.toHexString(now) + ", expected 0x"
                    + Long.toHexString(address) + "; close this store and make another");
        }
    }

    /** Whether there is a gradient: without one the engine makes zeros for each who asks, so two never have one address. */
    private boolean bindGradient() {
        NDArray found = array.getGradient();
        try {
            if (held.isPresent() && Floats.address(found) == gradientAddress) {
                found.close();
                return true;
            }
            MemorySegment memory = Floats.of(what("gradient"), found);
            try (NDArray again = array.getGradient()) {
                if (Floats.address(again) != memory.address()) {
                    found.close();
                    return false;
                }
            }
            tensor.orElseThrow().rebindGradient(memory);
            held.ifPresent(NDArray::close);
            held = Optional.of(found);
            gradientAddress = memory.address();
            return true;
        } catch (Throwable e) {
            found.close();
            throw e;
        }
    }

    /** Sets the gradient to zero where it is. */
    public void zeroGradient() {
        requireThere();
        Floats.zeroGradient(what("gradient"), array);
    }

    /** Closes the gradient's handle. */
    public void close() {
        held.ifPresent(NDArray::close);
        held = Optional.empty();
    }
}
