package org.lanewise.storage;

import static org.lanewise.kernel.Species.FLOATS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/** 32-bit floats in native memory. */
public final class F32Native extends MemoryPlane {
    private final MemorySegment segment;

    /**
     * A plane over native memory.
     *
     * @param segment holds the elements, from its start on
     */
    public F32Native(MemorySegment segment) {
        this.segment = segment;
    }

    @Override
    public FloatVector load(int i) {
        return FloatVector.fromMemorySegment(FLOATS, segment, (long) i << 2, ByteOrder.nativeOrder());
    }

    @Override
    public void store(int i, FloatVector x) {
        x.intoMemorySegment(segment, (long) i << 2, ByteOrder.nativeOrder());
    }

    @Override
    public float get(int i) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }

    @Override
    public void set(int i, float x) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
    }

    @Override
    public void copyFrom(float[] source, int sourceOffset, int length) {
        MemorySegment.copy(source, sourceOffset, segment, ValueLayout.JAVA_FLOAT, 0, length);
    }

    @Override
    public void copyTo(int first, float[] target, int targetOffset, int length) {
        MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, (long) first << 2, target, targetOffset, length);
    }

    @Override
    public MemorySegment memory() {
        return segment;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public MemorySegment segment(long length) {
        return segment.asSlice(0, length * Float.BYTES);
    }

    @Override
    public F32Native at(long elements) {
        return new F32Native(segment.asSlice(elements << 2));
    }
}
