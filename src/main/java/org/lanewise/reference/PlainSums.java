package org.lanewise.reference;

import java.util.List;
import org.lanewise.Storage;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;

/**
 * Sums as {@link Sums} defines them, written for clarity, over all values of a tensor at once.
 *
 * @param shape the tensor
 * @param extents what has a sum of its own, for each sum
 * @param values what was stored for each sum
 */
record PlainSums(Shape shape, List<Extent> extents, List<float[]> values) implements Sums {
    private static final int BLOCK = 1 << 14;
    private static final int LANES = 64;

    /** Sums of a tensor, at zero. */
    PlainSums(Shape shape, List<Extent> extents) {
        this(shape, extents, extents.stream().map(_ -> new float[(int) shape.size()]).toList());
    }

    /** Where a measure stores what is squared and added: a number for each element of the tensor. */
    Plane plane(int sum) {
        return new PlainPlane(values.get(sum), Storage.F32);
    }

    @Override
    public double ofSquares(int sum, long index) {
        float[] x = values.get(sum);
        int rows = (int) shape.rows(), columns = (int) shape.columns(), i = (int) index;
        return switch (extents.get(sum)) {
            case TENSOR -> inLanes(x, 0, x.length);
            case ROW -> columns < LANES ? inOrder(x, i * columns, columns, 1) : inLanes(x, i * columns, columns);
            case MATRIX -> rows * columns < LANES ? inOrder(x, i * rows * columns, rows * columns, 1)
                    : inLanes(x, i * rows * columns, rows * columns);
            case COLUMN -> inOrder(x, i / columns * rows * columns + i % columns, rows, columns);
            case PARAMETER -> throw new IllegalArgumentException("sum " + sum + " must not be of parameters");
        };
    }

    /** The sums of blocks, with the error of each addition kept (D. E. Knuth's two-sum). */
    private static double inLanes(float[] x, int from, int length) {
        double sum = 0;
        double error = 0;
        for (int start = 0; start < length; start += BLOCK) {
            double block = ofBlock(x, from + start, Math.min(BLOCK, length - start));
            double next = sum + block;
            double added = next - sum;
            error += (sum - (next - added)) + (block - added);
            sum = next;
        }
        return Double.isFinite(sum) ? sum + error : sum;
    }

    private static double ofBlock(float[] x, int from, int length) {
        double[] lanes = new double[LANES];
        for (int i = 0; i < length; i++) {
            lanes[i % LANES] += (double) x[from + i] * x[from + i];
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                lanes[j] += lanes[j + half];
            }
        }
        return lanes[0];
    }

    private static double inOrder(float[] x, int from, int count, int stride) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += (double) x[from + k * stride] * x[from + k * stride];
        }
        return sum;
    }
}
