package org.lanewise.verify;

import java.util.List;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.kernel.Shape;

/** Where the planes of a verified store lie, and how they are kept. */
public enum Place {
    /** 32-bit floats in Java arrays. */
    F32_HEAP(false, Storage.F32, Storage.F32, false),
    /** 32-bit floats in native memory. */
    F32_NATIVE(true, Storage.F32, Storage.F32, false),
    /** Parameters and gradients as 32-bit floats, states as bfloat16, in Java arrays. */
    BF16_STATES_HEAP(false, Storage.F32, Storage.BF16, false),
    /** Parameters and gradients as 32-bit floats, states as bfloat16, in native memory. */
    BF16_STATES_NATIVE(true, Storage.F32, Storage.BF16, false),
    /** All as bfloat16 in Java arrays. */
    BF16_HEAP(false, Storage.BF16, Storage.BF16, false),
    /** All as bfloat16 in native memory. */
    BF16_NATIVE(true, Storage.BF16, Storage.BF16, false),
    /**
     * 32-bit floats in Java arrays; parameters and gradients are parts of the caller's own, from odd indices on, and states start inside
     * their planes.
     */
    F32_HEAP_WRAPPED(false, Storage.F32, Storage.F32, true);

    private static final String TENSOR = "w";
    private static final int PARAMETER_OFFSET = 3;
    private static final int GRADIENT_OFFSET = 5;

    private final boolean nativeMemory;
    private final Storage parameters;
    private final Storage states;
    private final boolean wrapped;

    Place(boolean nativeMemory, Storage parameters, Storage states, boolean wrapped) {
        this.nativeMemory = nativeMemory;
        this.parameters = parameters;
        this.states = states;
        this.wrapped = wrapped;
    }

    /** How parameters, gradients and states are kept: places alike in this share a reference. */
    List<Storage> storages() {
        return List.of(parameters, parameters, states);
    }

    /** A store with a matrix of this many elements, the last tensor. */
    ParameterStore store(int length) {
        Shape shape = Numbers.shape(length);
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(parameters).gradients(parameters).states(states);
        if (nativeMemory) {
            builder.nativeMemory();
        }
        if (!wrapped) {
            return builder.tensor(TENSOR, shape.rows(), shape.columns()).build();
        }
        float[] parameters = new float[PARAMETER_OFFSET + length];
        float[] gradients = new float[GRADIENT_OFFSET + length];
        return builder.tensor("before", 1)
                .wrap(TENSOR, parameters, PARAMETER_OFFSET, gradients, GRADIENT_OFFSET, shape.rows(), shape.columns()).build();
    }
}
