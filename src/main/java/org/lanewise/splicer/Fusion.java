package org.lanewise.splicer;

import java.util.Optional;

/**
 * What an update does besides to the elements it goes through, which would take passes of their own over memory.
 *
 * @param average how the parameter, once it is stored, enters its average, the plane after the kernel's own; empty for no average
 * @param clears whether the gradient, once it is loaded, becomes +0
 */
public record Fusion(Optional<AverageForm> average, boolean clears) {
    /** Nothing. */
    public static final Fusion NONE = new Fusion(Optional.empty(), false);

    /** Written out, as {@link #hashCode}: those that the JDK makes for a record take 10 ms when they are called first. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Fusion fusion && average.equals(fusion.average) && clears == fusion.clears;
    }

    @Override
    public int hashCode() {
        return 2 * average.hashCode() + (clears ? 1 : 0);
    }

    /** For the name of a variant: empty if nothing is done. */
    String label() {
        return average.map(form -> "_" + form.method()).orElse("") + (clears ? "_cleared" : "");
    }
}
