package org.lanewise.demo;

import java.util.List;
import org.lanewise.ParameterStore;
import org.lanewise.Storage;

/**
 * Where numbers may be, for the comparison of plain loops with vectors.
 *
 * @param name what the reader calls it
 * @param store for so many parameters there
 */
record Place(String name, ParameterStore store) {
    private static final String TENSOR = "w";

    /** The usual place, and those that C2 does not vectorize plain loops in. */
    static List<Place> all(int size) {
        float[] slab = new float[2 * size];
        return List.of(
                new Place("Java arrays, one for each", ParameterStore.builder().tensor(TENSOR, size).build()),
                new Place("one Java array, with an offset for the gradients",
                        ParameterStore.builder().wrap(TENSOR, slab, 0, slab, size, size).build()),
                new Place("native memory", ParameterStore.builder().nativeMemory().tensor(TENSOR, size).build()),
                new Place("Java arrays, states in bfloat16",
                        ParameterStore.builder().states(Storage.BF16).tensor(TENSOR, size).build()));
    }
}
