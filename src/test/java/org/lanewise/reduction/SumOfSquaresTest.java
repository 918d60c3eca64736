package org.lanewise.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;

/** Columns, and rows and matrices of fewer than 64 elements, are added in the order of their elements, whatever the shape and width. */
class SumOfSquaresTest {
    static Stream<Shape> shapes() {
        List<Integer> columns = List.of(1, 2, 3, 4, 7, 15, 16, 17, 31, 63, 64, 70, 1_023, 1_025);
        return columns.stream().flatMap(c -> Stream.of(new Shape(1, 3_000 / c + 2, c), new Shape(3_000 / c + 1, 1, c),
                new Shape(1_500 / c + 1, 2, c), new Shape(700 / c + 1, 5, c), new Shape(2, 50, c), Shape.of(c)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void squaresAreAddedInOrder(Shape shape) {
        for (Extent extent : List.of(Extent.ROW, Extent.COLUMN, Extent.MATRIX)) {
            if (extent == Extent.COLUMN || shape.size() / shape.count(extent) < Lanes.COUNT) {
                for (int bits : List.of(128, 256, 512)) {
                    for (boolean vectors : List.of(true, false)) {
                        SumOfSquares sums = new SumOfSquares(extent, (int) shape.count(extent), bits, vectors);
                        assertInOrder(sums, shape, 1);
                        assertInOrder(sums, shape, 2);
                    }
                }
            }
        }
    }

    /** Of numbers whose squares' sums depend on the order. */
    private static void assertInOrder(SumOfSquares sums, Shape shape, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] expected = new double[(int) shape.count(sums.extent)];
        sums.begin(shape);
        for (long start = 0; start < shape.size(); start += ChunkPlane.SIZE) {
            int length = (int) Math.min(ChunkPlane.SIZE, shape.size() - start);
            for (int i = 0; i < length; i++) {
                float x = (float) (random.nextGaussian() * Math.exp(10 * random.nextDouble()));
                sums.chunk().set(i, x);
                expected[(int) shape.index(sums.extent, start + i)] += (double) x * x;
            }
            sums.add(start, length);
        }
        for (int k = 0; k < expected.length; k++) {
            int index = k;
            assertEquals(expected[k], sums.value(k), () -> sums.extent + " " + index + " of " + shape);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BlockReducer.BLOCK, 2 * BlockReducer.BLOCK + 1, 3 * BlockReducer.BLOCK - 1, 4 * BlockReducer.BLOCK})
    void blocksInAnyOrderAddUpToTheSumOfTheTensor(int size) {
        Shape shape = Shape.of(size);
        SplittableRandom random = new SplittableRandom(size);
        float[] x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) (random.nextGaussian() * Math.exp(10 * random.nextDouble()));
        }
        SumOfSquares whole = new SumOfSquares(Extent.TENSOR, 1, 128, false);
        whole.begin(shape);
        add(whole, x, 0, size);
        double[] ofBlocks = new double[Math.ceilDiv(size, BlockReducer.BLOCK)];
        SumOfSquares[] workers = {new SumOfSquares(Extent.TENSOR, 0, 128, false), new SumOfSquares(Extent.TENSOR, 0, 512, true)};
        for (int block = ofBlocks.length - 1; block >= 0; block--) {
            workers[block % 2].beginBlocks(shape, ofBlocks);
            add(workers[block % 2], x, block * BlockReducer.BLOCK, Math.min(size, (block + 1) * BlockReducer.BLOCK));
        }
        Sum sum = new Sum();
        for (double block : ofBlocks) {
            sum.add(block);
        }
        assertEquals(whole.value(0), sum.value());
    }

    private static void add(SumOfSquares sums, float[] x, int first, int end) {
        for (int start = first; start < end; start += ChunkPlane.SIZE) {
            int length = Math.min(ChunkPlane.SIZE, end - start);
            System.arraycopy(x, start, sums.chunk().memory(), 0, length);
            sums.add(start, length);
        }
    }
}
