package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lanewise.ParameterStore;
import org.lanewise.Storage;
import org.lanewise.kernel.Shape;

/**
 * Where the planes of a verified store lie.
 *
 * @param kind how they are kept
 * @param wrapped whether parameters and gradients are parts of the caller's own arrays, from odd indices on, and states start inside
 *        their planes
 */
public record Place(StoreKind kind, boolean wrapped) {
    private static final String TENSOR = "w";
    private static final int PARAMETER_OFFSET = 3;
    private static final int GRADIENT_OFFSET = 5;

    /**
     * Checks that such a store can be.
     *
     * @throws NullPointerException if the kind is null
     * @throws IllegalArgumentException if arrays are wrapped that keep no 32-bit floats
     */
    public Place {
        Objects.requireNonNull(kind, "kind");
        if (wrapped && kind.parameters() != Storage.F32) {
            throw new IllegalArgumentException("wrapped arrays keep parameters as F32, got " + kind);
        }
    }

    /**
     * What a rule is verified on.
     *
     * @return every kind of store, and arrays wrapped by a store with states in Java arrays; immutable
     */
    public static List<Place> all() {
        List<Place> places = new ArrayList<>();
        for (StoreKind kind : StoreKind.values()) {
            places.add(new Place(kind, false));
        }
        places.add(new Place(StoreKind.F32_HEAP, true));
        return List.copyOf(places);
    }

    /** A store with a matrix of this many elements, the last tensor. */
    ParameterStore store(int length) {
        Shape shape = Numbers.shape(length);
        if (!wrapped) {
            return kind.builder().tensor(TENSOR, shape.rows(), shape.columns()).build();
        }
        float[] parameters = new float[PARAMETER_OFFSET + length];
        float[] gradients = new float[GRADIENT_OFFSET + length];
        return kind.builder().tensor("before", 1)
                .wrap(TENSOR, parameters, PARAMETER_OFFSET, gradients, GRADIENT_OFFSET, shape.rows(), shape.columns()).build();
    }

    /**
     * The kind, and whether arrays are wrapped.
     *
     * @return for instance {@code F32_HEAP} or {@code F32_HEAP_WRAPPED}
     */
    @Override
    public String toString() {
        return wrapped ? kind + "_WRAPPED" : kind.toString();
    }
}
