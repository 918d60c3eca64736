package org.lanewise;

import java.util.Arrays;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/** A state of rows, columns or a tensor as loops read it: chunk by chunk, a number for each element. */
record ExpandedState(Extent extent, ChunkPlane chunk) {
    /** Whether each chunk has numbers of its own: a tensor's is the same in all of them. */
    boolean changesWithChunk() {
        return extent != Extent.TENSOR;
    }

    /** Fills the chunk with the numbers of {@code length} elements of a tensor, from {@code start} on. */
    void fill(MemoryPlane state, Shape shape, long start, int length) {
        float[] array = chunk.memory();
        if (extent == Extent.TENSOR) {
            Arrays.fill(array, 0, length, state.get(0));
            return;
        }
        long row = start / shape.columns();
        long column = start % shape.columns();
        for (int at = 0; at < length; row++, column = 0) {
            int n = (int) Math.min(length - at, shape.columns() - column);
            if (extent == Extent.ROW) {
                Arrays.fill(array, at, at + n, state.get((int) row));
            } else {
                state.copyTo((int) (row / shape.rows() * shape.columns() + column), array, at, n);
            }
            at += n;
        }
    }
}
