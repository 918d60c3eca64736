package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds squares to the lanes in double precision, in which the square of a float is exact: a fused multiply-add and a multiplication
 * followed by an addition are the same. {@code vector} wants a multiple of 64 elements.
 */
final class ExactSquares extends Kernel {
    private final Lanes lanes;

    ExactSquares(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        int half = LANES / 2;
        for (int lane = 0; lane < Lanes.COUNT; lane += 2 * LANES) {
            DoubleVector s0 = DoubleVector.fromArray(DOUBLES, sums, lane);
            DoubleVector s1 = DoubleVector.fromArray(DOUBLES, sums, lane + half);
            DoubleVector s2 = DoubleVector.fromArray(DOUBLES, sums, lane + 2 * half);
            DoubleVector s3 = DoubleVector.fromArray(DOUBLES, sums, lane + 3 * half);
            for (int i = from + lane; i < to; i += Lanes.COUNT) {
                FloatVector a = x.load(i), b = x.load(i + LANES);
                DoubleVector a0 = lower(a), a1 = upper(a), b0 = lower(b), b1 = upper(b);
                s0 = a0.fma(a0, s0);
                s1 = a1.fma(a1, s1);
                s2 = b0.fma(b0, s2);
                s3 = b1.fma(b1, s3);
            }
            s0.intoArray(sums, lane);
            s1.intoArray(sums, lane + half);
            s2.intoArray(sums, lane + 2 * half);
            s3.intoArray(sums, lane + 3 * half);
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

    static DoubleVector lower(FloatVector x) {
        return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    static DoubleVector upper(FloatVector x) {
        return (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 1);
    }
}
