package org.lanewise.splicer;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lanewise.storage.MemoryPlane;

/**
 * What one spliced class is made for.
 *
 * @param bits width of its vectors
 * @param scaled whether gradients are multiplied by the kernel's gradientScale
 * @param storages the storage of each plane: parameter, gradient, states
 * @param options the kernel's final boolean fields
 */
record Variant(int bits, boolean scaled, List<Class<? extends MemoryPlane>> storages, Map<String, Boolean> options) {
    /** Readable in a file name, and different for different variants of one kernel. */
    String label() {
        String planes = storages.stream().map(Class::getSimpleName).collect(Collectors.joining("-"));
        String on = options.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).sorted()
                .collect(Collectors.joining("-"));
        return bits + "_" + planes + (scaled ? "_scaled" : "") + (on.isEmpty() ? "" : "_" + on);
    }
}
