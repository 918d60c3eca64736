package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.execution.PlacedTensor;

/** Makes the store of this rank's part of each tensor. */
public final class Parts {
    private Parts() {}

    /**
     * Refuses tensors that are not where messages can be sent from.
     *
     * @param tensors those of the whole model
     * @param placed where they lie
     * @throws IllegalArgumentException if one wraps memory, is on the heap or is not of 32-bit floats
     */
    public static void requireShareable(List<Tensor> tensors, List<PlacedTensor> placed) {
        for (int k = 0; k < tensors.size(); k++) {
            Tensor tensor = tensors.get(k);
            String name = tensor.name();
            if (!placed.get(k).owned()) {
                throw new IllegalArgumentException("'" + name + "' must lie in planes of the store's own to be shared by processes, but "
                        + "wraps memory");
            }
            if (tensor.parameter().storage() != Storage.F32 || tensor.gradient().storage() != Storage.F32) {
                throw new IllegalArgumentException("parameters and gradients of '" + name + "' must be F32 to be shared by processes, got "
                        + tensor.parameter().storage() + " and " + tensor.gradient().storage());
            }
            if (!(placed.get(k).parameter().memory() instanceof MemorySegment)) {
                throw new IllegalArgumentException("'" + name + "' must be in native memory to be shared by processes, but is on the heap");
            }
        }
    }

    /**
     * Wraps this rank's part of each tensor, if only an empty one: parameters where they are, gradients in the shard's memory.
     *
     * @param builder of the store, without tensors
     * @param tensors those of the whole model
     * @param shard this rank's part
     * @return tensors of the same names in the same order, of one dimension unless they are all of the tensor
     */
    public static ParameterStore of(ParameterStoreBuilder builder, List<Tensor> tensors, Shard shard) {
        for (int k = 0; k < tensors.size(); k++) {
            Tensor tensor = tensors.get(k);
            long length = shard.length(k);
            MemorySegment parameter = tensor.parameter().segment().asSlice(shard.first(k) * Float.BYTES, length * Float.BYTES);
            builder.wrap(tensor.name(), parameter, shard.gradients(k), length == tensor.size() ? tensor.shape() : new long[] {length});
        }
        return builder.build();
    }
}
