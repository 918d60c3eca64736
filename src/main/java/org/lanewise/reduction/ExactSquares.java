package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds squares to the lanes in double precision, in which the square of a float is exact: a fused multiply-add and a multiplication
 * followed by an addition are the same. {@code vector} wants a multiple of 64 elements.
 *
 * <p>The lanes stay in memory: as vectors carried around the loop, doubles were allocated in each iteration once code of several widths
 * ran.
 */
final class ExactSquares extends Kernel {
    private static final VectorShuffle<Float> UPPER_FIRST = VectorShuffle.iota(FLOATS, LANES / 2, 1, true);

    private final Lanes lanes;

    ExactSquares(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        for (int start = from; start < to; start += Lanes.COUNT) {
            for (int lane = 0; lane < Lanes.COUNT; lane += LANES) {
                FloatVector xi = x.load(start + lane);
                DoubleVector lower = lower(xi), upper = lower(xi.rearrange(UPPER_FIRST));
                lower.fma(lower, DoubleVector.fromArray(DOUBLES, sums, lane)).intoArray(sums, lane);
                upper.fma(upper, DoubleVector.fromArray(DOUBLES, sums, lane + LANES / 2)).intoArray(sums, lane + LANES / 2);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        for (int i = from; i < to; i++) {
            double xi = x.get(i);
            sums[i % Lanes.COUNT] += xi * xi;
        }
    }

    /** The lower half in double precision. The other part of a conversion would allocate once code of several widths ran: it is a slice. */
    static DoubleVector lower(FloatVector x) {
        return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
