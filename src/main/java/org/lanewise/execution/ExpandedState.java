package org.lanewise.execution;

import java.util.Arrays;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/**
 * A state of rows, columns, matrices or a tensor, repeated for each element. Loops only read it.
 *
 * <p>Where a row or a matrix has few elements a loop for each would take longer than its elements. There the numbers of a chunk are copied
 * at once, and one loop for each place in a row writes that place of all rows.
 */
final class ExpandedState implements Staged {
    /** Fewer elements than this are written by a loop for each place among them, more by one for each number. */
    private static final int FEW = 16;

    /** Columns from here on are copied row by row. */
    private static final int MANY_COLUMNS = 64;

    private final Extent extent;
    private final ChunkPlane chunk;

    /** Numbers of one chunk as they are kept: of n elements, where a number has more than one of them, at most n / 2 + 2. */
    private final float[] numbers = new float[ChunkPlane.SIZE];

    ExpandedState(Extent extent, ChunkPlane chunk) {
        this.extent = extent;
        this.chunk = chunk;
    }

    @Override
    public ChunkPlane chunk() {
        return chunk;
    }

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
    public void spread(Plane state, int from, int to) {
        Arrays.fill(chunk.memory(), from, to, state.get(0));
    }

    @Override
    public void load(MemoryPlane state, Shape shape, long start, int length) {
        switch (extent) {
            case COLUMN -> loadColumns(state, shape, start, length);
            case ROW -> repeat(state, shape.columns(), start, length);
            case MATRIX -> repeat(state, shape.rows() * shape.columns(), start, length);
            case TENSOR -> repeat(state, shape.size(), start, length);
            case PARAMETER -> throw new IllegalStateException("a state of parameters is not expanded");
        }
    }

    /** Each number for so many consecutive elements. */
    private void repeat(MemoryPlane state, long times, long start, int length) {
        if (isOfOne(times, start, length)) {
            return;
        }
        float[] array = chunk.memory();
        int number = (int) (start / times);
        if (times == 1) {
            state.copyTo(number, array, 0, length);
        } else if (times < FEW) {
            spreadNumbers(state, number, (int) times, (int) (start % times), length);
        } else {
            int n = (int) Math.min(length, times - start % times);
            for (int at = 0; at < length; number++) {
                Arrays.fill(array, at, at + n, state.get(number));
                at += n;
                n = (int) Math.min(length - at, times);
            }
        }
    }

    /** The first element is number {@code place} of the first {@code times}. */
    private void spreadNumbers(MemoryPlane state, int number, int times, int place, int length) {
        state.copyTo(number, numbers, 0, (place + length - 1) / times + 1);
        float[] from = numbers, to = chunk.memory();
        for (int p = 0; p < times; p++) {
            int first = p < place ? 1 : 0;
            int i = p - place + first * times;
            int end = first + Math.ceilDiv(Math.max(0, length - i), times);
            for (int k = first; k < end; k++) {
                to[i] = from[k];
                i += times;
            }
        }
    }

    private void loadColumns(MemoryPlane state, Shape shape, long start, int length) {
        int columns = (int) Math.min(shape.columns(), MANY_COLUMNS);
        long size = shape.rows() * shape.columns();
        if (shape.rows() == 1) {
            state.copyTo((int) start, chunk.memory(), 0, length);
        } else if (ChunkPlane.SIZE % shape.columns() == 0 && isOfOne(size, start, length)) {
            return;
        } else if (columns == MANY_COLUMNS) {
            copyRows(state, shape, start, length);
        } else {
            int firstMatrix = (int) (start / size), place = (int) (start % size);
            int matrices = (int) ((place + length - 1) / size + 1);
            state.copyTo(firstMatrix * columns, numbers, 0, matrices * columns);
            if (size < 2 * FEW) {
                spreadColumns(columns, (int) size, place, length);
            } else {
                repeatColumns(columns, size, place, length);
            }
        }
    }

    private void copyRows(MemoryPlane state, Shape shape, long start, int length) {
        long row = start / shape.columns(), column = start % shape.columns();
        for (int at = 0; at < length; row++, column = 0) {
            int n = (int) Math.min(length - at, shape.columns() - column);
            state.copyTo((int) (row / shape.rows() * shape.columns() + column), chunk.memory(), at, n);
            at += n;
        }
    }

    /** Small matrices: the first element is number {@code place} of the first one's {@code size}. */
    private void spreadColumns(int columns, int size, int place, int length) {
        float[] from = numbers, to = chunk.memory();
        for (int p = 0; p < size; p++) {
            int matrix = p < place ? 1 : 0;
            int k = matrix * columns + p % columns;
            int i = p - place + matrix * size;
            for (int left = Math.ceilDiv(Math.max(0, length - i), size); left > 0; left--) {
                to[i] = from[k];
                i += size;
                k += columns;
            }
        }
    }

    /** Matrices of many rows, each by copies of twice as many rows as before. */
    private void repeatColumns(int columns, long size, int place, int length) {
        float[] to = chunk.memory();
        int matrix = 0, inMatrix = place;
        for (int at = 0; at < length; matrix++, inMatrix = 0) {
            int n = (int) Math.min(length - at, size - inMatrix);
            int done = Math.min(n, columns);
            for (int i = 0; i < done; i++) {
                to[at + i] = numbers[matrix * columns + (inMatrix + i) % columns];
            }
            for (; done < n; done = Math.min(n, 2 * done)) {
                System.arraycopy(to, at, to, at + done, Math.min(done, n - done));
            }
            at += n;
        }
    }

    /** Whether this chunk and the one before it lie in the same {@code times} elements, so that what was loaded for that one is right. */
    private static boolean isOfOne(long times, long start, int length) {
        return start >= ChunkPlane.SIZE && (start - ChunkPlane.SIZE) / times == (start + length - 1) / times;
    }
}
