package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo's {@code --ranks}, where there is {@code mpirun}. */
class RanksTest {
    private static final Path TARGET = Path.of("target");

    @BeforeAll
    static void needsMpi() {
        String missing = ranks(2).missing().orElse("");
        if (!missing.isEmpty()) {
            System.out.println("NOT RUN: " + missing);
        }
        Assumptions.assumeTrue(missing.isEmpty(), missing);
    }

    private static Ranks ranks(int count) {
        return new Ranks(count, "mpirun", System.getProperty("java.class.path"), TARGET);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void processesHaveTheCurveOfOne(int count) throws IOException {
        DemoRanks result = ranks(count).train(digits().split(1), 2, 1);
        assertTrue(result.bitsEqual());
        assertEquals(count, result.count());
        assertTrue(result.accuracy() > 0.5, result::toString);
    }

    @Test
    void saysThatProcessesFailed() {
        var ranks = new Ranks(2, "mpirun", "nowhere", Path.of("nowhere"));
        var failed = assertThrows(IOException.class, () -> ranks.train(digits().split(1), 1, 1));
        assertTrue(failed.getMessage().startsWith("the 2 processes that train together failed: exit code "), failed::getMessage);
    }

    /** Digits of which each has its own row of ink, and noise. */
    private static Digits digits() {
        var random = new Random(1);
        float[][] pixels = new float[70][Digits.PIXELS];
        int[] labels = new int[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            labels[i] = i % Digits.CLASSES;
            for (int p = 0; p < Digits.PIXELS; p++) {
                pixels[i][p] = (p / 6 == labels[i] ? 12 : random.nextInt(5)) / 16f;
            }
        }
        return new Digits(pixels, labels);
    }
}
