package org.lanewise.execution;

import org.lanewise.kernel.Shape;
import org.lanewise.storage.MemoryPlane;

/**
 * A tensor where it lies.
 *
 * @param shape its shape
 * @param parameter its parameters, from the first on
 * @param gradient their gradients, from the first on
 * @param owned whether both go on for {@link #padded} elements that belong to nobody else, and then with the next tensor's: loops may
 *         run through
 */
public record PlacedTensor(Shape shape, MemoryPlane parameter, MemoryPlane gradient, boolean owned) {
    /** Elements that tensors are padded to: 64 bytes of floats, one vector of the widest kind, so that no tail is left. */
    public static final int PADDING = 16;

    /** Indices of a kernel's planes. */
    public static final int PARAMETER = 0, GRADIENT = 1, FIRST_STATE = 2;

    /**
     * Elements that a tensor takes in a plane.
     *
     * @param size its number of elements
     * @return the next multiple of {@link #PADDING}
     */
    public static long padded(long size) {
        return (size + PADDING - 1) / PADDING * PADDING;
    }

    /** Elements that a loop may run over from the first one on. */
    long length() {
        return owned ? padded(shape.size()) : shape.size();
    }
}
