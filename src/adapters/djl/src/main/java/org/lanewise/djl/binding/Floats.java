package org.lanewise.djl.binding;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory of arrays of DJL's. */
public final class Floats {
    private Floats() {}

    /**
     * The memory of an array itself, which stays its own.
     *
     * @param what what it holds, for messages
     * @param array the array
     * @return as long as the array is not closed
     * @throws IllegalArgumentException if it is not dense, contiguous, {@code FLOAT32}, on the CPU, and of at most 2^31-1 bytes
     */
    public static MemorySegment of(String what, NDArray array) {
        require(array.getDataType() == DataType.FLOAT32, what, "FLOAT32", array.getDataType());
        require(array.getDevice().equals(Device.cpu()), what, "on the CPU", array.getDevice());
        require(!array.isSparse(), what, "dense", "a sparse array");
        long bytes = array.size() * Float.BYTES;
        require(bytes <= Integer.MAX_VALUE, what, "of at most 2147483647 bytes", bytes);
        if (bytes == 0) {
            return Arena.global().allocate(0);
        }
        MemorySegment memory = MemorySegment.ofBuffer(array.toByteBuffer(true));
        // Of an array that is not contiguous the engine gives a copy, a new one each time.
        require(memory.isNative() && memory.address() == address(array), what, "contiguous", "an array of other strides");
        return memory;
    }

    /**
     * Where the numbers of an array lie.
     *
     * @param array an array that may be read where it is, not empty
     * @return its address
     */
    static long address(NDArray array) {
        return MemorySegment.ofBuffer(array.toByteBuffer(true)).address();
    }

    /**
     * Sets the gradient of an array to zero, {@code NaN} included, if it may have one.
     *
     * @param what what it holds, for messages
     * @param array the array
     * @throws IllegalArgumentException as {@link #of}
     */
    public static void zeroGradient(String what, NDArray array) {
        if (array.hasGradient()) {
            try (NDArray gradient = array.getGradient()) {
                of(what, gradient).fill((byte) 0);
            }
        }
    }

    /**
     * Stands for a gradient that there is not.
     *
     * @param array has so many numbers
     * @return zeros, freed when nothing has them any more
     */
    public static MemorySegment zeros(NDArray array) {
        return Arena.ofAuto().allocate(array.size() * Float.BYTES, 64);
    }

    private static void require(boolean holds, String what, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must be " + expected + ", got " + found);
        }
    }
}
