package org.lanewise.storage;

import static org.lanewise.kernel.Species.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * 32-bit floats of one chunk of a tensor, a {@code float[]} that is used again for the next: what loops pass on to sums, and get of states
 * that have no number for each element.
 */
public final class ChunkPlane extends MemoryPlane {
    /** Elements of a chunk, counted from the tensor's start: several such arrays stay in the first-level cache. */
    public static final int SIZE = 1 << 10;

    private static final int MASK = SIZE - 1;

    private final float[] array = new float[SIZE];

    /** All zero. */
    public ChunkPlane() {}

    @Override
    public FloatVector load(int i) {
        return FloatVector.fromArray(FLOATS, array, i & MASK);
    }

    @Override
    public void store(int i, FloatVector x) {
        x.intoArray(array, i & MASK);
    }

    @Override
    public float get(int i) {
        return array[i & MASK];
    }

    @Override
    public void set(int i, float x) {
        array[i & MASK] = x;
    }

    @Override
    public float[] memory() {
        return array;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public MemorySegment segment(long length) {
        return MemorySegment.ofArray(array).asSlice(0, length * Float.BYTES);
    }

    @Override
    public ChunkPlane at(long elements) {
        return this;
    }
}
