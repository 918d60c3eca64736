package org.lanewise.reduction;

import java.util.List;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.MemoryPlane;

/**
 * Reduces blocks of planes of one storage to a number each. What a block gives depends on its values alone, by bits: not on the width, on
 * where the plane lies in its memory or on what was reduced before. So threads with a reducer each may take blocks in any order.
 *
 * <p>Allocates nothing once its kernels are compiled. Not thread-safe.
 */
public final class BlockReducer {
    /** Elements of a block, but the last of a plane: those that an optimizer's step calls a kernel for, so that one pass can do both. */
    public static final int BLOCK = 1 << 14;

    /**
     * Sums of runs from here on are as good as they promise: a square that is below the normal floats is at most 2^-149 off, all those of a
     * block 2^-135, which is 2^-35 of this.
     */
    private static final double SMALLEST_OF_RUNS = 0x1p-100;

    private static final int INFINITY = 0x7f800000;

    private final Lanes lanes = new Lanes();
    private final Runs runs = new Runs();

    /** Numbers of the kernels. */
    private static final int SQUARES = 0, SCALED_SQUARES = 1, SUM_OF_RUNS = 2, MAX_MAGNITUDE = 3, LARGEST_SQUARED = 4, NON_FINITE = 5;

    private final boolean vectors;
    private final Kernel[] kernels = new Kernel[6];
    private boolean advances = true;

    /**
     * A reducer of planes of one storage.
     *
     * @param storage the class of the planes
     * @param bits width of the vectors
     * @param vectors whether to use vectors, or plain Java loops
     */
    public BlockReducer(Class<? extends MemoryPlane> storage, int bits, boolean vectors) {
        this(storage, bits, vectors, false);
    }

    /**
     * A reducer of planes of one storage.
     *
     * @param storage the class of the planes
     * @param bits width of the vectors
     * @param vectors whether to use vectors, or plain Java loops
     * @param sanitised whether sums of squares take infinities and {@code NaN} as zeros. What else is reduced takes them as they are
     */
    public BlockReducer(Class<? extends MemoryPlane> storage, int bits, boolean vectors, boolean sanitised) {
        this.vectors = vectors;
        Layout layout = new Layout(storage, false);
        List<Layout> twice = List.of(layout, layout);
        GradientForm squared = new GradientForm(false, sanitised, false);
        int width = vectors ? bits : StagedKernels.PLAIN_BITS;
        for (int k = SQUARES; k <= SCALED_SQUARES; k++) {
            Runs others = new Runs();
            kernels[k] = StagedKernels.reducing(new RunsOfSquares(runs), runs, twice, width,
                    new GradientForm(k == SCALED_SQUARES, sanitised, false),
                    new StagedKernels.Practice(others, Lanes.COUNT, () -> others.count = 0));
        }
        SumOfRuns.Sources sources = new SumOfRuns.Sources(lanes, runs);
        kernels[SUM_OF_RUNS] = StagedKernels.reducing(new SumOfRuns(sources), sources, List.of(), width, GradientForm.PLAIN,
                new StagedKernels.Practice(new SumOfRuns.Sources(new Lanes(), new Runs()), SumOfRuns.GROUP, () -> {}));
        StagedKernels.Practice practice = new StagedKernels.Practice(new Lanes(), Lanes.COUNT, () -> {});
        kernels[MAX_MAGNITUDE] =
                StagedKernels.reducing(new MaxMagnitude(lanes), lanes, twice, width, GradientForm.PLAIN, practice);
        kernels[LARGEST_SQUARED] = StagedKernels.reducing(new MaxMagnitude(lanes), lanes, twice, width, squared, practice);
        kernels[NON_FINITE] = StagedKernels.reducing(new NonFiniteCount(lanes), lanes, twice, width, GradientForm.PLAIN, practice);
    }

    /**
     * What the other methods take.
     *
     * @param plane a plane of this reducer's storage
     * @return it as a kernel's planes: as the gradient, the only one that kernels scale, and once more for the parameter, which is not used
     */
    public static List<MemoryPlane> planes(MemoryPlane plane) {
        return List.of(plane, plane);
    }

    /**
     * Sum of the squares of one block, within 4 parts in 2^24.
     *
     * @param planes one plane of this reducer's storage
     * @param from where the block starts, a multiple of {@link #BLOCK}
     * @param to index after its last element, at most {@link #BLOCK} later
     * @return finite if all elements are or count as zeros, else infinity, or {@code NaN} if one of them is
     */
    public double sumOfSquares(Plane[] planes, int from, int to) {
        if (advances) {
            advances = StagedKernels.advance(kernels);
        }
        double sum = sumOfRuns(kernels[SQUARES], planes, from, to);
        return sum >= SMALLEST_OF_RUNS && sum <= Double.MAX_VALUE ? sum : scaledSum(planes, from, to);
    }

    /** With the largest magnitude scaled to about 1, so that nothing overflows and what underflows does not count. */
    private double scaledSum(Plane[] planes, int from, int to) {
        int max = magnitude(kernels[LARGEST_SQUARED], planes, from, to);
        float largest = Float.intBitsToFloat(max);
        if (max == 0 || max >= INFINITY) {
            return largest;
        }
        int exponent = Math.clamp(Math.getExponent(largest), -126, 126);
        KernelAccess.get().gradientScale(kernels[SCALED_SQUARES], Math.scalb(1f, -exponent));
        return Math.scalb(sumOfRuns(kernels[SCALED_SQUARES], planes, from, to), 2 * exponent);
    }

    private double sumOfRuns(Kernel kernel, Plane[] planes, int from, int to) {
        lanes.clear();
        runs.count = 0;
        run(kernel, planes, from, to);
        int groups = vectors ? runs.count - runs.count % SumOfRuns.GROUP : 0;
        if (groups > 0) {
            kernels[SUM_OF_RUNS].vector(planes, 0, groups);
        }
        if (groups < runs.count) {
            kernels[SUM_OF_RUNS].scalar(planes, groups, runs.count);
        }
        return lanes.sum();
    }

    /**
     * The largest magnitude in one block.
     *
     * @param planes one plane of this reducer's storage
     * @param from where the block starts, a multiple of {@link #BLOCK}
     * @param to index after its last element, at most {@link #BLOCK} later
     * @return its bits; if an element is {@code NaN}, those of one
     */
    public int maxMagnitude(Plane[] planes, int from, int to) {
        if (advances) {
            advances = StagedKernels.advance(kernels);
        }
        return magnitude(kernels[MAX_MAGNITUDE], planes, from, to);
    }

    private int magnitude(Kernel kernel, Plane[] planes, int from, int to) {
        lanes.clearIntegers();
        run(kernel, planes, from, to);
        return lanes.max();
    }

    /**
     * Number of infinities and {@code NaN} in one block.
     *
     * @param planes one plane of this reducer's storage
     * @param from where the block starts, a multiple of {@link #BLOCK}
     * @param to index after its last element, at most {@link #BLOCK} later
     * @return at most {@code to - from}
     */
    public int nonFiniteCount(Plane[] planes, int from, int to) {
        if (maxMagnitude(planes, from, to) < INFINITY) {
            return 0;
        }
        lanes.clearIntegers();
        run(kernels[NON_FINITE], planes, from, to);
        return lanes.count();
    }

    private void run(Kernel kernel, Plane[] planes, int from, int to) {
        int vectorized = vectors ? to - (to - from) % Lanes.COUNT : from;
        if (from < vectorized) {
            kernel.vector(planes, from, vectorized);
        }
        if (vectorized < to) {
            kernel.scalar(planes, vectorized, to);
        }
    }
}
