package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds squares to the lanes in runs: four elements of a lane in float, their sum in double precision. Twice as fast as
 * {@link ExactSquares}, because doubles take twice the vectors and their conversion three operations for each.
 *
 * <p>A run is rounded four times, each time by at most half an ulp of its result, as partial sums of squares do not shrink: it is at most
 * 2 ulps of a float off, unless its squares overflow or are below the normal floats. Both loops want a multiple of {@link #GROUP} elements.
 */
final class RunsOfSquares extends Kernel {
    /** One run for each lane. */
    static final int GROUP = 4 * Lanes.COUNT;

    private final Lanes lanes;

    RunsOfSquares(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        int half = LANES / 2;
        for (int lane = 0; lane < Lanes.COUNT; lane += 4 * LANES) {
            DoubleVector s0 = DoubleVector.fromArray(DOUBLES, sums, lane);
            DoubleVector s1 = DoubleVector.fromArray(DOUBLES, sums, lane + half);
            DoubleVector s2 = DoubleVector.fromArray(DOUBLES, sums, lane + 2 * half);
            DoubleVector s3 = DoubleVector.fromArray(DOUBLES, sums, lane + 3 * half);
            DoubleVector s4 = DoubleVector.fromArray(DOUBLES, sums, lane + 4 * half);
            DoubleVector s5 = DoubleVector.fromArray(DOUBLES, sums, lane + 5 * half);
            DoubleVector s6 = DoubleVector.fromArray(DOUBLES, sums, lane + 6 * half);
            DoubleVector s7 = DoubleVector.fromArray(DOUBLES, sums, lane + 7 * half);
            for (int i = from + lane; i < to; i += GROUP) {
                int j = i + LANES, k = i + 2 * LANES, l = i + 3 * LANES;
                FloatVector a = run(x.load(i), x.load(i + 64), x.load(i + 128), x.load(i + 192));
                FloatVector b = run(x.load(j), x.load(j + 64), x.load(j + 128), x.load(j + 192));
                FloatVector c = run(x.load(k), x.load(k + 64), x.load(k + 128), x.load(k + 192));
                FloatVector d = run(x.load(l), x.load(l + 64), x.load(l + 128), x.load(l + 192));
                s0 = s0.add(ExactSquares.lower(a));
                s1 = s1.add(ExactSquares.upper(a));
                s2 = s2.add(ExactSquares.lower(b));
                s3 = s3.add(ExactSquares.upper(b));
                s4 = s4.add(ExactSquares.lower(c));
                s5 = s5.add(ExactSquares.upper(c));
                s6 = s6.add(ExactSquares.lower(d));
                s7 = s7.add(ExactSquares.upper(d));
            }
            s0.intoArray(sums, lane);
            s1.intoArray(sums, lane + half);
            s2.intoArray(sums, lane + 2 * half);
            s3.intoArray(sums, lane + 3 * half);
            s4.intoArray(sums, lane + 4 * half);
            s5.intoArray(sums, lane + 5 * half);
            s6.intoArray(sums, lane + 6 * half);
            s7.intoArray(sums, lane + 7 * half);
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        for (int start = from; start < to; start += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                int i = start + lane;
                float a = x.get(i), b = x.get(i + 64), c = x.get(i + 128), d = x.get(i + 192);
                sums[lane] += Math.fma(d, d, Math.fma(c, c, Math.fma(b, b, a * a)));
            }
        }
    }

    private static FloatVector run(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        return d.fma(d, c.fma(c, b.fma(b, a.mul(a))));
    }
}
