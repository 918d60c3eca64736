package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.lanewise.Rule;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Sgd;

/** What holds exactly, for every rule of the table it holds for. Bits are compared; zeros by value where a sign may change. */
class LawProperties {
    private static final int STEPS = 6;

    private static float[][] gradients(SplittableRandom random, int size) {
        float[][] gradients = new float[STEPS][];
        Arrays.setAll(gradients, _ -> Planes.numbers(random, 2, size));
        return gradients;
    }

    /** {@return all planes after these steps from the rule's first states} */
    private static float[][] planesAfter(Rule rule, float[] start, float[][] gradients) {
        Run run = new Run(rule, start);
        for (float[] g : gradients) {
            run.step(g);
        }
        return run.planes();
    }

    private static void assertSame(float[] expected, float[] actual, Object rule) {
        assertArrayEquals(expected, actual, rule::toString);
    }

    private static void assertSame(float[][] expected, float[][] actual, Object rule) {
        assertEquals(expected.length, actual.length);
        for (int k = 0; k < expected.length; k++) {
            assertSame(expected[k], actual[k], rule);
        }
    }

    private static void assertSameUpToSignsOfZeros(float[] expected, float[] actual, Object rule) {
        assertSame(withoutNegativeZeros(expected), withoutNegativeZeros(actual), rule);
    }

    private static float[] withoutNegativeZeros(float[] numbers) {
        return map(numbers, x -> x + 0.0f);
    }

    private static float[] negated(float[] numbers) {
        return map(numbers, x -> -x);
    }

    private static float[] scaled(float[] numbers, int exponent) {
        return map(numbers, x -> Math.scalb(x, exponent));
    }

    private static float[][] scaled(float[][] numbers, int exponent) {
        return Arrays.stream(numbers).map(row -> scaled(row, exponent)).toArray(float[][]::new);
    }

    private interface FloatMap {
        float apply(float x);
    }

    private static float[] map(float[] numbers, FloatMap map) {
        float[] mapped = new float[numbers.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = map.apply(numbers[i]);
        }
        return mapped;
    }

    /**
     * Holds where the formula says so for a parameter of 1: not with decay, and not where 0/0 is. A zero may become the other zero. FTRL
     * does not keep parameters that its sums do not know of, the schedule-free rules do not start from a {@code z} of 0.
     */
    @Property(tries = 20)
    void zeroGradientAndZeroStateLeaveAnyParameterAlone(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Class<?>> tried = new HashSet<>();
        for (RuleCase rule : RuleCases.all()) {
            double[] zero = new double[2 + rule.rule().states().size()];
            zero[0] = 1;
            if (rule.oracle().step(zero, 2, 1)[0] == 1) {
                float[] start = map(new float[70], _ -> Float.intBitsToFloat(random.nextInt()));
                float[][] gradients = {new float[70], negated(new float[70])};
                assertSameUpToSignsOfZeros(start, planesAfter(rule.rule(), start, gradients)[0], rule);
                tried.add(rule.rule().getClass());
            }
        }
        Set<Class<?>> all = RuleCases.all().stream().map(rule -> rule.rule().getClass()).collect(Collectors.toSet());
        all.removeAll(Set.of(Ftrl.class, ScheduleFreeAdamW.class, ScheduleFreeSgd.class));
        assertEquals(all, tried);
    }

    /** Rounding to nearest is symmetric. Only {@code x - x} is +0 with either sign, so zeros are compared by value. */
    @Property(tries = 20)
    void negatingParametersGradientsAndOddStatesNegatesTheResult(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            float[][] planes = Planes.random(rule.rule(), random, 70);
            float[][] mirrored = planes.clone();
            for (int k = 0; k < planes.length; k++) {
                mirrored[k] = rule.isOdd(k) ? negated(planes[k]) : planes[k];
            }
            float[][] after = new Run(rule.rule(), 70).skipTo(2).set(planes).step(planes[1]).step(planes[1]).planes();
            float[][] other = new Run(rule.rule(), 70).skipTo(2).set(mirrored).step(mirrored[1]).step(mirrored[1]).planes();
            for (int k = 0; k < planes.length; k++) {
                assertSameUpToSignsOfZeros(rule.isOdd(k) ? negated(after[k]) : after[k], other[k], rule);
            }
        }
    }

    private static boolean normalizesTheGradient(Rule rule) {
        return switch (rule) {
            case Adam adam -> adam.epsilon() == 0 && adam.epsilonRoot() == 0 && adam.weightDecay() == 0;
            case AdamW adamW -> adamW.epsilon() == 0 && adamW.epsilonRoot() == 0;
            case NAdam nAdam -> nAdam.epsilon() == 0 && nAdam.weightDecay() == 0;
            case Adamax adamax -> adamax.epsilon() == 0 && adamax.weightDecay() == 0;
            case Adagrad adagrad -> adagrad.epsilon() == 0 && adagrad.weightDecay() == 0 && adagrad.initialAccumulator() == 0;
            case RmsProp rmsProp -> rmsProp.epsilon() == 0 && rmsProp.weightDecay() == 0 && rmsProp.initialAccumulator() == 0;
            case Rprop _ -> true;
            default -> PaperCases.normalizesTheGradient(rule);
        };
    }

    @Property(tries = 10)
    void scalingTheGradientByPowersOfTwoLeavesNormalizingRulesAlone(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase one : RuleCases.all()) {
            if (normalizesTheGradient(one.rule())) {
                float[] start = Planes.numbers(random, -2, 70);
                float[][] gradients = gradients(random, 70);
                float[] expected = planesAfter(one.rule(), start, gradients)[0];
                float[] actual = planesAfter(one.rule(), start, scaled(gradients, random.nextInt(-25, 26)))[0];
                assertSame(expected, actual, one);
            }
        }
    }

    private static boolean isLinear(Rule rule) {
        return rule instanceof GradientDescent || rule instanceof Momentum || rule instanceof Nesterov || rule instanceof Sgd
                || rule instanceof ScheduleFreeSgd
                || rule instanceof Asgd;
    }

    @Property(tries = 10)
    void scalingParametersAndGradientsByPowersOfTwoScalesLinearRules(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            if (isLinear(rule.rule())) {
                float[] start = Planes.numbers(random, 0, 70);
                float[][] gradients = gradients(random, 70);
                int exponent = random.nextInt(-30, 31);
                float[][] expected = scaled(planesAfter(rule.rule(), start, gradients), exponent);
                float[][] actual = planesAfter(rule.rule(), scaled(start, exponent), scaled(gradients, exponent));
                assertSame(expected, actual, rule);
            }
        }
    }

    @Property(tries = 10)
    void twoStoresSplitAnywhereAreOne(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            int size = random.nextInt(1, 70);
            int split = random.nextInt(size + 1);
            float[] start = Planes.numbers(random, 0, size);
            float[][] gradients = gradients(random, size);
            float[][] expected = planesAfter(rule.rule(), start, gradients);
            float[][] first = planesAfter(rule.rule(), Arrays.copyOf(start, split), cut(gradients, 0, split));
            float[][] second = planesAfter(rule.rule(), Arrays.copyOfRange(start, split, size), cut(gradients, split, size));
            assertSame(cut(expected, 0, split), first, rule);
            assertSame(cut(expected, split, size), second, rule);
        }
    }

    private static float[][] cut(float[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(float[][]::new);
    }

    @Property(tries = 20)
    void permutingElementsCommutes(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (RuleCase rule : RuleCases.all()) {
            int size = random.nextInt(1, 70);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                order.add(i);
            }
            Collections.shuffle(order, new Random(random.nextLong()));
            float[] start = Planes.numbers(random, 0, size);
            float[][] gradients = gradients(random, size);
            float[][] expected = permuted(planesAfter(rule.rule(), start, gradients), order);
            float[][] actual = planesAfter(rule.rule(), permuted(new float[][] {start}, order)[0], permuted(gradients, order));
            assertSame(expected, actual, rule);
        }
    }

    private static float[][] permuted(float[][] rows, List<Integer> order) {
        float[][] permuted = new float[rows.length][order.size()];
        for (int k = 0; k < rows.length; k++) {
            for (int i = 0; i < order.size(); i++) {
                permuted[k][i] = rows[k][order.get(i)];
            }
        }
        return permuted;
    }

    @Property(tries = 20)
    void sgdWithoutOptionsIsGradientDescent(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double learningRate = random.nextDouble();
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = gradients(random, 70);
        float[] expected = planesAfter(new GradientDescent(learningRate), start, gradients)[0];
        assertSame(expected, planesAfter(new Sgd(learningRate), start, gradients)[0], "learning rate " + learningRate);
    }

    @Property(tries = 20)
    void asgdWithoutLambdaIsGradientDescentThatIsItsOwnAverage(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double learningRate = random.nextDouble();
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = gradients(random, 70);
        float[] expected = planesAfter(new GradientDescent(learningRate), start, gradients)[0];
        float[][] actual = planesAfter(new Asgd(learningRate).withLambda(0), start, gradients);
        assertSame(expected, actual[0], "learning rate " + learningRate);
        assertSame(expected, actual[2], "learning rate " + learningRate);
    }

    @Property(tries = 20)
    void adamWWithoutDecayIsAdam(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Adam adam = new Adam(random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble(), 0, random.nextBoolean());
        AdamW adamW = new AdamW(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), 0, adam.amsgrad());
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = gradients(random, 70);
        assertSame(planesAfter(adam, start, gradients), planesAfter(adamW, start, gradients), adam);
    }

    /** With a learning rate of 1/4 and a decay of 2 the parameter is halved, exactly, before it is moved as it would be from there. */
    @Property(tries = 20)
    void decoupledDecayShrinksTheParameterBeforeAnUndecayedStep(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = {Planes.numbers(random, 0, 70)};
        NAdam nAdam = new NAdam(0.25);
        RAdam rAdam = new RAdam(0.25);
        Rule[][] pairs = {{new AdamW(0.25).withWeightDecay(0), new AdamW(0.25).withWeightDecay(2)},
            {nAdam, nAdam.withWeightDecay(2).withDecoupledWeightDecay(true)},
            {rAdam, rAdam.withWeightDecay(2).withDecoupledWeightDecay(true)}};
        for (Rule[] pair : pairs) {
            assertSame(planesAfter(pair[0], scaled(start, -1), gradients), planesAfter(pair[1], start, gradients), pair[1]);
        }
    }

    /** Without memory {@code mu} is 0, and so is what is added for {@code m}; only a sum of two zeros may get another sign. */
    @Property(tries = 20)
    void nAdamWithoutMemoryIsAdamWithoutMemory(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = gradients(random, 70);
        float[] expected = planesAfter(new Adam(0.1).withBetas(0, 0), start, gradients)[0];
        assertSameUpToSignsOfZeros(expected, planesAfter(new NAdam(0.1).withBetas(0, 0), start, gradients)[0], "NAdam");
    }

    @Property(tries = 10)
    void rAdamDoesNotDivideInItsFirstFiveSteps(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RAdam rule = new RAdam(0.1);
        float[] start = Planes.numbers(random, 0, 70);
        float[][] gradients = gradients(random, 70);
        float[][] firstFive = Arrays.copyOf(gradients, 5);
        assertSame(planesAfter(rule, start, firstFive)[0], planesAfter(rule.withEpsilon(100), start, firstFive)[0], rule);
        float[] sixth = planesAfter(rule, start, gradients)[0];
        assertFalse(Arrays.equals(sixth, planesAfter(rule.withEpsilon(100), start, gradients)[0]), rule::toString);
    }

    /** {@code g^2} above {@code v} by 2 % lets {@code v} grow by far more than it is rounded. */
    @Property(tries = 10)
    void amsgradIsAdamWhileGradientsGrow(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Adam adam : List.of(new Adam(0.01), new Adam(0.01).withBetas(0.5, 0.9))) {
            float[] start = Planes.numbers(random, 0, 70);
            float[][] gradients = gradients(random, 70);
            for (int t = 1; t < STEPS; t++) {
                float[] last = gradients[t - 1];
                gradients[t] = map(last, x -> (float) (x * random.nextDouble(1.01, 2) * (random.nextBoolean() ? 1 : -1)));
            }
            float[][] expected = planesAfter(adam, start, gradients);
            float[][] actual = planesAfter(adam.withAmsgrad(true), start, gradients);
            assertSame(expected[0], actual[0], adam);
            assertSame(expected[3], actual[3], adam);
            assertSame(expected[3], actual[4], adam);
        }
    }
}
