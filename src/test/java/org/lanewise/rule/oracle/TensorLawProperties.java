package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;

/** What holds exactly for rules that look at whole tensors, and how far their steps go. Bits are compared where nothing else is said. */
class TensorLawProperties {
    private static final int STEPS = 4;
    private static final List<long[]> SHAPES = TensorTrial.SHAPES;

    /** Parameters and gradients of a store. */
    private record Numbers(List<float[]> start, List<List<float[]>> gradients) {
        /** Without zeros, so that no quotient without epsilon is 0/0. */
        static Numbers random(SplittableRandom random, List<long[]> shapes) {
            List<float[]> start = new ArrayList<>();
            List<List<float[]>> gradients = new ArrayList<>();
            for (long[] shape : shapes) {
                int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b), exponent = random.nextInt(-8, 9);
                start.add(nonZero(random, random.nextInt(-8, 9), size));
                List<float[]> ofTensor = new ArrayList<>();
                for (int i = 0; i < STEPS; i++) {
                    ofTensor.add(nonZero(random, exponent, size));
                }
                gradients.add(ofTensor);
            }
            return new Numbers(start, gradients);
        }

        private static float[] nonZero(SplittableRandom random, int exponent, int size) {
            float[] numbers = Planes.numbers(random, exponent, size);
            for (int i = 0; i < size; i++) {
                numbers[i] = numbers[i] == 0 ? Math.scalb(1f, exponent) : numbers[i];
            }
            return numbers;
        }

        /** {@return these with another start of one tensor} */
        Numbers withStart(int tensor, float[] other) {
            List<float[]> starts = new ArrayList<>(start);
            starts.set(tensor, other);
            return new Numbers(starts, gradients);
        }

        /** {@return these with other gradients of one tensor} */
        Numbers withGradients(int tensor, List<float[]> other) {
            List<List<float[]>> all = new ArrayList<>(gradients);
            all.set(tensor, other);
            return new Numbers(start, all);
        }

        /** {@return all planes of all tensors after the steps} */
        List<float[][]> after(Rule rule, List<long[]> shapes) {
            TensorRun run = new TensorRun(rule, shapes);
            for (int k = 0; k < shapes.size(); k++) {
                run.tensor(k).parameter().copyFrom(start.get(k));
            }
            for (int i = 0; i < STEPS; i++) {
                for (int k = 0; k < shapes.size(); k++) {
                    run.tensor(k).gradient().copyFrom(gradients.get(k).get(i));
                }
                run.optimizer().step();
            }
            List<float[][]> after = new ArrayList<>();
            for (int k = 0; k < shapes.size(); k++) {
                after.add(run.planes(k));
            }
            return after;
        }
    }

    private static void assertSame(float[][] expected, float[][] actual, Object message) {
        assertEquals(expected.length, actual.length);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], actual[k], message::toString);
        }
    }

    private static float[] scaled(float[] numbers, float factor) {
        float[] scaled = new float[numbers.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = numbers[i] * factor;
        }
        return scaled;
    }

    private static float[] filled(int size, float value) {
        float[] filled = new float[size];
        Arrays.fill(filled, value);
        return filled;
    }

    @Property(tries = 5)
    void aTensorStepsAmongOthersInAnyOrderAsItDoesAlone(@ForAll long seed) {
        Numbers numbers = Numbers.random(new SplittableRandom(seed), SHAPES);
        Numbers reversed = new Numbers(numbers.start().reversed(), numbers.gradients().reversed());
        for (TensorCase rule : TensorCases.all()) {
            List<float[][]> together = numbers.after(rule.rule(), SHAPES);
            List<float[][]> backwards = reversed.after(rule.rule(), SHAPES.reversed()).reversed();
            for (int k = 0; k < SHAPES.size(); k++) {
                Numbers one = new Numbers(numbers.start().subList(k, k + 1), numbers.gradients().subList(k, k + 1));
                assertSame(together.get(k), one.after(rule.rule(), SHAPES.subList(k, k + 1)).getFirst(), rule);
                assertSame(together.get(k), backwards.get(k), rule);
            }
        }
    }

    @Property(tries = 3)
    void hostileGradientsOfATensorLeaveAllOthersAlone(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Numbers numbers = Numbers.random(random, SHAPES);
        int hostile = random.nextInt(SHAPES.size()), size = numbers.start().get(hostile).length;
        for (TensorCase rule : TensorCases.all()) {
            List<float[][]> expected = numbers.after(rule.rule(), SHAPES);
            for (float value : new float[] {0, -0f, 1e-30f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NaN}) {
                List<float[]> gradients = new ArrayList<>(numbers.gradients().get(hostile));
                gradients.set(1, filled(size, value));
                gradients.set(2, gradients.get(2).clone());
                gradients.get(2)[random.nextInt(size)] = value;
                List<float[][]> actual = numbers.withGradients(hostile, gradients).after(rule.rule(), SHAPES);
                for (int k = 0; k < SHAPES.size(); k++) {
                    if (k != hostile) {
                        assertSame(expected.get(k), actual.get(k), rule + " with " + value);
                    }
                }
            }
        }
    }

    /** Without decay, as then only the gradient's direction counts; and without epsilon, so that nothing else has a size. */
    private static List<Rule> normalizing() {
        return List.of(new Lars(0.1).withWeightDecay(0), new Lars(0.1).withWeightDecay(0).withNesterov(true).withTrustCoefficient(0.3),
                new Lamb(0.01).withEpsilon(0), new Lamb(0.01).withEpsilon(0).withTrustBounds(0.1, 2).withBiasCorrection(false),
                new NovoGrad(0.01).withEpsilon(0), new NovoGrad(0.01).withEpsilon(0).withWeightDecay(0.1).withGradientAveraging(true),
                new AdamW(0.01).withEpsilon(0).withUpdateClipping(true),
                new Adafactor(0.01).withEpsilons(0, 1e-3));
    }

    @Property(tries = 5)
    void scalingTheGradientsOfATensorByAPowerOfTwoMovesNothingElsewhere(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Numbers numbers = Numbers.random(random, SHAPES);
        int tensor = random.nextInt(SHAPES.size()), exponent = random.nextInt(-20, 21);
        List<float[]> gradients = numbers.gradients().get(tensor).stream().map(g -> scaled(g, Math.scalb(1f, exponent))).toList();
        for (Rule rule : normalizing()) {
            List<float[][]> expected = numbers.after(rule, SHAPES);
            List<float[][]> actual = numbers.withGradients(tensor, gradients).after(rule, SHAPES);
            for (int k = 0; k < SHAPES.size(); k++) {
                assertArrayEquals(expected.get(k)[0], actual.get(k)[0], rule::toString);
            }
        }
    }

    /** With decay too: all of {@code w}, {@code g}, {@code v} and what is divided by have a unit, and so has the result. */
    @Property(tries = 5)
    void scalingParametersAndGradientsByAPowerOfTwoScalesLars(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Numbers numbers = Numbers.random(random, SHAPES);
        int tensor = random.nextInt(SHAPES.size());
        float factor = Math.scalb(1f, random.nextInt(-20, 21));
        List<float[]> gradients = numbers.gradients().get(tensor).stream().map(g -> scaled(g, factor)).toList();
        for (Rule rule : List.of(new Lars(0.1), new Lars(0.1).withWeightDecay(0.3).withNesterov(true))) {
            float[][] expected = numbers.after(rule, SHAPES).get(tensor);
            Numbers other = numbers.withStart(tensor, scaled(numbers.start().get(tensor), factor)).withGradients(tensor, gradients);
            float[][] actual = other.after(rule, SHAPES).get(tensor);
            assertArrayEquals(scaled(expected[0], factor), actual[0], rule::toString);
            assertArrayEquals(scaled(expected[2], factor), actual[2], rule::toString);
        }
    }

    @Property(tries = 5)
    void negatingParametersAndGradientsNegatesParameters(@ForAll long seed) {
        Numbers numbers = Numbers.random(new SplittableRandom(seed), SHAPES);
        Numbers mirrored = new Numbers(numbers.start().stream().map(w -> scaled(w, -1)).toList(),
                numbers.gradients().stream().map(rows -> rows.stream().map(g -> scaled(g, -1)).toList()).toList());
        for (TensorCase rule : TensorCases.all()) {
            List<float[][]> expected = numbers.after(rule.rule(), SHAPES), actual = mirrored.after(rule.rule(), SHAPES);
            for (int k = 0; k < SHAPES.size(); k++) {
                assertArrayEquals(expected.get(k)[0], scaled(actual.get(k)[0], -1), rule::toString);
            }
        }
    }

    /**
     * The distance is known exactly. What the library moves by is further from it than the two-norm of all errors of {@code w} by no more
     * than the triangle inequality allows, which is nothing.
     */
    private static void assertMovesBy(double distance, TensorCase rule, long[] shape, float[][] before) {
        double[][] x = TensorComparison.widened(before);
        double learningRate = rule.rule().learningRate();
        double[] errors = rule.bound().errors(shape, x, rule.oracle().step(shape, x, 1, learningRate), 1, learningRate)[0];
        double[] after = TensorComparison.widened(TensorTrial.library(rule.rule(), List.<long[]>of(shape))
                .step(List.<float[][]>of(before), 1, learningRate).getFirst())[0];
        double[] move = new double[x[0].length];
        for (int i = 0; i < move.length; i++) {
            move[i] = after[i] - x[0][i];
        }
        double allowed = Bound.SLACK * TensorOracle.norm(errors), moved = TensorOracle.norm(move);
        assertTrue(Math.abs(moved - distance) <= allowed, () -> rule + " moved by " + moved + ", expected " + distance + " +- " + allowed);
    }

    private static void assertMovesBy(double distance, TensorCase rule, float[] w, float[] g) {
        long[] shape = {w.length};
        float[][] before = rule.zeros(shape);
        before[0] = w;
        before[1] = g;
        assertMovesBy(distance, rule, shape, before);
    }

    private static TensorCase lamb(Lamb rule) {
        return new TensorCase(rule, TensorOracle.of(rule), TensorBound.of(rule));
    }

    private static TensorCase lars(Lars rule) {
        return new TensorCase(rule, TensorOracle.of(rule), TensorBound.of(rule));
    }

    /** Whatever gradient, decay and corrections are; with bounds, by the nearest length that they allow. */
    @Property(tries = 20)
    void lambMovesATensorByTheLearningRateTimesItsLength(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] w = Planes.numbers(random, random.nextInt(-9, 10), 75), g = Planes.numbers(random, random.nextInt(-9, 10), 75);
        double length = TensorOracle.norm(TensorComparison.widened(new float[][] {w})[0]);
        for (Lamb rule : List.of(new Lamb(0.25), new Lamb(0.25).withWeightDecay(0.3), new Lamb(0.25).withBiasCorrection(false))) {
            assertMovesBy(0.25 * length, lamb(rule), w, g);
            assertMovesBy(0.25 * length / 2, lamb(rule.withTrustBounds(0, length / 2)), w, g);
            assertMovesBy(0.25 * length * 2, lamb(rule.withTrustBounds(length * 2, length * 3)), w, g);
        }
    }

    @Property(tries = 20)
    void larsMovesATensorByItsTrustCoefficientTimesItsLength(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] w = Planes.numbers(random, random.nextInt(-9, 10), 75), g = Planes.numbers(random, random.nextInt(-9, 10), 75);
        double length = TensorOracle.norm(TensorComparison.widened(new float[][] {w})[0]);
        assertMovesBy(0.25 * 0.3 * length, lars(new Lars(0.25).withTrustCoefficient(0.3).withWeightDecay(0)), w, g);
    }

    /**
     * With squares of the first gradient as probabilities {@code p}, {@code u^2} is {@code p / (p of the row, p of the column)}; that adds
     * up to at least 1 in each column. So with 5 rows RMS(u) is at least {@code sqrt(1 / 5)}, which is above the threshold.
     */
    @Property(tries = 20)
    void adafactorMovesATensorByAPartOfItsSize(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Adafactor rule = new Adafactor(0.25).withClippingThreshold(0.4);
        TensorCase one = new TensorCase(rule, FactoredOracle.of(rule), FactoredBound.of(rule));
        long[] shape = {5, 15};
        float[] w = Planes.numbers(random, random.nextInt(-5, 10), 75);
        float[][] before = one.zeros(shape);
        before[0] = w;
        before[1] = Planes.numbers(random, random.nextInt(-5, 10), 75);
        double length = TensorOracle.norm(TensorComparison.widened(before)[0]);
        assertMovesBy(0.25 * length * 0.4, one, shape, before);
    }

    /** Learning rate and decay are powers of two, and the gradient is one, so that nothing is rounded. */
    @Test
    void whereANormIsZeroTrustIsOne() {
        float[] zeros = new float[5], ones = filled(5, 1), halves = filled(5, 0.5f);
        Lars lars = new Lars(0.25).withWeightDecay(0.5).withTrustCoefficient(0.001);
        Lamb lamb = new Lamb(0.25).withWeightDecay(0.5).withEpsilon(0).withBetas(0, 0);
        assertArrayEquals(filled(5, -0.125f), afterOne(lars, zeros, halves));
        assertArrayEquals(filled(5, 0.875f), afterOne(lars, ones, zeros));
        assertArrayEquals(filled(5, -0.25f), afterOne(lamb, zeros, halves));
        assertArrayEquals(ones, afterOne(lamb.withEpsilon(1).withWeightDecay(0), ones, zeros));
        assertArrayEquals(zeros, afterOne(lamb.withEpsilon(1), zeros, zeros));
    }

    private static float[] afterOne(Rule rule, float[] w, float[] g) {
        TensorRun run = TensorRun.ofVector(rule, w);
        run.tensor(0).gradient().copyFrom(g);
        run.optimizer().step();
        return run.planes(0)[0];
    }

    /**
     * Multiples of {@code 2^-12} have squares whose sum is exact in double in any order, so {@code v} is that sum rounded once. In float
     * each {@code 2^-24} is lost beside the 1.
     */
    @Property(tries = 10)
    void normsAreThoseOfExactSums(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int size : new int[] {1, 63, 64, 65, 2048, 2049, 16_384, 16_384 + 37, 40_000}) {
            float[] g = new float[size];
            double sum = 0;
            for (int i = 0; i < size; i++) {
                g[i] = i == 0 ? 1 : (float) (random.nextInt(3) - 1) * 0x1p-12f;
                sum += (double) g[i] * g[i];
            }
            TensorRun run = TensorRun.ofVector(new NovoGrad(0.5), new float[size]);
            run.tensor(0).gradient().copyFrom(g);
            run.optimizer().step();
            assertEquals((float) sum, run.tensor(0).state("v").get(0), "size " + size);
            assertLarsDividesBy(sum, g);
        }
    }

    /** The length of {@code w} is 4 and {@code v} starts at 0, so {@code v} is the product of two floats, rounded. */
    private static void assertLarsDividesBy(double sum, float[] g) {
        float[] w = new float[g.length];
        w[w.length - 1] = 4;
        float scale = (float) (0.5 * (4 / Math.sqrt(sum)));
        float[] expected = scaled(g, scale);
        TensorRun run = TensorRun.ofVector(new Lars(0.5).withTrustCoefficient(1).withWeightDecay(0), w);
        run.tensor(0).gradient().copyFrom(g);
        run.optimizer().step();
        assertArrayEquals(expected, run.planes(0)[2], "size " + g.length);
    }
}
