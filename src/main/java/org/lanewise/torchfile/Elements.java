package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The elements of a tensor, in row-major order. */
@FunctionalInterface
public interface Elements {
    /**
     * Reads elements, little-endian.
     *
     * @param index index of the first
     * @param target takes as many as it has room for
     * @throws IOException if they are damaged
     */
    void read(long index, MemorySegment target) throws IOException;
}
