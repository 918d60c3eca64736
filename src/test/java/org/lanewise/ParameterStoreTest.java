package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Rprop;
import org.lanewise.tool.StoreKind;

class ParameterStoreTest {
    private static final int PADDED_TO = 16;
    private static final int[] SIZES = {3, 0, 16, 1, 17, 0, 40, 15};

    static Stream<Arguments> nativeStoragesOfParametersGradientsAndStates() {
        return Stream.of(Storage.values()).flatMap(parameters -> Stream.of(Storage.values()).flatMap(gradients ->
                Stream.of(Storage.values()).map(states -> Arguments.of(parameters, gradients, states))));
    }

    @Test
    void listsTensorsInTheOrderTheyWereAdded() {
        ParameterStore store = ParameterStore.builder().tensor("z", 2).wrap("a", new float[5], new float[5]).tensor("m", 1).build();
        assertEquals(List.of("z", "a", "m"), store.tensors().stream().map(Tensor::name).toList());
        assertThrowsExactly(UnsupportedOperationException.class, () -> store.tensors().clear());
        for (Tensor tensor : store.tensors()) {
            assertSame(tensor, store.tensor(tensor.name()));
            assertSame(tensor.parameter(), tensor.parameter());
            assertSame(tensor.gradient(), tensor.gradient());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shapesHaveAnyNumberOfDimensions(StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("scalar").tensor("vector", 5).tensor("none", 4, 0, 3)
                .tensor("cube", 2, 3, 4).tensor("", 1, 1, 1, 1, 7).build()) {
            assertEquals("[scalar[], vector[5], none[4, 0, 3], cube[2, 3, 4], [1, 1, 1, 1, 7]]", store.tensors().toString());
            assertEquals(List.of(1L, 5L, 0L, 24L, 7L), store.tensors().stream().map(Tensor::size).toList());
            assertEquals(37, store.size());
            assertArrayEquals(new long[] {2, 3, 4}, store.tensor("cube").shape());
            for (Tensor tensor : store.tensors()) {
                assertEquals(tensor.size(), tensor.parameter().size());
                assertEquals(tensor.size(), tensor.gradient().size());
            }
            assertDoesNotThrow(() -> Optimizer.of(new Adam(0.1), store).step());
        }
    }

    @Test
    void shapeIsACopy() {
        Tensor tensor = ParameterStore.builder().tensor("w", 2, 3).build().tensor("w");
        tensor.shape()[0] = 99;
        assertArrayEquals(new long[] {2, 3}, tensor.shape());
        assertNotSame(tensor.shape(), tensor.shape());
    }

    @Test
    void wrappedPairIsOneTensorNamedParameters() {
        float[] w = {1, 2, 3};
        ParameterStore store = ParameterStore.wrap(w, new float[] {10, 20, 30});
        assertEquals("[parameters[3]]", store.tensors().toString());
        Optimizer.of(new GradientDescent(0.5), store).step();
        assertArrayEquals(new float[] {-4, -8, -12}, w);
    }

    @Test
    void refusesUnknownNames() {
        ParameterStore store = ParameterStore.builder().tensor("a", 1).tensor("b", 1).build();
        assertRefused(IllegalArgumentException.class, "no tensor 'c' in a store of [a, b]", () -> store.tensor("c"));
        assertRefused(IllegalArgumentException.class, "no state 'd' of 'a' in a store with states []", () -> store.tensor("a").state("d"));
        Optimizer.of(new Nesterov(0.1), store);
        assertRefused(IllegalArgumentException.class, "no state 'v' of 'b' in a store with states [d, w]",
                () -> store.tensor("b").state("v"));
    }

    @ParameterizedTest
    @EnumSource
    void startsAtZeroAndStatesWhereTheRuleSays(StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("a", 5).wrap("b", new float[20], new float[20]).tensor("c", 100_000).build()) {
            Optimizer.of(new Rprop(0.5), store);
            for (Tensor tensor : store.tensors()) {
                assertAll(0, tensor.parameter());
                assertAll(0, tensor.gradient());
                assertAll(0, tensor.state("gPrev"));
                assertAll(0.5f, tensor.state("s"));
            }
        }
    }

    private static void assertAll(float expected, Slice slice) {
        float[] all = new float[(int) slice.size()];
        Arrays.fill(all, expected);
        assertArrayEquals(all, Floats.of(slice), slice.toString());
    }

    @ParameterizedTest
    @MethodSource("nativeStoragesOfParametersGradientsAndStates")
    void nativeTensorsAreAlignedAndDoNotOverlap(Storage parameters, Storage gradients, Storage states) {
        ParameterStoreBuilder builder =
                ParameterStore.builder().nativeMemory().parameters(parameters).gradients(gradients).states(states);
        for (int i = 0; i < SIZES.length; i++) {
            builder.tensor("t" + i, SIZES[i]);
        }
        try (ParameterStore store = builder.wrap("w", new float[7], new float[7]).tensor("last", 9).build()) {
            Optimizer.of(new Nesterov(0.1), store);
            assertAligned(parameters, owned(store).map(Tensor::parameter));
            assertAligned(gradients, owned(store).map(Tensor::gradient));
            assertAligned(states, store.tensors().stream().map(tensor -> tensor.state("d")));
            assertAligned(Storage.F32, store.tensors().stream().map(tensor -> tensor.state("w")));
        }
    }

    private static Stream<Tensor> owned(ParameterStore store) {
        return store.tensors().stream().filter(tensor -> !tensor.name().equals("w"));
    }

    private static void assertAligned(Storage storage, Stream<Slice> slices) {
        long free = 0;
        for (Slice slice : slices.toList()) {
            MemorySegment segment = slice.segment();
            assertEquals(storage, slice.storage());
            assertEquals(slice.size() * storage.bytes(), segment.byteSize());
            assertEquals(0, segment.address() % (PADDED_TO * storage.bytes()), slice.toString());
            assertTrue(segment.address() >= free, () -> slice + " overlaps");
            free = segment.address() + segment.byteSize();
        }
    }

    @ParameterizedTest
    @EnumSource(Storage.class)
    void nativePlanesStartOnACacheLine(Storage storage) {
        try (ParameterStore store = ParameterStore.builder().nativeMemory().parameters(storage).gradients(storage).states(storage)
                .tensor("w", 5).build()) {
            Optimizer.of(new Nesterov(0.1), store);
            Tensor tensor = store.tensor("w");
            for (Slice slice : List.of(tensor.parameter(), tensor.gradient(), tensor.state("d"), tensor.state("w"))) {
                assertEquals(0, slice.segment().address() % 64, slice.toString());
            }
        }
    }

    @Test
    void heapTensorsArePaddedTooAndShareAnArray() {
        ParameterStore store = ParameterStore.builder().tensor("a", 17).tensor("b", 1).tensor("c", 16).build();
        assertEquals(List.of(0, 32, 48), store.tensors().stream().map(tensor -> tensor.parameter().arrayOffset()).toList());
        assertEquals(64, store.tensor("a").gradient().array().length);
        assertSame(store.tensor("a").gradient().array(), store.tensor("c").gradient().array());
    }

    @ParameterizedTest
    @EnumSource
    void refusesEverythingOnceClosed(StoreKind kind) {
        float[] wrapped = {1, 2};
        ParameterStore store = kind.builder().tensor("a", 2).wrap("b", wrapped, new float[] {3, 4}).build();
        Optimizer optimizer = Optimizer.of(new Nesterov(0.1), store);
        Tensor a = store.tensor("a"), b = store.tensor("b");
        List<Slice> slices =
                List.of(a.parameter(), a.gradient(), a.state("d"), b.parameter(), b.gradient(), b.state("d"));
        optimizer.lookAhead();
        store.close();
        for (Slice slice : slices) {
            for (Runnable call : List.<Runnable>of(
                    () -> slice.get(0), () -> slice.set(0, 9), () -> slice.fill(9), () -> slice.copyFrom(new float[2]),
                    () -> slice.copyFrom(new float[3], 1), () -> slice.copyTo(new float[2]), () -> slice.copyTo(new float[3], 1),
                    slice::array, slice::arrayOffset, slice::segment)) {
                assertRefused(IllegalStateException.class, "store is closed", call);
            }
        }
        for (Runnable call : List.<Runnable>of(
                () -> a.state("d"), () -> a.state("no such state"), optimizer::step, optimizer::lookAhead,
                () -> Optimizer.of(new GradientDescent(1), store))) {
            assertRefused(IllegalStateException.class, "store is closed", call);
        }
        assertArrayEquals(new float[] {1, 2}, wrapped);
        assertEquals(0, optimizer.steps());
    }

    @ParameterizedTest
    @EnumSource
    void closesOnceAndAgain(StoreKind kind) {
        ParameterStore store = kind.builder().tensor("a", 2).build();
        store.close();
        assertDoesNotThrow(store::close);
        assertRefused(IllegalStateException.class, "store is closed", () -> store.tensor("a").parameter().get(0));
    }

    @Test
    void refusesOptimizerOfAStoreThatWasClosedBefore() {
        ParameterStore store = ParameterStore.builder().tensor("a", 2).build();
        store.close();
        assertRefused(IllegalStateException.class, "store is closed", () -> Optimizer.of(new GradientDescent(1), store));
    }

    @Test
    void nativeSegmentsHandedOutRefuseAccessOnceClosed() {
        ParameterStore store = ParameterStore.builder().nativeMemory().tensor("a", 2).build();
        Optimizer.of(new Nesterov(0.1), store);
        Tensor a = store.tensor("a");
        List<MemorySegment> segments =
                Stream.of(a.parameter(), a.gradient(), a.state("d"), a.state("w")).map(Slice::segment).toList();
        store.close();
        for (MemorySegment segment : segments) {
            assertThrowsExactly(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_FLOAT, 0));
            assertThrowsExactly(IllegalStateException.class, () -> segment.set(ValueLayout.JAVA_FLOAT, 0, 1));
        }
    }

    @Test
    void heapArraysHandedOutOutliveTheStore() {
        ParameterStore store = ParameterStore.builder().tensor("a", 2).build();
        float[] array = store.tensor("a").parameter().array();
        MemorySegment segment = store.tensor("a").parameter().segment();
        store.close();
        array[1] = 5;
        assertEquals(5, segment.getAtIndex(ValueLayout.JAVA_FLOAT, 1));
    }
}
