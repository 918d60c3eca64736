package org.lanewise.reduction;

import java.util.Arrays;
import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Shape;
import org.lanewise.splicer.GradientForm;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.ChunkPlane;

/**
 * Sums of the squares of what a measure stores, of a tensor or of each of its rows, columns or matrices, as
 * {@link org.lanewise.kernel.Sums} says.
 */
public final class SumOfSquares {
    private static final double[] NONE = {};

    final Extent extent;
    private final ChunkPlane chunk = new ChunkPlane();
    private final double[] values;
    private final Lanes lanes = new Lanes();
    private final Sum sum = new Sum();
    private final AddSquares.Squares squares;
    private final boolean vectors;
    private Kernel kernel;
    private Shape shape;
    private long size;
    private double[] ofBlocks = NONE;

    /**
     * Sums for tensors of a store.
     *
     * @param extent what has a sum of its own: a row, column, matrix or tensor
     * @param most the most sums a tensor has
     * @param bits width of the vectors
     * @param vectors whether to use vectors, or plain Java loops
     */
    public SumOfSquares(Extent extent, int most, int bits, boolean vectors) {
        this.extent = extent;
        this.values = new double[most];
        this.squares = new AddSquares.Squares(extent, chunk.memory(), extent == Extent.COLUMN ? values : lanes.sums);
        this.vectors = vectors;
        AddSquares.Squares others = new AddSquares.Squares(extent, new float[ChunkPlane.SIZE], new double[ChunkPlane.SIZE]);
        this.kernel = StagedKernels.reducing(new AddSquares(squares), squares, List.of(), vectors ? bits : StagedKernels.PLAIN_BITS,
                GradientForm.PLAIN, new StagedKernels.Practice(others, AddSquares.STEP, () -> {}));
    }

    /**
     * Where the measure stores its values.
     *
     * @return the same plane every time
     */
    public ChunkPlane chunk() {
        return chunk;
    }

    /**
     * Starts a tensor, at zero.
     *
     * @param shape the tensor
     */
    public void begin(Shape shape) {
        beginBlocks(shape, NONE);
        sum.clear();
        if (extent == Extent.COLUMN) {
            Arrays.fill(values, 0, (int) shape.count(extent), 0);
        }
    }

    /**
     * Starts whole blocks of {@link BlockReducer#BLOCK} elements of a tensor with more elements than a chunk, of which others may add other
     * blocks; only if this sums up tensors. Chunks follow one another inside of a block, and after one any other may come.
     *
     * @param shape the tensor
     * @param ofBlocks gets the sum of each block at the block's index. These, added to a {@link Sum} in their order, are the tensor's
     */
    public void beginBlocks(Shape shape, double[] ofBlocks) {
        this.shape = shape;
        this.size = shape.size();
        this.ofBlocks = ofBlocks;
    }

    /**
     * Adds the next chunk, as it is stored now.
     *
     * @param start index of its first element in the tensor
     * @param length number of elements
     */
    public void add(long start, int length) {
        if (extent == Extent.TENSOR) {
            addToTensor(start, length);
            return;
        }
        long columns = extent == Extent.MATRIX ? shape.rows() * shape.columns() : shape.columns();
        if (extent == Extent.COLUMN && shape.rows() == 1) {
            addTo((int) start, 0, length);
            return;
        }
        if (columns < ShortRows.COUNT) {
            addShort((int) columns, start, length);
            return;
        }
        long row = start / columns;
        long column = start % columns;
        for (int at = 0; at < length;) {
            int n = (int) Math.min(length - at, columns - column);
            if (extent == Extent.COLUMN) {
                addTo((int) (row / shape.rows() * columns + column), at, at + n);
            } else if (columns < Lanes.COUNT) {
                addInOrder((int) row, column > 0, at, n);
            } else {
                n = (int) Math.min(n, BlockReducer.BLOCK - column % BlockReducer.BLOCK);
                startBlock(column);
                addToLanes((int) (column % Lanes.COUNT), at, n);
                if ((column + n) % BlockReducer.BLOCK == 0 || column + n == columns) {
                    sum.add(lanes.sum());
                }
            }
            at += n;
            column += n;
            if (column == columns) {
                endRow(row++, columns);
                column = 0;
            }
        }
    }

    private void addShort(int columns, long start, int length) {
        if (extent == Extent.COLUMN) {
            long size = shape.rows() * columns;
            ShortRows.addColumns(values, (int) (start / size), columns, size, start % size, chunk.memory(), length);
        } else {
            ShortRows.addRows(values, (int) (start / columns), columns, (int) (start % columns), chunk.memory(), length);
        }
    }

    private void addToTensor(long start, int length) {
        if (size <= ChunkPlane.SIZE) {
            addTensor(0, 0, length);
            return;
        }
        startBlock(start);
        addTo(0, 0, vectors ? padded(length) : length);
        long end = start + length;
        if (end != size && end % BlockReducer.BLOCK != 0) {
            return;
        }
        if (ofBlocks.length > 0) {
            ofBlocks[(int) (start / BlockReducer.BLOCK)] = lanes.sum();
            return;
        }
        sum.add(lanes.sum());
        if (end == size) {
            values[0] = sum.value();
        }
    }

    /**
     * Computes the sums of tensors that share a chunk; what follows them up to a multiple of 16 is lost.
     *
     * @param from indices of their first elements in the chunk, multiples of 16
     * @param lengths their numbers of elements
     */
    public void addTensors(int[] from, int[] lengths) {
        for (int k = 0; k < from.length; k++) {
            addTensor(k, from[k], lengths[k]);
        }
    }

    private void addTensor(int index, int from, int length) {
        int to = from + length;
        if (length == 1) {
            double x = chunk.memory()[from];
            values[index] = x * x;
        } else if (length <= Lanes.FEW) {
            Arrays.fill(chunk.memory(), to, from + Lanes.FEW, 0);
            values[index] = lanes.sumOfSquares(chunk.memory(), from);
        } else if (length <= Lanes.COUNT) {
            values[index] = lanes.sumOfSquares(chunk.memory(), from, to);
        } else {
            lanes.clear();
            addTo(0, from, vectors ? padded(to) : to);
            values[index] = lanes.sum();
        }
    }

    private void startBlock(long element) {
        if (element % BlockReducer.BLOCK == 0) {
            lanes.clear();
        }
    }

    /** Zeros after the end of a tensor, which change no sum, so that vectors reach that end. */
    private int padded(int to) {
        int end = to + AddSquares.STEP - 1 & -AddSquares.STEP;
        Arrays.fill(chunk.memory(), to, end, 0);
        return end;
    }

    private void endRow(long row, long columns) {
        if (extent != Extent.COLUMN && columns >= Lanes.COUNT) {
            values[(int) row] = sum.value();
            sum.clear();
        }
    }

    /** A short row, for which the lanes' tree would take longer than the row. */
    private void addInOrder(int row, boolean isContinued, int at, int n) {
        float[] x = chunk.memory();
        double inOrder = isContinued ? values[row] : 0;
        for (int j = 0; j < n; j++) {
            double xj = x[at + j];
            inOrder += xj * xj;
        }
        values[row] = inOrder;
    }

    private void addToLanes(int lane, int at, int n) {
        int head = lane == 0 ? 0 : Math.min(n, Lanes.COUNT - lane);
        addTo(lane, at, at + head);
        addTo(0, at + head, at + n);
    }

    private void addTo(int first, int from, int to) {
        kernel = StagedKernels.latest(kernel);
        squares.shift = first - from;
        int vectorized = vectors ? to - (to - from) % AddSquares.STEP : from;
        if (from < vectorized) {
            kernel.vector(null, from, vectorized);
        }
        if (vectorized < to) {
            kernel.scalar(null, vectorized, to);
        }
    }

    /**
     * A sum, once all chunks of the tensor were added.
     *
     * @param index which row, column or matrix, 0 for a tensor
     * @return at least 0, infinite or {@code NaN}
     */
    public double value(long index) {
        return values[(int) index];
    }
}
