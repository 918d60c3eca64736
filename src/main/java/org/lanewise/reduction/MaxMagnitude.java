package org.lanewise.reduction;

import static org.lanewise.kernel.Species.INTS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * The largest magnitude, as bits: without their sign, the bits of floats are ordered like their values, and every {@code NaN} is above
 * infinity. An integer maximum does not depend on the order, so the lanes of vectors of any width will do.
 *
 * <p>Four loads for each maximum with the lanes: one for one took 0.074 ns per element at 512 bits, as each has to wait for an earlier
 * store, four 0.049. In a register it would take 0.03, but there it allocated in a JVM that had run other widths.
 */
final class MaxMagnitude extends Kernel {
    private static final int MAGNITUDE = 0x7fffffff;

    private final Lanes lanes;

    MaxMagnitude(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        int[] integers = lanes.integers;
        int count = (to - from) / 4;
        for (int k = 0; k < count; k += LANES) {
            int i = from + 4 * (k & -16) + (k & 15);
            IntVector ab = magnitude(x.load(i)).max(magnitude(x.load(i + 16)));
            IntVector cd = magnitude(x.load(i + 32)).max(magnitude(x.load(i + 48)));
            int lane = k % Lanes.COUNT;
            IntVector.fromArray(INTS, integers, lane).max(ab.max(cd)).intoArray(integers, lane);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        int max = lanes.integers[0];
        for (int i = from; i < to; i++) {
            max = Math.max(max, Float.floatToRawIntBits(x.get(i)) & MAGNITUDE);
        }
        lanes.integers[0] = max;
    }

    private static IntVector magnitude(FloatVector x) {
        return x.reinterpretAsInts().and(MAGNITUDE);
    }
}
