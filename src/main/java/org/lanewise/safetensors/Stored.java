package org.lanewise.safetensors;

import java.util.List;

/**
 * A tensor in a file.
 *
 * @param name its name
 * @param type type of its numbers
 * @param shape its dimensions, outermost first
 * @param from first byte, counted from the end of the header
 * @param to last byte and one
 */
public record Stored(String name, Dtype type, List<Long> shape, long from, long to) {
    /**
     * Number of elements.
     *
     * @return at least 0
     */
    public long size() {
        return (to - from) / (type.bits() / 8);
    }

    /**
     * Number of bytes of a tensor.
     *
     * @param type type of its numbers
     * @param shape its dimensions
     * @return at least 0; -1 if it is no whole number, -2 if it is above 2^63-1
     */
    static long bytes(Dtype type, List<Long> shape) {
        long product = 1;
        for (long dimension : shape) {
            if (Math.multiplyHigh(product, dimension) != 0 || product * dimension < 0) {
                return -2;
            }
            product *= dimension;
        }
        if (Math.multiplyHigh(product, type.bits()) != 0 || product * type.bits() < 0) {
            return -2;
        }
        return product * type.bits() % 8 == 0 ? product * type.bits() / 8 : -1;
    }
}
