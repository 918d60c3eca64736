package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Optimizer;
import org.lanewise.Slice;
import org.lanewise.Tensor;

class WholeStepTest {
    private static final int EPOCHS = 6;
    private static final Digits.Split DIGITS = DigitsCsv.builtIn().split(1);
    private static final WholeStep WHOLE = new WholeStep(DIGITS, EPOCHS, 1);
    private static final AtomicInteger STEPS = new AtomicInteger();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void train() {
        WHOLE.saveHalfWay(folder);
        WHOLE.run(STEPS::incrementAndGet);
    }

    @Test
    void everyStepIsTold() {
        assertEquals(WHOLE.totalSteps(), STEPS.get());
        assertEquals(3 * EPOCHS * 45, STEPS.get());
    }

    /** One image of 360 is 0.28 %. */
    @Test
    void readsAsManyDigitsAsTheRuleAlone() {
        DemoResults.WholeResult result = WHOLE.result();
        assertTrue(result.averagedAccuracy() >= result.plainAccuracy() - 0.012, result::toString);
        assertTrue(result.accuracy() >= result.plainAccuracy() - 0.012, result::toString);
        assertTrue(result.averagedAccuracy() >= 0.95, result::toString);
    }

    @Test
    void averageHelpsOrTies() {
        DemoResults.WholeResult result = WHOLE.result();
        assertTrue(result.averagedAccuracy() >= result.accuracy() - 0.006, result::toString);
        List<WholeStep.Look> looks = WHOLE.course().looks();
        List<WholeStep.Look> second = looks.subList(looks.size() / 2, looks.size());
        double average = second.stream().mapToDouble(WholeStep.Look::average).average().orElseThrow();
        double parameters = second.stream().mapToDouble(WholeStep.Look::parameters).average().orElseThrow();
        assertTrue(average >= parameters - 0.002, () -> average + " instead of " + parameters);
    }

    @Test
    void twoThreadsLeaveTheBitsOfOne() {
        assertTrue(WHOLE.result().bitsEqual());
        assertEquals(2, WHOLE.result().threads());
    }

    @Test
    void anotherJvmGoesOnWithTheSameBits() throws IOException {
        assertEquals(Resumed.NOT_TRIED, WHOLE.result().resumed());
        WHOLE.resumeElsewhere(OneByOneTest.CLASS_PATH);
        assertEquals(Resumed.SAME_BITS, WHOLE.result().resumed());
    }

    @Test
    void anotherBitOfAnAverageIsNoticed() {
        Optimizer one = optimizer(), other = optimizer();
        assertTrue(Bits.equal(one, other, List.of("average")));
        Slice average = other.store().tensor("fc1.bias").state("average");
        average.set(3, Math.nextUp(average.get(3)));
        assertFalse(Bits.equal(one, other, List.of("average")));
    }

    @Test
    void rateWarmsUpAndFallsAndLongGradientsAreClipped() {
        WholeStep.Course course = WHOLE.course();
        double[] rate = course.learningRate();
        double highest = Arrays.stream(rate).max().orElseThrow();
        assertEquals(EPOCHS * 45, rate.length);
        assertEquals(0, rate[0]);
        assertEquals(WholeOptimizer.RULE.learningRate(), highest);
        assertEquals(highest, rate[rate.length / 10]);
        assertTrue(rate[rate.length - 1] < highest / 1000, () -> "last rate " + rate[rate.length - 1]);
        assertTrue(Arrays.stream(course.norm()).allMatch(norm -> norm > 0 && norm < 1e3));
        long longer = Arrays.stream(course.norm()).filter(norm -> norm > course.largestNorm()).count();
        assertTrue(longer > 0);
        assertEquals(longer, WHOLE.result().clipped());
    }

    @Test
    void aStepClearsGradientsAndDecaysWeightsOnly() {
        Network network = new Network(1, 16);
        Tensor weight = network.store().tensor("fc1.weight"), bias = network.store().tensor("fc1.bias");
        bias.parameter().set(0, 1);
        float before = weight.parameter().get(0);
        try (Optimizer optimizer = WholeStep.optimizer(network.store(), 10, 2)) {
            for (int i = 0; i < 3; i++) {
                optimizer.step();
            }
            assertTrue(Math.abs(weight.parameter().get(0)) < Math.abs(before));
            assertEquals(1, bias.parameter().get(0));
            optimizer.step(() -> network.gradient(DIGITS.test()));
            assertEquals(0, weight.gradient().get(0));
            assertEquals(0, bias.gradient().get(0));
        }
    }

    @Test
    void trainingEndsWhereTheLastLookWas() {
        WholeStep.Look last = WHOLE.course().looks().getLast();
        assertEquals(EPOCHS * 45, last.steps());
        int[] guesses = WHOLE.guesses();
        long right = IntStream.range(0, guesses.length).filter(i -> guesses[i] == DIGITS.test().labels()[i]).count();
        assertEquals(last.average(), (double) right / guesses.length);
        assertArrayEquals(guesses, WHOLE.guesses());
    }

    private static Optimizer optimizer() {
        Network network = new Network(1, 16);
        Optimizer optimizer = WholeStep.optimizer(network.store(), 10, 1);
        optimizer.step(() -> network.gradient(DIGITS.test()));
        return optimizer;
    }
}
