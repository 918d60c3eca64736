package org.lanewise.tool.torch;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Width;
import org.lanewise.tool.StoreKind;

/**
 * Where a case is run.
 *
 * @param store where the numbers are
 * @param width width of the kernels
 */
public record Place(StoreKind store, Width width) {
    /** 32-bit floats in Java arrays and in native memory, at every width that this CPU has. */
    public static List<Place> all() {
        return Stream.of(StoreKind.F32_HEAP, StoreKind.F32_NATIVE)
                .flatMap(store -> Width.supported().stream().map(width -> new Place(store, width))).toList();
    }

    @Override
    public String toString() {
        return store + " " + width;
    }
}
