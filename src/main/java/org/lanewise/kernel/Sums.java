package org.lanewise.kernel;

/**
 * What was measured of one tensor: sums of the squares of what the kernels of {@code Rule.measures()} stored, in double precision.
 *
 * <p>A square of a float is exact in double precision. Within a row, a matrix or a tensor, element {@code i} goes to lane
 * {@code i mod 64}; the lanes of 16,384 elements are added as a tree, and these in their order with the errors kept. In a column, and in a
 * row or matrix of fewer than 64 elements, squares are added one after the other. So a sum has the same bits at every width, and is finite
 * if and only if all that was stored is.
 */
public interface Sums {
    /**
     * The tensor as matrices.
     *
     * @return never without elements
     */
    Shape shape();

    /**
     * Sum over the tensor.
     *
     * @param sum index of the sum, among those of all measures in their order
     * @return at least 0, infinite or {@code NaN}
     */
    default double ofSquares(int sum) {
        return ofSquares(sum, 0);
    }

    /**
     * Sum over a row, column or matrix.
     *
     * @param sum index of the sum, among those of all measures in their order
     * @param index which of the tensor's rows, columns or matrices
     * @return at least 0, infinite or {@code NaN}
     */
    double ofSquares(int sum, long index);
}
