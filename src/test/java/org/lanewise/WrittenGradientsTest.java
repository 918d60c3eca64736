package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.GradientDescent;

/** Gradients of the caller's that a step writes: cleared or written back. */
class WrittenGradientsTest {
    private static OptimizerBuilder builder(ParameterStore store) {
        return Optimizer.builder(store).rule(new GradientDescent(0.5));
    }

    @Test
    void gradientsThatOverlapAreRefusedAndTheStoreIsFreeForAnother() {
        float[] shared = {1, 2};
        ParameterStore store = ParameterStore.builder().wrap("a", new float[2], shared).wrap("b", new float[2], shared).build();
        assertRefused(IllegalArgumentException.class,
                "gradients that overlap in the caller's memory cannot be cleared: the next tensor needs them",
                () -> builder(store).clearGradients(true).build());
        assertRefused(IllegalArgumentException.class,
                "gradients that overlap in the caller's memory cannot be written back: the next tensor needs them",
                () -> builder(store).writeGradientsBack(true).build());
        builder(store).build().step();
        assertArrayEquals(new float[] {1, 2}, shared);
    }

    @Test
    void aReadOnlySegmentIsRefusedWhenTheOptimizerIsMadeAndWhenItIsBound() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment w = arena.allocate(8), g = arena.allocate(8);
            ParameterStore store = ParameterStore.builder().wrap("w", w, g.asReadOnly(), 2).build();
            assertRefused(IllegalArgumentException.class, "gradient of 'w' must be writable, got a read-only segment",
                    () -> builder(store).clearGradients(true).build());
            store.tensor("w").rebindGradient(g);
            builder(store).clearGradients(true).build();
            assertRefused(IllegalArgumentException.class, "gradient of 'w' must be writable, got a read-only segment",
                    () -> store.tensor("w").rebindGradient(g.asReadOnly()));
            store.tensor("w").rebindGradient(g);
        }
    }

    @Test
    void aGradientIsNotBoundToThatOfAnotherTensorIfStepsWriteThem() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment g = arena.allocate(8), h = arena.allocate(8);
            ParameterStore store = ParameterStore.builder().wrap("a", arena.allocate(8), g, 2).wrap("b", arena.allocate(8), h, 2).build();
            Optimizer optimizer = builder(store).writeGradientsBack(true).clip(Clipping.byValue(1)).build();
            assertThrows(IllegalArgumentException.class, () -> store.tensor("b").rebindGradient(g));
            h.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 5);
            optimizer.step();
            assertArrayEquals(new float[] {1, 0}, h.toArray(ValueLayout.JAVA_FLOAT));
        }
    }
}
