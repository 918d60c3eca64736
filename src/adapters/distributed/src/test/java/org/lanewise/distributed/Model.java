package org.lanewise.distributed;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.Tensor;

/** Tensors, and gradients of any number of ranks that depend on the parameters, the rank and the step. */
record Model(List<long[]> shapes, Storage states, boolean hasNonFinite) {
    static Model of(long[]... shapes) {
        return new Model(List.of(shapes), Storage.F32, false);
    }

    /** As many tensors of mixed shapes. */
    static Model mixed(int tensors) {
        return new Model(IntStream.range(0, tensors).mapToObj(k -> switch (k % 4) {
            case 0 -> new long[] {k % 7 + 1, k % 5 + 2};
            case 1 -> new long[] {};
            case 2 -> new long[] {k % 13 + 1};
            default -> new long[] {2, k % 3 + 1, 9};
        }).toList(), Storage.F32, false);
    }

    Model withStates(Storage states) {
        return new Model(shapes, states, hasNonFinite);
    }

    /** Some gradients of some steps are infinite or NaN. */
    Model withNonFinite() {
        return new Model(shapes, states, true);
    }

    static String name(int tensor) {
        return "t" + tensor + (tensor % 3 == 1 ? ".bias" : ".weight");
    }

    ParameterStore store() {
        ParameterStoreBuilder builder = ParameterStore.builder().nativeMemory().states(states);
        for (int k = 0; k < shapes.size(); k++) {
            builder.tensor(name(k), shapes.get(k));
        }
        ParameterStore store = builder.build();
        SplittableRandom random = new SplittableRandom(1);
        for (Tensor tensor : store.tensors()) {
            float[] initial = new float[(int) tensor.size()];
            for (int i = 0; i < initial.length; i++) {
                initial[i] = (float) random.nextDouble(-1, 1);
            }
            tensor.parameter().copyFrom(initial);
        }
        return store;
    }

    /** Gradients that a rank has, added to those of the store. */
    void addGradients(ParameterStore store, int rank, long step) {
        SplittableRandom random = new SplittableRandom(step * 1_000 + rank);
        for (Tensor tensor : store.tensors()) {
            float[] gradient = gradients(tensor, random, step), before = new float[gradient.length];
            tensor.gradient().copyTo(before);
            for (int i = 0; i < gradient.length; i++) {
                before[i] += gradient[i];
            }
            tensor.gradient().copyFrom(before);
        }
    }

    /** Gradients that one process has: those of all ranks added in their order, and divided by their number if it is a mean. */
    void reducedGradients(ParameterStore store, int ranks, long step, Reduction reduction) {
        SplittableRandom[] random = new SplittableRandom[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            random[rank] = new SplittableRandom(step * 1_000 + rank);
        }
        for (Tensor tensor : store.tensors()) {
            float[] sum = gradients(tensor, random[0], step);
            for (int rank = 1; rank < ranks; rank++) {
                float[] next = gradients(tensor, random[rank], step);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += next[i];
                }
            }
            for (int i = 0; i < sum.length && reduction == Reduction.MEAN; i++) {
                sum[i] /= ranks;
            }
            tensor.gradient().copyFrom(sum);
        }
    }

    private float[] gradients(Tensor tensor, SplittableRandom random, long step) {
        float[] gradient = new float[(int) tensor.size()];
        tensor.parameter().copyTo(gradient);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = 0.3f * gradient[i] + (float) random.nextDouble(-1, 1);
        }
        if (hasNonFinite && step % 17 == 11 && gradient.length > 2) {
            gradient[gradient.length / 2] = step % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
        }
        return gradient;
    }
}
