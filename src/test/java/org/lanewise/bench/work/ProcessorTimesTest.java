package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorTimesTest {
    private static final double TICK = 1e7;

    /** 60 of 100 ticks of all processors were busy, 20 of them for this JVM. Guests are in user already, and waiting for a disk is idle. */
    @Test
    void othersUseWhatIsBusyAndNotOurs() {
        ProcessorTimes then = ProcessorTimes.of("cpu  1000 200 300 4000 500 60 70 80 999 0", 4, 5 * TICK);
        ProcessorTimes now = ProcessorTimes.of("cpu  1030 205 310 4030 510 62 73 90 1999 0", 4, 25 * TICK);
        OtherPrograms others = now.othersSince(then).orElseThrow();
        assertEquals(0.4, others.share(), 1e-12);
        assertEquals(1.6, others.processors(), 1e-12);
    }

    @Test
    void ticksThatWereCountedLateAreNoNegativeShare() {
        ProcessorTimes then = ProcessorTimes.of("cpu  0 0 0 0 0 0 0 0 0 0", 2, 0);
        assertEquals(0, ProcessorTimes.of("cpu  9 0 0 91 0 0 0 0 0 0", 2, 10 * TICK).othersSince(then).orElseThrow().share());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "intr 1 2 3 4 5 6 7 8 9", "cpu  1 2 3"})
    void otherTextsTellNothing(String line) {
        ProcessorTimes unknown = ProcessorTimes.of(line, 2, 0);
        assertEquals(Optional.empty(), unknown.othersSince(unknown));
        assertEquals(Optional.empty(), ProcessorTimes.now().othersSince(unknown));
    }

    @Test
    void aShareIsFrom0To1() {
        OtherPrograms others = ProcessorTimes.others(50).orElse(new OtherPrograms(0, 0));
        assertTrue(others.share() >= 0 && others.share() <= 1 && others.processors() >= 0, others::toString);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 1, false", "0.11, 0.2, true", "0.05, 3.2, true", "0, 0, false"})
    void aTenthOfTheProcessorsOrOneDisturbs(double share, double processors, boolean disturb) {
        assertEquals(disturb, new OtherPrograms(share, processors).disturb());
    }
}
