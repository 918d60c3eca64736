package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.time.Duration;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;

class MachineTest {
    private final Machine machine = Machine.current();

    @Test
    void namesThisJvmItsProcessorsAndItsWidth() {
        assertFalse(machine.cpu().isBlank());
        assertEquals(Runtime.getRuntime().availableProcessors(), machine.cores());
        assertEquals(Width.preferred().bits(), machine.preferredBits());
        assertTrue(machine.jvm().endsWith(" " + Runtime.version()), machine.jvm());
        assertTrue(Duration.between(OffsetDateTime.parse(machine.date()), OffsetDateTime.now()).compareTo(Duration.ofMinutes(10)) < 0);
    }

    @Test
    void cachesAreGivenInPeoplesUnits() {
        machine.caches().forEach(cache -> assertTrue(cache.matches("L\\d[di]? (\\d+ [KM]iB|\\?)"), cache));
    }

    @Test
    void flagsAreOfVectorsOnly() {
        assumeFalse(machine.flags().isEmpty(), "not run: this system does not tell the CPU's flags");
        assertFalse(machine.flags().contains("fpu"));
        if (Width.preferred() == Width.BITS_512) {
            assertTrue(machine.flags().contains("avx512f"), machine.flags()::toString);
        }
    }
}
