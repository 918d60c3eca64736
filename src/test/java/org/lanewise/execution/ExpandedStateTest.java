package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/** Loops see the number that belongs to each element, whatever the shape, from the first chunk of a tensor to its last. */
class ExpandedStateTest {
    static Stream<Shape> shapes() {
        List<Integer> columns = List.of(1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 128, 1_023, 1_024, 1_025, 2_500);
        return columns.stream().flatMap(c -> Stream.of(new Shape(1, 3_000 / c + 2, c), new Shape(3_000 / c + 1, 1, c),
                new Shape(1_500 / c + 1, 2, c), new Shape(700 / c + 1, 5, c), new Shape(2, 50, c), Shape.of(c)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void eachElementHasTheNumberOfItsRowColumnMatrixOrTensor(Shape shape) {
        for (Extent extent : List.of(Extent.ROW, Extent.COLUMN, Extent.MATRIX, Extent.TENSOR)) {
            int count = (int) shape.count(extent);
            float[] numbers = new float[count + 3];
            for (int i = 0; i < count; i++) {
                numbers[i + 3] = i + 1;
            }
            try (Arena arena = Arena.ofConfined()) {
                F32Native inNativeMemory = new F32Native(arena.allocate((long) count * Float.BYTES, Float.BYTES));
                inNativeMemory.copyFrom(numbers, 3, count);
                for (MemoryPlane state : List.of(new F32Heap(numbers, 3), inNativeMemory)) {
                    ExpandedState expanded = new ExpandedState(extent, new ChunkPlane());
                    assertLoads(expanded, extent, state, shape);
                    assertLoads(expanded, extent, state, shape);
                }
            }
        }
    }

    private static void assertLoads(ExpandedState expanded, Extent extent, MemoryPlane state, Shape shape) {
        for (long start = 0; start < shape.size(); start += expanded.changesWithChunk() ? ChunkPlane.SIZE : shape.size()) {
            int length = (int) Math.min(ChunkPlane.SIZE, shape.size() - start);
            expanded.load(state, shape, start, length);
            for (int i = 0; i < length; i++) {
                long element = start + i;
                assertEquals(state.get((int) shape.index(extent, element)), expanded.chunk().get(i),
                        () -> extent + " of element " + element + " of " + shape);
            }
        }
    }
}
