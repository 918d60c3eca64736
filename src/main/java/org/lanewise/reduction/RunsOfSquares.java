package org.lanewise.reduction;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Squares, and adds four elements 16 apart as floats, in a tree: a run. Sixteen runs for each 64 elements; of elements left at the end of a
 * block, fewer than 64, each is a run by itself. The plane is {@code planes[1]}, so that a variant can scale it as gradients are scaled.
 *
 * <p>On its way into its run a square is rounded at most three times, so the exact sum of runs is off by at most 3 parts in 2^24, unless
 * squares overflow or are below the normal floats.
 *
 * <p>Elements of a run are so close that vectors of 512 bits read memory in its order. Four, since so many loads of bfloat16 in a loop
 * stay below 18,000 nodes of C2 (NodeCountInliningCutoff) and eight do not: from there on it knows less of each vector. One loop, not
 * one over groups and one over their vectors: 0.055 instead of 0.08 ns per element at 512 bits.
 */
final class RunsOfSquares extends Kernel {
    /** Elements that give {@link #RUNS} runs. */
    private static final int GROUP = Lanes.COUNT;

    private static final int RUNS = 16;

    private final Runs runs;

    RunsOfSquares(Runs runs) {
        super(MethodHandles.lookup());
        this.runs = runs;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        float[] values = runs.values;
        int first = runs.count;
        int count = (to - from) / 4;
        for (int k = 0; k < count; k += LANES) {
            int i = from + 4 * (k & -RUNS) + (k & RUNS - 1);
            FloatVector ab = squares(x.load(i), x.load(i + 16));
            FloatVector cd = squares(x.load(i + 32), x.load(i + 48));
            ab.add(cd).intoArray(values, first + k);
        }
        runs.count = first + count;
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane x = planes[1];
        float[] values = runs.values;
        int run = runs.count;
        int groups = to - (to - from) % GROUP;
        for (int start = from; start < groups; start += GROUP) {
            for (int i = start; i < start + RUNS; i++) {
                float ab = squares(x.get(i), x.get(i + 16));
                float cd = squares(x.get(i + 32), x.get(i + 48));
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
