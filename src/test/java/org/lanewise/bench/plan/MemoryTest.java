package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.tool.StoreKind;

class MemoryTest {
    private static final int N = 16 << 20;
    private static final long MI = 1 << 20;
    private static final Cell ADAM = Cell.lanewise("Adam", StoreKind.F32_NATIVE, Width.BITS_256, N);

    @Test
    void aForkNeedsItsHeapAndItsPlanes() {
        assertEquals((1024 + 4 * 64) * MI, Memory.needed(ADAM));
        assertEquals((1024 + 3 * 64) * MI, Memory.needed(Cell.lanewise("Adam", StoreKind.BF16_STATES_NATIVE, Width.BITS_256, N)));
        assertEquals(1024 * MI, Memory.needed(Cell.scalar("Adam", N)));
        assertEquals(16 * 64 + 16 * 16, Memory.needed(Cell.lanewise("Adam", StoreKind.F32_NATIVE, Width.BITS_256, 16)));
    }

    @Test
    void theLargestCellIsNamedWithBothNumbers() {
        List<Cell> cells = List.of(Cell.scalar("Adam", 16), ADAM, Cell.scalar("Adam", N));
        assertEquals(Optional.empty(), Memory.lacking(cells, 1280 * MI));
        assertEquals("memory does not suffice: " + ADAM + " needs 1280 MiB, available are 1279 MiB; --size takes fewer parameters",
                Memory.lacking(cells, 1280 * MI - 1).orElseThrow());
        assertEquals(Optional.empty(), Memory.lacking("nothing", 1));
        assertTrue(Memory.lacking("all", Long.MAX_VALUE).isPresent());
    }

    /** What is not written into the folder is written into that of the user. */
    @Test
    void whatACrashLeavesIsInTheFolderOfTheRun() throws Exception {
        Path folder = Path.of("target", "100%");
        List<String> flags = JvmFlags.crashesIn(folder);
        assertEquals("-XX:ErrorFile=" + folder.toAbsolutePath() + "%/hs_err_pid%p.log", flags.getFirst());
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), flags.get(0), flags.get(1),
                "-Xint", "-version").redirectErrorStream(true).start();
        String printed = new String(java.getInputStream().readAllBytes());
        assertEquals(0, java.waitFor(), printed);
    }
}
