package org.lanewise.execution;

import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.storage.Subnormals;

/** A plane into which zeros are written instead of subnormal numbers, outside of loops: executed loops do that themselves. */
final class FlushedPlane extends Plane {
    private final MemoryPlane kept;

    FlushedPlane(MemoryPlane kept) {
        this.kept = kept;
    }

    @Override
    public FloatVector load(int i) {
        return kept.load(i);
    }

    @Override
    public void store(int i, FloatVector x) {
        kept.store(i, Subnormals.flush(x));
    }

    @Override
    public float get(int i) {
        return kept.get(i);
    }

    @Override
    public void set(int i, float x) {
        kept.set(i, Subnormals.flush(x));
    }

    @Override
    protected Object memory() {
        return kept.memory();
    }

    @Override
    protected long offset() {
        return kept.offset();
    }
}
