package org.lanewise.splicer;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one spliced class is made for.
 *
 * @param bits width of its vectors
 * @param form what its loops make of gradients
 * @param fusion what its loops do besides
 * @param planes the layout of each plane: parameter, gradient, states, perhaps the average
 * @param options the kernel's final boolean fields
 */
record Variant(int bits, GradientForm form, Fusion fusion, List<Layout> planes, Map<String, Boolean> options) {
    /** Readable in a file name, and different for different variants of one kernel. */
    String label() {
        String storages = planes.stream().map(plane -> plane.storage().getSimpleName() + (plane.fromStart() ? "" : "At")
                + (plane.flushed() ? "Flushed" : ""))
                .collect(Collectors.joining("-"));
        String on = options.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).sorted()
                .collect(Collectors.joining("-"));
        return bits + "_" + storages + form.label() + fusion.label() + (on.isEmpty() ? "" : "_" + on);
    }

    /** Written out, as {@link #hashCode}: those that the JDK makes for a record take 10 ms when they are called first. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Variant variant && bits == variant.bits && form.equals(variant.form) && fusion.equals(variant.fusion)
                && planes.equals(variant.planes) && options.equals(variant.options);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * (31 * bits + form.hashCode()) + fusion.hashCode()) + planes.hashCode()) + options.hashCode();
    }
}
