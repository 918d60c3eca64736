package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.verify.Values;

/** What frameworks need whose tensors lie in the planes of a store: memory that outlives it, and gradients found before they are read. */
class CallersMemoryTest {
    @ParameterizedTest
    @EnumSource
    void closingTheStoreLeavesTheCallersMemory(Storage storage) {
        try (Arena arena = Arena.ofShared()) {
            ParameterStore store = ParameterStore.builder().nativeMemory(arena).parameters(storage).tensor("a", 5).tensor("b", 7).build();
            MemorySegment a = store.tensor("a").parameter().segment(), b = store.tensor("b").parameter().segment();
            assertEquals(a.address() + 16L * storage.bytes(), b.address(), "one plane");
            assertEquals(0, a.address() % 64);
            MemorySegment state = stepOnce(store);
            byte[] before = b.toArray(ValueLayout.JAVA_BYTE);
            store.close();
            assertArrayEquals(before, b.toArray(ValueLayout.JAVA_BYTE));
            assertThrows(IllegalStateException.class, () -> state.get(ValueLayout.JAVA_BYTE, 0), "states are the store's");
        }
    }

    private static MemorySegment stepOnce(ParameterStore store) {
        store.tensor("b").gradient().fill(1);
        Optimizer.of(new Adam(0.5), store).step();
        assertEquals(-0.5f, store.tensor("b").parameter().get(6), 1e-6f);
        return store.tensor("b").state("m").segment();
    }

    @Test
    void stepsHaveTheBitsOfTheStoresOwnMemory() {
        try (Arena arena = Arena.ofShared(); ParameterStore own = ParameterStore.builder().nativeMemory().tensor("w", 1000).build()) {
            ParameterStore callers = ParameterStore.builder().nativeMemory(arena).tensor("w", 1000).build();
            for (ParameterStore store : List.of(own, callers)) {
                store.tensor("w").parameter().copyFrom(Values.NORMAL.array(1000, 1));
                store.tensor("w").gradient().copyFrom(Values.NORMAL.array(1000, 2));
                Optimizer.of(new Adam(0.1), store).step();
            }
            assertArrayEquals(Floats.of(own.tensor("w").parameter()), Floats.of(callers.tensor("w").parameter()));
        }
    }

    @Test
    void stepsAreRefusedOnceTheArenaIsClosed() {
        Arena arena = Arena.ofShared();
        Optimizer optimizer = Optimizer.of(new GradientDescent(1),
                ParameterStore.builder().nativeMemory(arena).tensor("a", 5).tensor("b", 5).build());
        arena.close();
        assertRefused(IllegalStateException.class, "parameter of 'a' is freed: the arena of its segment was closed", optimizer::step);
        assertThrows(IllegalStateException.class, () -> ParameterStore.builder().nativeMemory(arena));
        try (Arena confined = Arena.ofConfined()) {
            assertRefused(IllegalArgumentException.class,
                    "memory of the store must be open to all threads, got a segment of a confined arena",
                    () -> ParameterStore.builder().nativeMemory(confined));
        }
    }

    @Test
    void theLastPlaceThatWasChosenCounts() {
        try (Arena arena = Arena.ofShared()) {
            ParameterStore.builder().nativeMemory(arena).heap().tensor("w", 4).build().tensor("w").parameter().array();
            MemorySegment own;
            try (ParameterStore store = ParameterStore.builder().nativeMemory(arena).nativeMemory().tensor("w", 4).build()) {
                own = store.tensor("w").parameter().segment();
            }
            assertThrows(IllegalStateException.class, () -> own.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    @Test
    void gradientsAreFoundBeforeEachStepReadsThem() {
        try (Arena arena = Arena.ofShared()) {
            List<Tensor> found = new ArrayList<>();
            List<MemorySegment> gradients = new ArrayList<>();
            MemorySegment w = arena.allocate(4, 4);
            ParameterStore store = ParameterStore.builder().tensor("own", 1).wrap("w", w, arena.allocate(4, 4), 1)
                    .findGradients(() -> found.getFirst().rebindGradient(gradients.getLast())).build();
            found.add(store.tensor("w"));
            Optimizer optimizer = Optimizer.of(new GradientDescent(1), store);
            for (int step = 1; step <= 3; step++) {
                gradients.add(arena.allocateFrom(ValueLayout.JAVA_FLOAT, step));
                optimizer.step();
            }
            assertEquals(-6, w.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    @Test
    void aTensorFoundToHaveNoGradientIsLeftOutOfThatStep() {
        List<Tensor> found = new ArrayList<>();
        ParameterStore store = ParameterStore.builder().tensor("w", 1).findGradients(() -> found.getFirst().setHasGradient(false)).build();
        found.add(store.tensor("w"));
        store.tensor("w").gradient().fill(1);
        Optimizer.of(new GradientDescent(1), store).step();
        assertEquals(0, store.tensor("w").parameter().get(0));
    }

    @Test
    void whoAccumulatesFindsGradientsThenAndNotInTheStep() {
        List<String> calls = new ArrayList<>();
        ParameterStore store = ParameterStore.builder().tensor("w", 1).findGradients(() -> calls.add("found")).build();
        Optimizer optimizer = Optimizer.builder(store).rule(new GradientDescent(1)).accumulate(true).build();
        optimizer.accumulate(1);
        optimizer.accumulate(1);
        assertEquals(List.of("found", "found"), calls);
        optimizer.step();
        assertEquals(List.of("found", "found"), calls);
    }

    @Test
    void aTensorThatOneMicroBatchFoundAGradientOfTakesPartInTheStep() {
        List<Boolean> found = new ArrayList<>(List.of(true));
        List<Tensor> tensors = new ArrayList<>();
        ParameterStore store = ParameterStore.builder().tensor("w", 1).findGradients(() -> {
            tensors.getFirst().setHasGradient(found.getFirst());
            tensors.getFirst().gradient().fill(found.getFirst() ? 1 : 0);
        }).build();
        tensors.add(store.tensor("w"));
        Optimizer optimizer = Optimizer.builder(store).rule(new GradientDescent(1)).accumulate(true).build();
        float[] expected = {-0.5f, -1, -1};
        for (int step = 0; step < 3; step++) {
            found.set(0, step < 1);
            optimizer.accumulate(1);
            found.set(0, step == 1);
            optimizer.accumulate(1);
            optimizer.step();
            assertEquals(expected[step], store.tensor("w").parameter().get(0), "step " + step);
        }
        assertEquals(3, optimizer.steps());
    }

    @Test
    void aLookAheadIsBeforeThereAreGradientsToFind() {
        List<String> calls = new ArrayList<>();
        ParameterStore store = ParameterStore.builder().tensor("w", 1).findGradients(() -> calls.add("found")).build();
        Optimizer.of(new Nesterov(0.1), store).step(() -> calls.add("computed"));
        assertEquals(List.of("computed", "found"), calls);
    }

    @Test
    void aStepWhoseGradientsAreNotFoundHasChangedNothing() {
        ParameterStore store = ParameterStore.builder().tensor("w", 1).findGradients(() -> {
            throw new IllegalStateException("gradient of 'w' is gone");
        }).build();
        Optimizer optimizer = Optimizer.of(new Adam(1), store);
        store.tensor("w").gradient().fill(1);
        assertRefused(IllegalStateException.class, "gradient of 'w' is gone", optimizer::step);
        assertEquals(0, optimizer.steps());
        assertEquals(0, store.tensor("w").parameter().get(0));
        assertEquals(0, store.tensor("w").state("m").get(0));
    }
}
