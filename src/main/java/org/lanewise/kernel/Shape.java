package org.lanewise.kernel;

import org.lanewise.check.Check;

/**
 * A tensor as matrices: its last two dimensions are rows and columns, those before count matrices. A vector is one row, a single number
 * a row of one column. Elements, rows, columns and matrices are numbered through the tensor, in row-major order.
 *
 * @param matrices number of matrices
 * @param rows rows of each matrix
 * @param columns columns of each matrix
 * @param isVector whether the tensor has fewer than two dimensions, so that its one row is no matrix
 */
public record Shape(long matrices, long rows, long columns, boolean isVector) {
    /**
     * The shape of a tensor with at least two dimensions.
     *
     * @param matrices number of matrices
     * @param rows rows of each matrix
     * @param columns columns of each matrix
     */
    public Shape(long matrices, long rows, long columns) {
        this(matrices, rows, columns, false);
    }

    /**
     * The shape of a tensor.
     *
     * @param dimensions its dimensions, outermost first, each at least 0
     * @return the same elements as matrices
     * @throws NullPointerException if the array is null
     */
    public static Shape of(long... dimensions) {
        int last = Check.notNull("dimensions", dimensions).length - 1;
        long matrices = 1;
        for (int k = 0; k < last - 1; k++) {
            matrices *= dimensions[k];
        }
        return new Shape(matrices, last < 1 ? 1 : dimensions[last - 1], last < 0 ? 1 : dimensions[last], last < 1);
    }

    /**
     * Number of elements.
     *
     * @return at least 0
     */
    public long size() {
        return matrices * rows * columns;
    }

    /**
     * How many numbers of an extent the tensor has.
     *
     * @param extent what each belongs to
     * @return 1 for {@link Extent#TENSOR}, else at least 0, and 0 if there are no elements
     * @throws NullPointerException if the extent is null
     */
    public long count(Extent extent) {
        if (Check.notNull("extent", extent) == Extent.TENSOR) {
            return 1;
        }
        return size() == 0 ? 0 : switch (extent) {
            case ROW -> matrices * rows;
            case COLUMN -> matrices * columns;
            case MATRIX -> matrices;
            default -> size();
        };
    }

    /**
     * Which number of an extent belongs to an element.
     *
     * @param extent what the number belongs to
     * @param element index of the element
     * @return an index below {@link #count}
     * @throws NullPointerException if the extent is null
     */
    public long index(Extent extent, long element) {
        return switch (Check.notNull("extent", extent)) {
            case PARAMETER -> element;
            case ROW -> element / columns;
            case COLUMN -> element / (rows * columns) * columns + element % columns;
            case MATRIX -> element / (rows * columns);
            case TENSOR -> 0;
        };
    }
}
