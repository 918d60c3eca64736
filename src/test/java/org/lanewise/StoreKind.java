package org.lanewise;

/** The ways a store can keep its planes. */
public enum StoreKind {
    F32_HEAP(false, Storage.F32, Storage.F32),
    F32_NATIVE(true, Storage.F32, Storage.F32),
    BF16_STATES_HEAP(false, Storage.F32, Storage.BF16),
    BF16_STATES_NATIVE(true, Storage.F32, Storage.BF16),
    BF16_HEAP(false, Storage.BF16, Storage.BF16),
    BF16_NATIVE(true, Storage.BF16, Storage.BF16);

    private final boolean nativeMemory;
    private final Storage values;
    private final Storage states;

    StoreKind(boolean nativeMemory, Storage values, Storage states) {
        this.nativeMemory = nativeMemory;
        this.values = values;
        this.states = states;
    }

    /** A builder of such stores. */
    public ParameterStoreBuilder builder() {
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(values).gradients(values).states(states);
        return nativeMemory ? builder.nativeMemory() : builder.heap();
    }
}
