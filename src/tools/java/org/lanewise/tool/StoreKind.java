package org.lanewise.tool;

import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;

/** The ways in which a store can keep its planes: what verification and benchmarks run over. */
public enum StoreKind {
    /** 32-bit floats in Java arrays. */
    F32_HEAP(false, Storage.F32, Storage.F32),
    /** 32-bit floats in native memory. */
    F32_NATIVE(true, Storage.F32, Storage.F32),
    /** Parameters and gradients as 32-bit floats, states as bfloat16, in Java arrays. */
    BF16_STATES_HEAP(false, Storage.F32, Storage.BF16),
    /** Parameters and gradients as 32-bit floats, states as bfloat16, in native memory. */
    BF16_STATES_NATIVE(true, Storage.F32, Storage.BF16),
    /** All as bfloat16 in Java arrays. */
    BF16_HEAP(false, Storage.BF16, Storage.BF16),
    /** All as bfloat16 in native memory. */
    BF16_NATIVE(true, Storage.BF16, Storage.BF16);

    private final boolean nativeMemory;
    private final Storage parameters;
    private final Storage states;

    StoreKind(boolean nativeMemory, Storage parameters, Storage states) {
        this.nativeMemory = nativeMemory;
        this.parameters = parameters;
        this.states = states;
    }

    /**
     * A builder of such stores.
     *
     * @return a new builder without tensors
     */
    public ParameterStoreBuilder builder() {
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(parameters).gradients(parameters).states(states);
        return nativeMemory ? builder.nativeMemory() : builder.heap();
    }

    /**
     * Whether the planes are outside the Java heap.
     *
     * @return true for native memory
     */
    public boolean isNative() {
        return nativeMemory;
    }

    /**
     * How parameters and gradients are kept.
     *
     * @return their storage
     */
    public Storage parameters() {
        return parameters;
    }

    /**
     * How states are kept, but for those that a rule keeps exact.
     *
     * @return their storage
     */
    public Storage states() {
        return states;
    }
}
