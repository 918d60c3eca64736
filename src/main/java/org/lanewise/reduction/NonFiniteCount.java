package org.lanewise.reduction;

import static org.lanewise.kernel.Species.INTS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** Counts infinities and {@code NaN}: their exponent is all ones, so 1 added to it carries into the sign, which is shifted to 0 or 1. */
final class NonFiniteCount extends Kernel {
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int ONE_IN_EXPONENT = 0x00800000;

    private final Lanes lanes;

    NonFiniteCount(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        int[] integers = lanes.integers;
        for (int i = from; i < to; i += LANES) {
            int lane = i % Lanes.COUNT;
            IntVector carried = x.load(i).reinterpretAsInts().and(MAGNITUDE).add(ONE_IN_EXPONENT);
            IntVector.fromArray(INTS, integers, lane).add(carried.lanewise(VectorOperators.LSHR, 31)).intoArray(integers, lane);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        int count = lanes.integers[0];
        for (int i = from; i < to; i++) {
            count += (Float.floatToRawIntBits(x.get(i)) & MAGNITUDE) + ONE_IN_EXPONENT >>> 31;
        }
        lanes.integers[0] = count;
    }
}
