package org.lanewise.verify;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
    F32_HEAP_WRAPPED(false, Storage.F32, Storage.F32, true),
    /** 32-bit floats in native memory; parameters and gradients are the caller's own, and begin in the middle of a vector. */
    F32_NATIVE_WRAPPED(true, Storage.F32, Storage.F32, true);

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

    /** Whether a loop may end in the middle of a vector, as planes that a store owns are padded to whole ones. */
    boolean hasTails() {
        return wrapped;
    }

    /** A store with a tensor of this shape, the last one. */
    ParameterStore store(Shape shape) {
        long[] dimensions = {shape.matrices(), shape.rows(), shape.columns()};
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(parameters).gradients(parameters).states(states);
        if (nativeMemory) {
            builder.nativeMemory();
        }
        if (!wrapped) {
            return builder.tensor(TENSOR, dimensions).build();
        }
        builder.tensor("before", 1);
        int length = (int) shape.size();
        if (nativeMemory) {
            return builder.wrap(TENSOR, floats(PARAMETER_OFFSET, length), floats(GRADIENT_OFFSET, length), dimensions).build();
        }
        float[] parameters = new float[PARAMETER_OFFSET + length];
        float[] gradients = new float[GRADIENT_OFFSET + length];
        return builder.wrap(TENSOR, parameters, PARAMETER_OFFSET, gradients, GRADIENT_OFFSET, dimensions).build();
    }

    private static MemorySegment floats(int offset, int length) {
        return Arena.ofAuto().allocate((long) (offset + length) * Float.BYTES, Float.BYTES).asSlice((long) offset * Float.BYTES);
    }
}
