package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds squares to the lanes in runs: eight elements of a lane in float, as a tree, their sum in double precision. Twice as fast as
 * {@link ExactSquares}, because doubles take twice the vectors and their conversion three operations for each.
 *
 * <p>On its way into the run's sum a square is rounded four times, so the sum is off by at most 4 parts in 2^24, unless squares overflow
 * or are below the normal floats. Both loops want a multiple of {@link #GROUP} elements.
 */
final class RunsOfSquares extends Kernel {
    /** One run for each lane. */
    static final int GROUP = 8 * Lanes.COUNT;

    private static final VectorShuffle<Float> UPPER_FIRST = VectorShuffle.iota(FLOATS, LANES / 2, 1, true);

    private final Lanes lanes;

    RunsOfSquares(Lanes lanes) {
        super(MethodHandles.lookup());
        this.lanes = lanes;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        for (int start = from; start < to; start += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane += LANES) {
                int i = start + lane;
                FloatVector ab = squares(x.load(i), x.load(i + 64));
                FloatVector cd = squares(x.load(i + 128), x.load(i + 192));
                FloatVector ef = squares(x.load(i + 256), x.load(i + 320));
                FloatVector gh = squares(x.load(i + 384), x.load(i + 448));
                FloatVector run = ab.add(cd).add(ef.add(gh));
                DoubleVector lower = ExactSquares.lower(run), upper = ExactSquares.lower(run.rearrange(UPPER_FIRST));
                DoubleVector.fromArray(DOUBLES, sums, lane).add(lower).intoArray(sums, lane);
                DoubleVector.fromArray(DOUBLES, sums, lane + LANES / 2).add(upper).intoArray(sums, lane + LANES / 2);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[0];
        double[] sums = lanes.sums;
        for (int start = from; start < to; start += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                int i = start + lane;
                float ab = squares(x.get(i), x.get(i + 64));
                float cd = squares(x.get(i + 128), x.get(i + 192));
                float ef = squares(x.get(i + 256), x.get(i + 320));
                float gh = squares(x.get(i + 384), x.get(i + 448));
                sums[lane] += (ab + cd) + (ef + gh);
            }
        }
    }

    private static FloatVector squares(FloatVector a, FloatVector b) {
        return b.fma(b, a.mul(a));
    }

    private static float squares(float a, float b) {
        return Math.fma(b, b, a * a);
    }
}
