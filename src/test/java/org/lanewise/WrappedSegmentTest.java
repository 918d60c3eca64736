package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.Refusals.assertRefused;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Values;

/** Native memory of the caller's, wrapped. */
class WrappedSegmentTest {
    @Test
    void refusesSegmentsThatWillNotDo() {
        try (Arena arena = Arena.ofShared(); Arena confined = Arena.ofConfined()) {
            MemorySegment good = arena.allocate(40, 64), other = arena.allocate(40, 64);
            MemorySegment freed = allocateAndFree();
            assertWrapRefused("parameter of 'w' has 36 bytes, expected 40", good.asSlice(0, 36), other);
            assertWrapRefused("gradient of 'w' must be a native segment, got one on the heap", good, MemorySegment.ofArray(new float[10]));
            assertWrapRefused("gradient of 'w' must be open to all threads, got a segment of a confined arena",
                    good, confined.allocate(40, 4));
            assertWrapRefused("gradient of 'w' must be alive, got a segment that is freed", good, freed);
            assertWrapRefused("parameter of 'w' must be writable, got a read-only segment", good.asReadOnly(), other);
            MemorySegment odd = arena.allocate(44, 4).asSlice(2, 40);
            assertWrapRefused("gradient of 'w' must be at a multiple of 4 bytes, got address 0x" + Long.toHexString(odd.address()),
                    good, odd);
            String range = String.format("0x%x to 0x%x", good.address(), good.address() + 39);
            assertWrapRefused("gradient of 'w' overlaps with parameter of 'w': bytes " + range + " and " + range + " of native memory",
                    good, good);
            ParameterStore.builder().wrap("w", good, other.asReadOnly(), 2, 5).build();
        }
    }

    private static void assertWrapRefused(String message, MemorySegment parameters, MemorySegment gradients) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        assertRefused(IllegalArgumentException.class, message, () -> builder.wrap("w", parameters, gradients, 2, 5));
        assertThrowsExactly(IllegalStateException.class, builder::build, "nothing was added");
    }

    private static MemorySegment allocateAndFree() {
        try (Arena arena = Arena.ofShared()) {
            return arena.allocate(40, 64);
        }
    }

    @Test
    void aReboundGradientIsReadByTheOptimizerSlicesAndReductions() {
        for (Rule rule : RuleTable.firstOfEach().values()) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment parameters = arena.allocateFrom(ValueLayout.JAVA_FLOAT, Values.NORMAL.array(40, 1));
                MemorySegment first = arena.allocateFrom(ValueLayout.JAVA_FLOAT, Values.NORMAL.array(40, 2));
                float[] w = Values.NORMAL.array(40, 1), g = Values.NORMAL.array(40, 2);
                ParameterStore store = ParameterStore.builder().tensor("before", 3).wrap("w", parameters, first, 5, 8).build();
                ParameterStore arrays = ParameterStore.builder().tensor("before", 3).wrap("w", w, 0, g, 0, 5, 8).build();
                Optimizer moved = Optimizer.of(rule, store), still = Optimizer.of(rule, arrays);
                Reductions norms = Reductions.ofGradients(store);
                for (int step = 0; step < 4; step++) {
                    float[] next = Values.NORMAL.array(40, 3 + step);
                    System.arraycopy(next, 0, g, 0, 40);
                    if (step % 2 == 1) {
                        first.fill((byte) -1);
                        first = arena.allocate(160, 4);
                        store.tensor("w").rebindGradient(first);
                    }
                    MemorySegment.copy(next, 0, first, ValueLayout.JAVA_FLOAT, 0, 40);
                    moved.step(() -> {});
                    still.step(() -> {});
                    assertEquals(-1, Floats.mismatch(w, Floats.of(store.tensor("w").parameter())), rule + " step " + step);
                    assertEquals(Reductions.ofGradients(arrays).sumOfSquares(), norms.sumOfSquares());
                    assertEquals(first, store.tensor("w").gradient().segment());
                }
            }
        }
    }

    @Test
    void aGradientReboundBeforeTheFirstStepIsInItsNorms() {
        for (Clipping clipping : List.of(Clipping.byNorm(1), Clipping.byTensorNorm(1))) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment w = arena.allocate(8, 4);
                ParameterStore store = ParameterStore.builder().wrap("w", w, arena.allocate(8, 4), 2).build();
                Optimizer optimizer = Optimizer.builder(store).rule(new GradientDescent(1)).clip(clipping).build();
                store.tensor("w").rebindGradient(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 3, 4));
                assertEquals(5, optimizer.step().gradientNorm());
                assertArrayEquals(new float[] {-0.6f, -0.8f}, w.toArray(ValueLayout.JAVA_FLOAT), 1e-6f);
            }
        }
    }

    @Test
    void aRefusedRebindingChangesNothing() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment parameters = arena.allocate(40, 64), gradients = arena.allocate(40, 64);
            ParameterStore store = ParameterStore.builder().tensor("own", 10).wrap("w", parameters, gradients, 10)
                    .wrap("array", new float[10], new float[10]).build();
            Tensor tensor = store.tensor("w");
            String range = String.format("0x%x to 0x%x", parameters.address(), parameters.address() + 39);
            assertRefused(IllegalArgumentException.class,
                    "gradient of 'w' overlaps with parameter of 'w': bytes " + range + " and " + range + " of native memory",
                    () -> tensor.rebindGradient(parameters));
            assertRefused(IllegalArgumentException.class, "gradient of 'w' has 36 bytes, expected 40",
                    () -> tensor.rebindGradient(gradients.asSlice(4)));
            assertRefused(IllegalArgumentException.class,
                    "gradient of 'own' (10 x F32) must be wrapped native memory to be bound to another segment, "
                            + "got planes of the store's own",
                    () -> store.tensor("own").rebindGradient(gradients));
            assertRefused(IllegalArgumentException.class,
                    "gradient of 'array' (10 x F32) must be wrapped native memory to be bound to another segment, got a float[]",
                    () -> store.tensor("array").rebindGradient(gradients));
            assertEquals(gradients, tensor.gradient().segment());
            tensor.rebindGradient(gradients);
        }
    }

    @Test
    void gradientsMayBeSharedAndReboundToEachOther() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment g = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4), other = arena.allocate(12, 4);
            MemorySegment v = arena.allocate(16, 4), w = arena.allocate(12, 4);
            ParameterStore store = ParameterStore.builder().wrap("v", v, g, 4).wrap("w", w, other, 3).build();
            Optimizer optimizer = Optimizer.of(new GradientDescent(1), store);
            store.tensor("w").rebindGradient(g.asSlice(4, 12));
            store.tensor("v").rebindGradient(g);
            optimizer.step();
            assertArrayEquals(new float[] {-1, -2, -3, -4}, v.toArray(ValueLayout.JAVA_FLOAT));
            assertArrayEquals(new float[] {-2, -3, -4}, w.toArray(ValueLayout.JAVA_FLOAT));
            String range = String.format("0x%x to 0x%x", v.address() + 4, v.address() + 15);
            assertRefused(IllegalArgumentException.class, "gradient of 'w' overlaps with parameter of 'v': bytes " + range + " and "
                    + String.format("0x%x to 0x%x", v.address(), v.address() + 15) + " of native memory",
                    () -> store.tensor("w").rebindGradient(v.asSlice(4)));
            assertEquals(g.address() + 4, store.tensor("w").gradient().segment().address());
        }
    }

    @Test
    void everythingThatTouchesFreedMemoryNamesTheTensor() {
        Arena arena = Arena.ofShared();
        ParameterStore store = ParameterStore.builder()
                .wrap("w", arena.allocate(40, 64), arena.allocate(40, 64), 10)
                .wrap("none", arena.allocate(0), arena.allocate(0), 0).build();
        arena.close();
        float[] array = new float[10];
        for (Tensor tensor : store.tensors()) {
            float[] whole = new float[(int) tensor.size()];
            for (Slice slice : List.of(tensor.parameter(), tensor.gradient())) {
                for (Runnable call : List.<Runnable>of(() -> slice.get(0), () -> slice.set(0, 1), () -> slice.get(-1), () -> slice.fill(1),
                        () -> slice.copyFrom(whole), () -> slice.copyFrom(array, 0), () -> slice.copyTo(whole),
                        () -> slice.copyTo(array, 0),
                        slice::segment, () -> Reductions.of(slice))) {
                    assertRefused(IllegalStateException.class, slice.name() + " is freed: the arena of its segment was closed", call);
                }
            }
        }
        assertRefused(IllegalStateException.class, "parameter of 'w' is freed: the arena of its segment was closed",
                () -> Optimizer.of(new Adam(0.1), store));
        store.close();
        assertRefused(IllegalStateException.class, "store is closed", () -> store.tensor("w").gradient().get(0));
    }

    /** Over a sparse file: sizes are checked before anything is read, allocated or written. */
    @Test
    void refusesMoreRowsOrColumnsThanAnArrayHolds(@TempDir Path folder) throws IOException {
        long many = Integer.MAX_VALUE - 7L;
        for (long[] shape : List.of(new long[] {many, 1}, new long[] {1, many}, new long[] {2, 1 << 30, 1})) {
            boolean rows = shape[shape.length - 1] == 1;
            long count = LongStream.of(shape).reduce(1, (a, b) -> a * b);
            Rule rule = new Adafactor(0.1);
            try (Arena arena = Arena.ofShared(); FileChannel file = FileChannel.open(folder.resolve("zeros"),
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MemorySegment parameters = file.map(FileChannel.MapMode.READ_WRITE, 0, 4 * count, arena);
                MemorySegment gradients = file.map(FileChannel.MapMode.READ_WRITE, 0, 4 * count, arena);
                ParameterStore store = ParameterStore.builder().nativeMemory().tensor("small", 3, 4)
                        .wrap("x", parameters, gradients, shape).build();
                assertRefused(IllegalArgumentException.class, (rows ? "rows" : "columns") + " of 'x' must be at most 2147483639 for "
                        + rule + ", got " + count, () -> Optimizer.of(rule, store));
                store.close();
            }
        }
    }

    @Test
    void aStepOverFreedMemoryIsRefusedBeforeAnythingChanges() {
        Arena arena = Arena.ofShared();
        ParameterStore store = ParameterStore.builder().tensor("own", 10)
                .wrap("w", arena.allocate(40, 64), arena.allocate(40, 64), 10).build();
        store.tensor("own").gradient().fill(1);
        Optimizer optimizer = Optimizer.of(new GradientDescent(1), store);
        Reductions norms = Reductions.ofGradients(store);
        arena.close();
        for (Runnable call : List.<Runnable>of(optimizer::step, () -> optimizer.step(() -> {}), norms::sumOfSquares)) {
            IllegalStateException e = assertThrowsExactly(IllegalStateException.class, call::run);
            assertTrue(e.getMessage().endsWith(" of 'w' is freed: the arena of its segment was closed"), e.getMessage());
        }
        assertEquals(0, optimizer.steps());
        assertEquals(0, store.tensor("own").parameter().get(0));
    }

    @Test
    void stepsOverSegmentsAllocateNothing() {
        try (Arena arena = Arena.ofShared()) {
            ParameterStore store = ParameterStore.builder()
                    .wrap("a", arena.allocate(4_096, 4), arena.allocate(4_096, 4), 1_024)
                    .wrap("b", arena.allocate(4_004, 4), arena.allocate(4_004, 4), 1_001).build();
            Optimizer optimizer = Optimizer.of(new Adam(1e-3), store);
            assertEquals(0, Garbage.of(() -> {
                for (int i = 0; i < 300; i++) {
                    optimizer.step();
                }
            }));
        }
    }

    /** Frameworks free all gradients and allocate new ones: where one tensor's were, there may be another's. */
    @Test
    void aGradientMayMoveToWhereFreedOnesWere() {
        Arena first = Arena.ofShared();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment a = first.allocate(40, 4), b = first.allocate(40, 4);
            ParameterStore store = ParameterStore.builder().wrap("a", arena.allocate(40, 4), a, 10)
                    .wrap("b", arena.allocate(40, 4), b, 10).build();
            first.close();
            MemorySegment c = arena.allocate(40, 4), d = arena.allocate(40, 4);
            assumeTrue(Set.of(a.address(), b.address()).equals(Set.of(c.address(), d.address())), "not run: memory was not used again");
            boolean inOrder = a.address() == c.address();
            store.tensor("a").rebindGradient(inOrder ? d : c);
            store.tensor("b").rebindGradient(inOrder ? c : d);
            Optimizer.of(new GradientDescent(1), store).step();
        }
    }
}
