package org.lanewise.reduction;

import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.storage.F32Heap;

/**
 * Sums as {@link Sums} defines them, written for clarity, over all values of a tensor at once: what executed steps are compared with.
 *
 * @param shape the tensor
 * @param extents what has a sum of its own, for each sum
 * @param values what was stored for each sum
 */
public record PlainSums(Shape shape, List<Extent> extents, List<float[]> values) implements Sums {
    private static final int BLOCK = 1 << 14;

    /**
     * Sums of a tensor, at zero.
     *
     * @param shape the tensor
     * @param extents what has a sum of its own, for each sum
     */
    public PlainSums(Shape shape, List<Extent> extents) {
        this(shape, extents, extents.stream().map(_ -> new float[(int) shape.size()]).toList());
    }

    /**
     * Where a measure stores what is squared and added.
     *
     * @param sum index of the sum
     * @return a plane with a number for each element of the tensor
     */
    public Plane plane(int sum) {
        return new F32Heap(values.get(sum), 0);
    }

    @Override
    public double ofSquares(int sum, long index) {
        int rows = (int) shape.rows(), columns = (int) shape.columns(), i = (int) index;
        return switch (extents.get(sum)) {
            case TENSOR -> ofRow(values.get(sum), 0, (int) shape.size());
            case ROW -> columns < 64 ? inOrder(values.get(sum), i * columns, columns, 1) : ofRow(values.get(sum), i * columns, columns);
            case COLUMN -> inOrder(values.get(sum), i / columns * rows * columns + i % columns, rows, columns);
            case PARAMETER -> throw new IllegalArgumentException("sum " + sum + " must not be of parameters");
        };
    }

    private static double ofRow(float[] x, int from, int length) {
        Sum sum = new Sum();
        for (int start = 0; start < length; start += BLOCK) {
            double[] lanes = new double[64];
            for (int i = start; i < Math.min(start + BLOCK, length); i++) {
                lanes[i % 64] += (double) x[from + i] * x[from + i];
            }
            for (int half = 32; half > 0; half /= 2) {
                for (int j = 0; j < half; j++) {
                    lanes[j] += lanes[j + half];
                }
            }
            sum.add(lanes[0]);
        }
        return sum.value();
    }

    private static double inOrder(float[] x, int from, int count, int stride) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += (double) x[from + k * stride] * x[from + k * stride];
        }
        return sum;
    }

    /**
     * A state as loops read it.
     *
     * @param state the numbers of a tensor
     * @param extent what each belongs to
     * @param shape the tensor
     * @return a number for each element
     */
    public static Plane expanded(Plane state, Extent extent, Shape shape) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = state.get((int) shape.index(extent, i));
        }
        return new F32Heap(values, 0);
    }
}
