package org.lanewise.reference;

import jdk.incubator.vector.FloatVector;
import org.lanewise.Storage;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/** Numbers in an array of floats of their own, each rounded to its storage when it is written. */
final class PlainPlane extends Plane {
    /** The distance of two neighbours, in that of two floats. */
    private static final int BF16_STEP = 1 << 16;

    private static final int UPPER_HALF = 0xffff0000;

    final float[] values;
    private final Storage storage;
    private final boolean flushed;

    /** Of numbers that are in the array already, as they are. */
    PlainPlane(float[] values, Storage storage) {
        this(values, storage, false);
    }

    /** The same; if flushed, loops write zeros instead of subnormal numbers. */
    PlainPlane(float[] values, Storage storage, boolean flushed) {
        this.values = values;
        this.storage = storage;
        this.flushed = flushed;
    }

    /** Writes a number from outside a step, which is not flushed. */
    void put(int i, float x) {
        values[i] = storage == Storage.BF16 ? bf16(x) : x;
    }

    @Override
    public float get(int i) {
        return values[i];
    }

    @Override
    public void set(int i, float x) {
        boolean isSubnormal = x != 0 && Math.getExponent(x) < Float.MIN_EXPONENT;
        put(i, flushed && isSubnormal ? 0 * x : x);
    }

    @Override
    public FloatVector load(int i) {
        return FloatVector.fromArray(Species.FLOATS, values, i);
    }

    @Override
    public void store(int i, FloatVector x) {
        for (int lane = 0; lane < Species.LANES; lane++) {
            set(i + lane, x.lane(lane));
        }
    }

    /** The nearest number of 8 significant bits, of two equally near the one whose last bit is 0. */
    static float bf16(float x) {
        if (!Float.isFinite(x)) {
            return x;
        }
        int bits = Float.floatToRawIntBits(x) & UPPER_HALF;
        float towardZero = Float.intBitsToFloat(bits);
        double step = (double) Math.ulp(towardZero) * BF16_STEP;
        double beyond = Math.abs((double) x - towardZero);
        boolean isOdd = (bits >>> 16 & 1) == 1;
        boolean away = beyond > step / 2 || beyond == step / 2 && isOdd;
        return away ? (float) (towardZero + Math.copySign(step, x)) : towardZero;
    }

    @Override
    protected Object memory() {
        throw new UnsupportedOperationException("a plane of the reference is not spliced: it has no memory to show");
    }

    @Override
    protected long offset() {
        throw new UnsupportedOperationException("a plane of the reference is not spliced: it has no offset");
    }
}
