package org.lanewise.reduction;

import static org.lanewise.kernel.Species.INTS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** Counts infinities and {@code NaN}: their exponent is all ones, so 1 added to it carries into the sign, which is shifted to 0 or 1. */
final class NonFiniteCount extends Kernel {
    private static final int GROUP = 4 * Lanes.COUNT;
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int ONE_IN_EXPONENT = 0x00800000;

    private final Lanes lanes;

    NonFiniteCount(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        int[] integers = lanes.integers;
        int groups = to - (to - from) % GROUP;
        for (int start = from; start < groups; start += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane += LANES) {
                int i = start + lane;
                IntVector ab = count(x.load(i)).add(count(x.load(i + 64)));
                IntVector cd = count(x.load(i + 128)).add(count(x.load(i + 192)));
                IntVector.fromArray(INTS, integers, lane).add(ab.add(cd)).intoArray(integers, lane);
            }
        }
        for (int i = groups; i < to; i += LANES) {
            int lane = i % Lanes.COUNT;
            IntVector.fromArray(INTS, integers, lane).add(count(x.load(i))).intoArray(integers, lane);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        int count = lanes.integers[0];
        for (int i = from; i < to; i++) {
            count += (Float.floatToRawIntBits(x.get(i)) & MAGNITUDE) + ONE_IN_EXPONENT >>> 31;
        }
        lanes.integers[0] = count;
    }

    private static IntVector count(FloatVector x) {
        return x.reinterpretAsInts().and(MAGNITUDE).add(ONE_IN_EXPONENT).lanewise(VectorOperators.LSHR, 31);
    }
}
