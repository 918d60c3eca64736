package org.lanewise.storage;

import static org.lanewise.kernel.Species.SHORTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/** bfloat16 in a {@code short[]}. */
public final class Bf16Heap extends MemoryPlane {
    private final short[] array;
    private final long offset;

    /**
     * A plane over part of an array.
     *
     * @param array holds the elements
     * @param offset index of the first one
     */
    public Bf16Heap(short[] array, long offset) {
        this.array = array;
        this.offset = offset;
    }

    @Override
    public FloatVector load(int i) {
        return Bf16Vectors.decode(ShortVector.fromArray(SHORTS, array, (int) offset + i));
    }

    @Override
    public void store(int i, FloatVector x) {
        Bf16Vectors.encode(x).intoArray(array, (int) offset + i);
    }

    @Override
    public float get(int i) {
        return Bf16.decode(array[(int) offset + i]);
    }

    @Override
    public void set(int i, float x) {
        array[(int) offset + i] = Bf16.encode(x);
    }

    @Override
    public short[] memory() {
        return array;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public MemorySegment segment(long length) {
        return MemorySegment.ofArray(array).asSlice(offset * Short.BYTES, length * Short.BYTES);
    }

    @Override
    public Bf16Heap at(long elements) {
        return new Bf16Heap(array, offset + elements);
    }
}
