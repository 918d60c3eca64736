package org.lanewise;

import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Plane;

/** A plane as plain floats, rounded as its storage does. */
final class PlainPlane extends Plane {
    private final Storage storage;
    private final float[] values;

    PlainPlane(Storage storage, int size) {
        this.storage = storage;
        this.values = new float[size];
    }

    float[] values() {
        return values;
    }

    @Override
    public float get(int i) {
        return values[i];
    }

    @Override
    public void set(int i, float x) {
        values[i] = rounded(storage, x);
    }

    void fill(float x) {
        for (int i = 0; i < values.length; i++) {
            set(i, x);
        }
    }

    void copyFrom(float[] source, int offset) {
        for (int i = 0; i < values.length; i++) {
            set(i, source[offset + i]);
        }
    }

    /** What a storage makes of a float. bfloat16 has 8 significant bits, and the exponents of float; rint is to even. */
    static float rounded(Storage storage, float x) {
        if (storage == Storage.F32 || !Float.isFinite(x)) {
            return x;
        }
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(x), Float.MIN_EXPONENT) - 7);
        return (float) (Math.rint(x / unit) * unit);
    }

    /** The same, with all values negated. */
    Plane negated() {
        return new Negated(this);
    }

    @Override
    public FloatVector load(int i) {
        throw new AssertionError("a plain loop loads no vectors");
    }

    @Override
    public void store(int i, FloatVector x) {
        throw new AssertionError("a plain loop stores no vectors");
    }

    @Override
    protected Object memory() {
        throw new AssertionError("a plain loop has no use for memory");
    }

    @Override
    protected long offset() {
        throw new AssertionError("a plain loop has no use for offsets");
    }

    private static final class Negated extends Plane {
        private final PlainPlane plane;

        Negated(PlainPlane plane) {
            this.plane = plane;
        }

        @Override
        public float get(int i) {
            return -plane.get(i);
        }

        @Override
        public void set(int i, float x) {
            throw new AssertionError("a gradient is only read");
        }

        @Override
        public FloatVector load(int i) {
            return plane.load(i);
        }

        @Override
        public void store(int i, FloatVector x) {
            plane.store(i, x);
        }

        @Override
        protected Object memory() {
            return plane.memory();
        }

        @Override
        protected long offset() {
            return plane.offset();
        }
    }
}
