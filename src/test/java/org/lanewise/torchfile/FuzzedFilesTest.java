package org.lanewise.torchfile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No file makes the reader do anything but read or refuse it, nor allocate more than its size explains. */
class FuzzedFilesTest {
    private static final int FEW = 3_000, MANY = 100_000;

    @Test
    void changedFilesAreReadOrRefusedWithReason() throws IOException {
        long refused = new FuzzedFiles().run(1, FEW);
        assertTrue(refused > FEW / 2 && refused < FEW, "refused " + refused);
    }

    /** {@code -Dlanewise.soak.files} says how many, {@code -Dlanewise.soak.seed} where to start. */
    @Test
    @Tag("soak")
    void manyChangedFilesAreReadOrRefusedWithReason() throws IOException {
        long seed = Long.getLong("lanewise.soak.seed", new Random().nextInt(Integer.MAX_VALUE));
        long files = Long.getLong("lanewise.soak.files", MANY);
        long refused = new FuzzedFiles().run(seed, files);
        System.out.printf("fuzz: %,d files of PyTorch from seed %d, %,d refused, others read%n", files, seed, refused);
    }
}
