package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.plan.Forks.fork;

import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Row;
import org.lanewise.tool.StoreKind;

/** What becomes of JMH's results. */
class SamplesTest {
    private static final int N = 1_000;
    private static final double NO_GARBAGE = 0.01;

    private final Samples samples = new Samples(Cell.lanewise("Momentum", StoreKind.F32_NATIVE, Width.BITS_128, N));

    @Test
    void aRowIsTheMedianOfAllIterationsOfAllForksAndItsFartherQuartile() {
        assertTrue(samples.isEmpty());
        samples.add(fork(NO_GARBAGE, 100, 110, 120), null);
        samples.add(fork(NO_GARBAGE, 130, 190), null);
        Row row = samples.row();
        assertFalse(samples.isEmpty());
        assertEquals(0.12, row.nsPerElement(), 1e-15);
        assertEquals(0.01, row.error(), 1e-15);
        assertEquals(20, row.bytesPerElement());
        assertEquals(0, row.roots());
        assertEquals(NO_GARBAGE, row.bytesAllocatedPerStep());
        assertEquals(20 / 0.12, row.gbPerSecond(), 1e-9);
    }

    @Test
    void garbageThatJmhCouldNotTellIsNotTakenForNone() {
        samples.add(fork(Double.NaN, 100), null);
        assertNull(samples.row().bytesAllocatedPerStep());
    }

    @Test
    void aRowIsInDoubtIfMoreThanAQuarterOfItsForksIs() {
        samples.add(fork(NO_GARBAGE, 100), Doubt.BUSY);
        assertEquals(Doubt.BUSY, samples.row().doubt());
        for (int i = 0; i < 2; i++) {
            samples.add(fork(NO_GARBAGE, 100), null);
            assertEquals(Doubt.BUSY, samples.row().doubt());
        }
        samples.add(fork(NO_GARBAGE, 100), null);
        assertNull(samples.row().doubt());
    }
}
