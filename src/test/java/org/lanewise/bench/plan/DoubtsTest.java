package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.lanewise.bench.plan.Forks.fork;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.work.ForkProfiler;
import org.openjdk.jmh.results.RunResult;

/** What speaks against a fork. */
class DoubtsTest {
    private static final int N = 1_000;
    private static final double NO_GARBAGE = 0.01;

    @Test
    void aForkThatAllocatesAByteForEachParameterOrStartsSlowlyIsLate() {
        assertNull(Doubts.of(fork(N, 129, 100, 128), N));
        assertEquals(Doubt.LATE, Doubts.of(fork(N + 1, 100, 100, 100), N));
        assertEquals(Doubt.LATE, Doubts.of(fork(NO_GARBAGE, 131, 110, 100), N));
        assertNull(Doubts.of(fork(Double.NaN, 100, 200), N));
    }

    @ParameterizedTest
    @CsvSource({"0.96, 0.2, 0.09,", "0.94, 0.2, 0.09, BUSY", "0.96, 0.51, 0.09, LATE", "0.96, 0.2, 0.11, BUSY", "0.5, 1, 0.5, BUSY"})
    void aForkWhoseProcessorsOthersHadIsBusyAndOneWhoseJvmCompiledIsLate(double running, double jvm, double others, Doubt doubt) {
        assertEquals(doubt, Doubts.of(disturbed(running, jvm, others), N));
    }

    @Test
    void ofAnotherLibraryOnlyOtherProgramsCount() {
        assertNull(Doubts.ofLibrary(disturbed(0.1, 2, 0.09)));
        assertEquals(Doubt.BUSY, Doubts.ofLibrary(disturbed(0.1, 2, 0.11)));
    }

    /** Of 64 processors, 3.2 are 5 %. */
    @Test
    void onManyProcessorsOneThatOthersUseCounts() {
        assertEquals(Doubt.BUSY, Doubts.ofLibrary(fork(Map.of(ForkProfiler.OTHERS, 0.05, ForkProfiler.OTHERS_PROCESSORS, 3.2), 100, 100)));
        assertNull(Doubts.ofLibrary(fork(Map.of(ForkProfiler.OTHERS, 0.01, ForkProfiler.OTHERS_PROCESSORS, 0.64), 100, 100)));
    }

    @Test
    void whereTheSystemTellsNothingNothingSpeaksAgainstAFork() {
        assertNull(Doubts.of(fork(Map.of(), 100, 100), N));
        assertNull(Doubts.ofLibrary(fork(Map.of(), 100, 100)));
    }

    @Test
    void whatIsInDoubtIsRunOnceMoreAfterALongerWarmUp() throws Exception {
        List<Integer> warmUps = new ArrayList<>();
        RunResult slow = fork(NO_GARBAGE, 1_000, 100), second = fork(NO_GARBAGE, 1_000, 100), good = fork(NO_GARBAGE, 100, 100);
        assertSame(second, Doubts.measure(millis -> warmUps.add(millis) && warmUps.size() == 1 ? slow : second, 10,
                result -> Doubts.of(result, N)));
        assertEquals(List.of(10, 10 * Doubts.LONGER), warmUps);
        warmUps.clear();
        assertSame(good, Doubts.measure(millis -> warmUps.add(millis) ? good : slow, 10, result -> Doubts.of(result, N)));
        assertEquals(List.of(10), warmUps);
    }

    private static RunResult disturbed(double running, double jvm, double others) {
        return fork(Map.of(ForkProfiler.RUNNING, running, ForkProfiler.JVM, jvm, ForkProfiler.OTHERS, others),
                100, 100, 100);
    }
}
