package org.lanewise;

import java.util.Arrays;
import java.util.Map;
import org.lanewise.kernel.Extent;

/**
 * A named range on the planes of a store. Its {@link Slice}s give its numbers.
 *
 * <p>Immutable; safe to share between threads.
 */
public final class Tensor {
    private final ParameterStore store;
    private final String name;
    private final long[] shape;
    private final Map<Extent, Long> starts;
    private final Slice parameter;
    private final Slice gradient;

    Tensor(ParameterStore store, String name, long[] shape, Map<Extent, Long> starts, Slice parameter, Slice gradient) {
        this.store = store;
        this.name = name;
        this.shape = shape;
        this.starts = starts;
        this.parameter = parameter;
        this.gradient = gradient;
    }

    /**
     * Name, different from those of the store's other tensors.
     *
     * @return the name it was added with
     */
    public String name() {
        return name;
    }

    /**
     * Dimensions, outermost first; none for a single number.
     *
     * @return a copy
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Number of elements: the product of the dimensions.
     *
     * @return at least 0
     */
    public long size() {
        return parameter.size();
    }

    /**
     * The parameters.
     *
     * @return the same slice every time
     */
    public Slice parameter() {
        return parameter;
    }

    /**
     * The gradients. The caller writes them before each step; the library only reads them.
     *
     * @return the same slice every time
     */
    public Slice gradient() {
        return gradient;
    }

    /** Where this tensor's numbers begin in a plane of an extent. */
    long start(Extent extent) {
        return starts.get(extent);
    }

    /**
     * One of the states that the store's optimizer keeps.
     *
     * @param state its name, one of those in {@link Rule#states}
     * @return a new slice
     * @throws IllegalArgumentException if there is no such state, for instance because no optimizer was made for the store yet
     * @throws IllegalStateException if the store is closed
     */
    public Slice state(String state) {
        return store.state(this, state);
    }

    /**
     * Name and shape.
     *
     * @return for instance {@code fc1.weight[128, 64]}
     */
    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
