package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.rule.Adan;

/** Where the planes of a store lie in native memory. */
class NativePlanesTest {
    private static final long PERIOD = 256 << 10, LEAST = 32 << 10;

    /** Sizes that are a power of 2, near one, and such that a page, 64 bytes or nothing is left over. */
    @ParameterizedTest
    @CsvSource({"1048576, F32", "1048577, F32", "1572864, F32", "2097152, BF16", "4194304, F32", "4193280, BF16"})
    void noTwoLargePlanesLieNearlyAMultipleOf256KibibytesApart(long size, Storage storage) {
        try (ParameterStore store = ParameterStore.builder().nativeMemory().parameters(storage).gradients(storage).states(storage)
                .tensor("a", size).build()) {
            List<Slice> planes = planes(store);
            assertEquals(6, planes.size());
            for (int k = 0; k < planes.size(); k++) {
                for (int j = 0; j < k; j++) {
                    long apart = Math.floorMod(planes.get(k).segment().address() - planes.get(j).segment().address(), PERIOD);
                    assertTrue(apart >= LEAST && apart <= PERIOD - LEAST, planes.get(j) + " and " + planes.get(k) + ": " + apart);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_048_575, 1_048_576, 1_048_577})
    void largeAndSmallPlanesAreZeroOfTheirLengthAndDoNotOverlap(long size) {
        try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("a", size).tensor("b", 3).build()) {
            List<Slice> planes = planes(store);
            for (Slice plane : planes) {
                assertEquals(size, plane.size());
                assertEquals(0, plane.get(size - 1));
                plane.fill(1);
            }
            for (Slice plane : planes) {
                assertEquals(1, plane.get(0));
                assertEquals(1, plane.get(size - 1));
                plane.fill(2);
            }
            assertEquals(0, store.tensor("b").parameter().get(2));
        }
    }

    @Test
    void planesOfTwoStoresAreSpacedAlike() {
        try (ParameterStore first = ParameterStore.builder().nativeMemory().tensor("a", 1 << 20).build();
                ParameterStore second = ParameterStore.builder().nativeMemory().tensor("a", 1 << 20).build()) {
            assertEquals(places(first), places(second));
        }
    }

    private static List<Long> places(ParameterStore store) {
        return planes(store).stream().map(plane -> plane.segment().address() % PERIOD).toList();
    }

    private static List<Slice> planes(ParameterStore store) {
        var rule = new Adan(1e-3);
        Optimizer.of(rule, store);
        Tensor tensor = store.tensor("a");
        List<Slice> planes = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
        rule.states().forEach(state -> planes.add(tensor.state(state.name())));
        return planes;
    }
}
