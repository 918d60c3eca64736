package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ChangeTest {
    @Test
    void noiseIsTheErrorOfBothMedians() {
        Change change = change(row("Adam", 1, 0.01), 5, row("Adam", 1.1, 0.02), 20);
        assertEquals(2.576 * 1.2533 / 0.6745 * Math.hypot(0.01 / Math.sqrt(5), 0.02 / Math.sqrt(20)), change.noise(), 1e-12);
        assertEquals(1.1, change.ratio(), 1e-12);
    }

    @Test
    void onlyWhatExceedsTheNoiseIsCalledFasterOrSlower() {
        assertEquals("slower", change(row("Adam", 1, 0.01), 5, row("Adam", 1.04, 0.01), 5).word());
        assertEquals("faster", change(row("Adam", 1.04, 0.01), 5, row("Adam", 1, 0.01), 5).word());
        assertEquals("", change(row("Adam", 1, 0.01), 5, row("Adam", 1.02, 0.01), 5).word());
        assertFalse(change(row("Adam", 1, Double.NaN), 5, row("Adam", 9, 0.01), 5).isReal(), "nothing is known of the noise");
    }

    /** 20,000 pairs of 25 normal numbers about the same mean: 1 of 100 may be called different, with a third of that for chance. */
    @Test
    void ofCellsThatAreTheSameOneInAHundredIsCalledDifferent() {
        Random random = new Random(1);
        int forks = 25, trials = 20_000, different = 0;
        for (int i = 0; i < trials; i++) {
            different += change(measured(random, forks), forks, measured(random, forks), forks).isReal() ? 1 : 0;
        }
        double share = (double) different / trials;
        assertTrue(share > 0.0001 && share < 0.0133, "share called different: " + share);
    }

    @Test
    void rowsInDoubtAreNeitherComparedNorMissing() {
        Row busy = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, 9, 0.01, 28, 1, 1, null, Doubt.BUSY);
        Results first = results(1, row("Adam", 1, 0)), second = results(1, busy);
        assertEquals(List.of(), Change.between(first, second));
        assertEquals(List.of(), Change.missing(first, second));
    }

    @Test
    void whatIsShownAsOneIsNeitherFasterNorSlower() {
        assertEquals("", change(row("Adam", 1, 0), 5, row("Adam", 1.0004, 0), 5).word());
        assertEquals("slower", change(row("Adam", 1, 0), 5, row("Adam", 1.0006, 0), 5).word());
    }

    @Test
    void cellsOfOneResultOnlyAreNamed() {
        Results first = results(1, row("Adam", 1, 0), row("Lion", 1, 0)), second = results(1, row("Adam", 2, 0), row("Sgd", 1, 0));
        assertEquals(List.of("Adam"), Change.between(first, second).stream().map(change -> change.before().rule()).toList());
        assertEquals(List.of("Lion"), Change.missing(first, second).stream().map(Row::rule).toList());
        assertEquals(List.of("Sgd"), Change.missing(second, first).stream().map(Row::rule).toList());
    }

    private static Row measured(Random random, int count) {
        double[] sorted = DoubleStream.generate(() -> 1 + 0.01 * random.nextGaussian()).limit(count).toArray();
        Arrays.sort(sorted);
        double median = sorted[count / 2];
        return row("Adam", median, Math.max(sorted[3 * count / 4] - median, median - sorted[count / 4]));
    }

    private static Change change(Row before, int forksBefore, Row after, int forksAfter) {
        return Change.between(results(forksBefore, before), results(forksAfter, after)).getFirst();
    }

    private static Results results(int forks, Row... rows) {
        Results results = SyntheticResults.results(List.of(rows), List.of());
        return new Results(results.machine(), new Results.Settings(List.of("bench"), forks, 100, 3, 60, 1), results.rows(), List.of());
    }

    private static Row row(String rule, double ns, double error) {
        return new Row(rule, Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, ns, error, 28, 1, 1, null);
    }
}
