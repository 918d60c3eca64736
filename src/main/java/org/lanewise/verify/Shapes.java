package org.lanewise.verify;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;

/** Shapes of the tensors that are stepped. */
final class Shapes {
    /** Every length up to three vectors of 512 bits and one element; more for kernels to be compiled; more than a block, with a tail. */
    static final List<Shape> ALL = Stream.concat(
            IntStream.rangeClosed(1, 49).boxed(), Stream.of(100, 1_003, (1 << 14) + 253)).map(Shapes::square).toList();

    /** Rows that end before, at and after the end of a chunk, several matrices, rows longer than a block (16,384). */
    private static final List<Shape> ABOUT_CHUNKS = List.of(new Shape(1, 3, ChunkPlane.SIZE - 1), new Shape(1, 3, ChunkPlane.SIZE),
            new Shape(1, 3, ChunkPlane.SIZE + 1), new Shape(2, 17, 65), new Shape(1, 2, (1 << 14) + 129));

    /** For rules that depend on whole tensors. */
    static final List<Shape> OF_WHOLE_TENSORS = Stream.concat(ALL.stream(), ABOUT_CHUNKS.stream()).toList();

    private Shapes() {}

    /** As square as can be, with this many elements. */
    static Shape square(int size) {
        int rows = (int) Math.sqrt(size);
        while (size % rows != 0) {
            rows--;
        }
        return new Shape(1, rows, size / rows);
    }
}
