package org.lanewise.storage;

import static org.lanewise.kernel.Species.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** 32-bit floats in a {@code float[]}. */
public final class F32Heap extends MemoryPlane {
    private final float[] array;
    private final long offset;

    /**
     * A plane over part of an array.
     *
     * @param array holds the elements
     * @param offset index of the first one
     */
    public F32Heap(float[] array, long offset) {
        this.array = array;
        this.offset = offset;
    }

    @Override
    public FloatVector load(int i) {
        return FloatVector.fromArray(FLOATS, array, (int) offset + i);
    }

    @Override
    public void store(int i, FloatVector x) {
        x.intoArray(array, (int) offset + i);
    }

    @Override
    public float get(int i) {
        return array[(int) offset + i];
    }

    @Override
    public void set(int i, float x) {
        array[(int) offset + i] = x;
    }

    @Override
    public void copyFrom(float[] source, int sourceOffset, int length) {
        System.arraycopy(source, sourceOffset, array, (int) offset, length);
    }

    @Override
    public void copyTo(int first, float[] target, int targetOffset, int length) {
        System.arraycopy(array, (int) offset + first, target, targetOffset, length);
    }

    @Override
    public float[] memory() {
        return array;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public MemorySegment segment(long length) {
        return MemorySegment.ofArray(array).asSlice(offset * Float.BYTES, length * Float.BYTES);
    }

    @Override
    public F32Heap at(long elements) {
        return new F32Heap(array, offset + elements);
    }
}
