package org.lanewise.storage;

import static org.lanewise.kernel.Species.SHORTS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/** bfloat16 in native memory. */
public final class Bf16Native extends MemoryPlane {
    private final MemorySegment segment;

    /**
     * A plane over native memory.
     *
     * @param segment holds the elements, from its start on
     */
    public Bf16Native(MemorySegment segment) {
        this.segment = segment;
    }

    @Override
    public FloatVector load(int i) {
        return Bf16Vectors.decode(ShortVector.fromMemorySegment(SHORTS, segment, (long) i << 1, ByteOrder.nativeOrder()));
    }

    @Override
    public void store(int i, FloatVector x) {
        Bf16Vectors.encode(x).intoMemorySegment(segment, (long) i << 1, ByteOrder.nativeOrder());
    }

    @Override
    public float get(int i) {
        return Bf16.decode(segment.getAtIndex(ValueLayout.JAVA_SHORT, i));
    }

    @Override
    public void set(int i, float x) {
        segment.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.encode(x));
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
        return segment.asSlice(0, length * Short.BYTES);
    }

    @Override
    public Bf16Native at(long elements) {
        return new Bf16Native(segment.asSlice(elements << 1));
    }
}
