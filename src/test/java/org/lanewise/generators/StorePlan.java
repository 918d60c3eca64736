package org.lanewise.generators;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;

/**
 * A store to be. Its tensors are named t0, t1, ...
 *
 * @param tensors its tensors, at least one
 * @param nativeMemory whether planes of its own are in native memory
 * @param parameters how parameters of its own are kept
 * @param gradients how gradients of its own are kept
 * @param states how states are kept
 */
public record StorePlan(List<TensorPlan> tensors, boolean nativeMemory, Storage parameters, Storage gradients, Storage states) {
    /** Any store of such tensors, at most so many. */
    public static Arbitrary<StorePlan> of(Arbitrary<TensorPlan> tensor, int mostTensors) {
        Arbitrary<Storage> storage = Arbitraries.of(Storage.class);
        Arbitrary<List<TensorPlan>> tensors = tensor.list().ofMinSize(1).ofMaxSize(mostTensors);
        return Combinators.combine(tensors, Arbitraries.of(false, true), storage, storage, storage).as(StorePlan::new);
    }

    /** The name of a tensor. */
    public static String name(int tensor) {
        return "t" + tensor;
    }

    /** How a tensor's parameters are kept. */
    public Storage parameters(int tensor) {
        return tensors.get(tensor).memory() == TensorPlan.Memory.OWNED ? parameters : Storage.F32;
    }

    /** How a tensor's gradients are kept. */
    public Storage gradients(int tensor) {
        return tensors.get(tensor).memory() == TensorPlan.Memory.OWNED ? gradients : Storage.F32;
    }

    /** The same numbers on the heap instead of native memory, and the other way round. */
    public StorePlan inOtherMemory() {
        return new StorePlan(tensors.stream().map(TensorPlan::inOtherMemory).toList(), !nativeMemory, parameters, gradients, states);
    }

    /** Only one of its tensors, still by the name it has here. */
    public PlannedStore buildOnly(int tensor) {
        return build(List.of(tensor));
    }

    /** The store, with the first parameters, and the gradients of step 0. */
    public PlannedStore build() {
        List<Integer> all = new ArrayList<>();
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            all.add(tensor);
        }
        return build(all);
    }

    private PlannedStore build(List<Integer> chosen) {
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(parameters).gradients(gradients).states(states);
        return new PlannedStore(this, chosen, nativeMemory ? builder.nativeMemory() : builder.heap());
    }
}
