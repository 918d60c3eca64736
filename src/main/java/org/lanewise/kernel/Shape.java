package org.lanewise.kernel;

import java.util.Arrays;
import java.util.Objects;
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
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative, or there are more than 2^63-1 elements
     */
    public Shape {
        require("matrices", matrices);
        require("rows", rows);
        require("columns", columns);
        product(matrices, rows, columns);
    }

    /** Of numbers that are not negative. */
    private static long product(long... dimensions) {
        for (long dimension : dimensions) {
            if (dimension == 0) {
                return 0;
            }
        }
        long product = 1;
        for (long dimension : dimensions) {
            if (Math.multiplyHigh(product, dimension) != 0 || product * dimension < 0) {
                throw new IllegalArgumentException("shape must have at most " + Long.MAX_VALUE + " elements, got "
                        + Arrays.toString(dimensions));
            }
            product *= dimension;
        }
        return product;
    }

    private static void require(String name, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + count);
        }
    }

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
     * @throws IllegalArgumentException if one is negative, or there are more than 2^63-1 elements
     */
    public static Shape of(long... dimensions) {
        int last = Check.notNull("dimensions", dimensions).length - 1;
        for (int k = 0; k <= last; k++) {
            require("dimension " + k, dimensions[k]);
        }
        long matrices = last < 2 ? 1 : product(dimensions) / Math.max(1, dimensions[last - 1] * dimensions[last]);
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
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public long index(Extent extent, long element) {
        Objects.checkIndex(element, size());
        return switch (Check.notNull("extent", extent)) {
            case PARAMETER -> element;
            case ROW -> element / columns;
            case COLUMN -> element / (rows * columns) * columns + element % columns;
            case MATRIX -> element / (rows * columns);
            case TENSOR -> 0;
        };
    }
}
