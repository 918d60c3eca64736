package org.lanewise.reduction;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Squares, and adds four elements of a lane as floats, in a tree: a run. What is left of a block, up to 255 elements, are runs of one
 * each. The plane is {@code planes[1]}, so that a variant can scale it as gradients are scaled.
 *
 * <p>On its way into its run a square is rounded at most three times, so the exact sum of runs is off by at most 3 parts in 2^24, unless
 * squares overflow or are below the normal floats.
 *
 * <p>Not eight to a run: so many loads of bfloat16 pass 18,000 nodes of C2 (NodeCountInliningCutoff). From there on vector operations are
 * inlined later than their results are used, and in a JVM that ran other widths each store then allocates.
 */
final class RunsOfSquares extends Kernel {
    /** Elements of one run for each lane. */
    static final int GROUP = 4 * Lanes.COUNT;

    private final Runs runs;

    RunsOfSquares(Runs runs) {
        super(MethodHandles.lookup());
        this.runs = runs;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        float[] values = runs.values;
        int run = runs.count;
        int groups = to - (to - from) % GROUP;
        for (int start = from; start < groups; start += GROUP) {
            for (int i = start; i < start + Lanes.COUNT; i += LANES) {
                FloatVector ab = squares(x.load(i), x.load(i + 64));
                FloatVector cd = squares(x.load(i + 128), x.load(i + 192));
                ab.add(cd).intoArray(values, run);
                run += LANES;
            }
        }
        for (int i = groups; i < to; i += LANES) {
            FloatVector xi = x.load(i);
            xi.mul(xi).intoArray(values, run);
            run += LANES;
        }
        runs.count = run;
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        float[] values = runs.values;
        int run = runs.count;
        int groups = to - (to - from) % GROUP;
        for (int start = from; start < groups; start += GROUP) {
            for (int i = start; i < start + Lanes.COUNT; i++) {
                float ab = squares(x.get(i), x.get(i + 64));
                float cd = squares(x.get(i + 128), x.get(i + 192));
                values[run++] = ab + cd;
            }
        }
        for (int i = groups; i < to; i++) {
            float xi = x.get(i);
            values[run++] = xi * xi;
        }
        runs.count = run;
    }

    private static FloatVector squares(FloatVector a, FloatVector b) {
        return b.fma(b, a.mul(a));
    }

    private static float squares(float a, float b) {
        return Math.fma(b, b, a * a);
    }
}
