package org.lanewise.reduction;

import static org.lanewise.kernel.Species.DOUBLES;
import static org.lanewise.kernel.Species.HALF_FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Adds the squares of floats to sums in double precision: to those of the lanes again and again, or, for columns, each to its own.
 * {@code vector} takes a multiple of {@link #STEP}, up to the last lane if it is less than
 * {@link #GROUP}, else from lane 0 on. A square of a float is exact in double precision, so a fused
 * multiply-add is the multiplication and the addition.
 */
final class AddSquares extends Kernel {
    /** As many squares as the widest vectors add at once, and narrower ones in a whole number of turns. */
    static final int STEP = 16;

    /** Four rows of lanes: sums are loaded and stored once for four squares. */
    private static final int GROUP = 4 * Lanes.COUNT;

    private final boolean columns;
    private final float[] values;
    private final Squares squares;

    /** What is added to what. */
    static final class Squares {
        private final Extent extent;
        private final float[] values;
        private final double[] sums;

        /** How far the sum of an element is from it. */
        int shift;

        Squares(Extent extent, float[] values, double[] sums) {
            this.extent = extent;
            this.values = values;
            this.sums = sums;
        }
    }

    AddSquares(Squares squares) {
        super(MethodHandles.lookup());
        this.squares = squares;
        this.columns = squares.extent == Extent.COLUMN;
        this.values = squares.values;
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        float[] values = this.values;
        double[] sums = squares.sums;
        int toSum = squares.shift;
        if (columns) {
            for (int i = from; i < to; i += LANES / 2) {
                addSquare(DoubleVector.fromArray(DOUBLES, sums, toSum + i), values, i).intoArray(sums, toSum + i);
            }
        } else {
            int groups = to - (to - from) % GROUP;
            for (int row = from; row < groups; row += GROUP) {
                for (int lane = 0; lane < Lanes.COUNT; lane += LANES / 2) {
                    int i = row + lane;
                    DoubleVector sum = DoubleVector.fromArray(DOUBLES, sums, lane);
                    sum = addSquare(addSquare(sum, values, i), values, i + 64);
                    addSquare(addSquare(sum, values, i + 128), values, i + 192).intoArray(sums, lane);
                }
            }
            for (int i = groups; i < to; i += LANES / 2) {
                int lane = (toSum + i) % Lanes.COUNT;
                addSquare(DoubleVector.fromArray(DOUBLES, sums, lane), values, i).intoArray(sums, lane);
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        float[] values = this.values;
        double[] sums = squares.sums;
        int toSum = squares.shift;
        for (int i = from; i < to; i++) {
            double x = values[i];
            int sum = toSum + i;
            sums[columns ? sum : sum % Lanes.COUNT] += x * x;
        }
    }

    private static DoubleVector addSquare(DoubleVector sum, float[] values, int i) {
        DoubleVector x = (DoubleVector) FloatVector.fromArray(HALF_FLOATS, values, i).convertShape(VectorOperators.F2D, DOUBLES, 0);
        return x.fma(x, sum);
    }
}
