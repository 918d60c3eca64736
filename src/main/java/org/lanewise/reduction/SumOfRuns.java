package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.HALF_FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds runs to the sums of their lanes: two rows as floats, the sum of these in double precision. {@code vector} wants a multiple of
 * {@link #GROUP} runs. Half vectors of floats fill vectors of doubles; upper halves would have to be shuffled.
 */
final class SumOfRuns extends Kernel {
    /** Four rows. */
    static final int GROUP = 4 * Lanes.COUNT;

    private final Lanes lanes;
    private final Runs runs;

    /** What is added to what. */
    record Sources(Lanes lanes, Runs runs) {}

    SumOfRuns(Sources sources) {
        super(MethodHandles.lookup());
        this.lanes = sources.lanes();
        this.runs = sources.runs();
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        float[] values = runs.values;
        double[] sums = lanes.sums;
        for (int row = from; row < to; row += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane += LANES / 2) {
                int run = row + lane;
                DoubleVector ab = pair(values, run), cd = pair(values, run + 128);
                DoubleVector.fromArray(DOUBLES, sums, lane).add(ab.add(cd)).intoArray(sums, lane);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        float[] values = runs.values;
        double[] sums = lanes.sums;
        int groups = to - (to - from) % GROUP;
        for (int row = from; row < groups; row += GROUP) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                int run = row + lane;
                sums[lane] += (double) (values[run] + values[run + 64]) + (values[run + 128] + values[run + 192]);
            }
        }
        for (int run = groups; run < to; run++) {
            sums[run % Lanes.COUNT] += values[run];
        }
    }

    private static DoubleVector pair(float[] values, int run) {
        FloatVector sum = FloatVector.fromArray(HALF_FLOATS, values, run).add(FloatVector.fromArray(HALF_FLOATS, values, run + 64));
        return (DoubleVector) sum.convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
