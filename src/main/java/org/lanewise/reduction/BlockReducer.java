package org.lanewise.reduction;

import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;
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

    private final Lanes lanes = new Lanes();
    private final boolean vectors;
    private final Kernel runsOfSquares;
    private final Kernel exactSquares;
    private final Kernel maxMagnitude;
    private final Kernel nonFiniteCount;

    /**
     * A reducer of planes of one storage.
     *
     * @param storage the class of the planes
     * @param bits width of the vectors
     * @param vectors whether to use vectors, or plain Java loops
     */
    public BlockReducer(Class<? extends MemoryPlane> storage, int bits, boolean vectors) {
        this.vectors = vectors;
        List<Layout> layout = List.of(new Layout(storage, false));
        this.runsOfSquares = SplicedKernels.of(new RunsOfSquares(lanes), lanes, layout, bits, false);
        this.exactSquares = SplicedKernels.of(new ExactSquares(lanes), lanes, layout, bits, false);
        this.maxMagnitude = SplicedKernels.of(new MaxMagnitude(lanes), lanes, layout, bits, false);
        this.nonFiniteCount = SplicedKernels.of(new NonFiniteCount(lanes), lanes, layout, bits, false);
    }

    /**
     * Sum of the squares of one block: within 4 ulps of a float, and within 2^-44 of itself where floats would overflow or underflow.
     *
     * @param plane one plane of this reducer's storage
     * @param from where the block starts, a multiple of {@link #BLOCK}
     * @param to index after its last element
     * @return finite if all elements are, else infinity, or {@code NaN} if one of them is
     */
    public double sumOfSquares(Plane[] plane, int from, int to) {
        int groups = to - (to - from) % RunsOfSquares.GROUP;
        run(runsOfSquares, plane, from, groups);
        double sum = exactSum(plane, groups, to);
        boolean isGood = from == groups || sum >= SMALLEST_OF_RUNS && sum <= Double.MAX_VALUE;
        return isGood ? sum : exactSum(plane, from, to);
    }

    private double exactSum(Plane[] plane, int from, int to) {
        runWithTail(exactSquares, plane, from, to);
        return lanes.takeSum();
    }

    /**
     * The largest magnitude in one block.
     *
     * @param plane one plane of this reducer's storage
     * @param from where the block starts
     * @param to index after its last element
     * @return its bits; if an element is {@code NaN}, those of one
     */
    public int maxMagnitude(Plane[] plane, int from, int to) {
        runWithTail(maxMagnitude, plane, from, to);
        return lanes.takeMax();
    }

    /**
     * Number of infinities and {@code NaN} in one block.
     *
     * @param plane one plane of this reducer's storage
     * @param from where the block starts
     * @param to index after its last element
     * @return at most {@code to - from}
     */
    public int nonFiniteCount(Plane[] plane, int from, int to) {
        runWithTail(nonFiniteCount, plane, from, to);
        return lanes.takeCount();
    }

    private void runWithTail(Kernel kernel, Plane[] plane, int from, int to) {
        int rows = to - (to - from) % Lanes.COUNT;
        run(kernel, plane, from, rows);
        if (rows < to) {
            kernel.scalar(plane, rows, to);
        }
    }

    private void run(Kernel kernel, Plane[] plane, int from, int to) {
        if (from == to) {
            return;
        }
        if (vectors) {
            kernel.vector(plane, from, to);
        } else {
            kernel.scalar(plane, from, to);
        }
    }
}
