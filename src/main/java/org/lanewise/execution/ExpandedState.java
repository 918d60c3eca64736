package org.lanewise.execution;

import java.util.Arrays;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/** A state of rows, columns or a tensor, repeated for each element. Loops only read it. */
record ExpandedState(Extent extent, ChunkPlane chunk) implements Staged {
    @Override
    public boolean changesWithChunk() {
        return extent != Extent.TENSOR;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public void store(MemoryPlane state, Shape shape, long start, int length) {
        throw new UnsupportedOperationException("only prepareTensor writes a state of " + extent);
    }

    @Override
    public void load(MemoryPlane state, Shape shape, long start, int length) {
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
