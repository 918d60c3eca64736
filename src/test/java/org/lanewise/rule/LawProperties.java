package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.lanewise.Rule;

/**
 * What holds exactly for rules that step each element by itself, for every case it holds for. A failure shrinks to the first of them in
 * the order of the table of rules. Bits are compared; zeros by value where a sign may change.
 */
class LawProperties {
    private static final int STEPS = 6;
    private static final int MOST_ELEMENTS = 75;

    @Provide
    Arbitrary<RuleCase<?>> cases() {
        return Arbitraries.of(elementCases().toList());
    }

    private static Stream<RuleCase<?>> elementCases() {
        return Contracts.cases().stream().filter(RuleCase::isByElement);
    }

    @Provide
    Arbitrary<Gradients> gradients() {
        return Samples.ofVectors(STEPS);
    }

    @Provide
    Arbitrary<Float> anyBits() {
        return Arbitraries.integers().map(Float::intBitsToFloat);
    }

    /** Where the formula says so for a parameter of 1: not with decay, and not where 0/0 is. */
    @Provide
    Arbitrary<RuleCase<?>> resting() {
        return Arbitraries.of(elementCases().filter(LawProperties::isResting).toList());
    }

    private static boolean isResting(RuleCase<?> one) {
        double[] zero = new double[2 + one.rule().states().size()];
        zero[0] = 1;
        return ((ElementOracle) one.oracle()).step(zero, 2, 1)[0] == 1;
    }

    /** A zero may become the other zero. */
    @Property(tries = 2000)
    void zeroGradientAndZeroStateLeaveAnyParameterAlone(
            @ForAll("resting") RuleCase<?> one, @ForAll @Size(min = 1, max = MOST_ELEMENTS) List<@From("anyBits") Float> parameters) {
        float[] start = new float[parameters.size()];
        IntStream.range(0, start.length).forEach(i -> start[i] = parameters.get(i));
        float[] zeros = new float[start.length];
        float[] after = new Run(one.rule(), start).step(zeros).step(FloatArrays.negated(zeros)).parameters();
        Laws.assertSameUpToSignsOfZeros(start, after);
    }

    @Example
    void everyRuleRestsThatSaysSo() {
        for (RuleContract<?> contract : Contracts.all()) {
            if (!contract.elementCases().isEmpty()) {
                assertEquals(contract.facts().rests(), contract.elementCases().stream().anyMatch(LawProperties::isResting),
                        contract.type()::getSimpleName);
            }
        }
    }

    /** A case, and what it starts a step from. */
    private record Started(RuleCase<?> one, Situation situation) {}

    @Provide
    Arbitrary<Started> started() {
        return cases().flatMap(one -> Samples.vectorSituations(one.contract()).map(situation -> new Started(one, situation)));
    }

    /** Rounding to nearest is symmetric. Only {@code x - x} is +0 with either sign, so zeros are compared by value. */
    @Property(tries = 2000)
    void negatingParametersGradientsAndOddStatesNegatesTheResult(@ForAll("started") Started started) {
        RuleCase<?> one = started.one;
        float[][] planes = started.situation.planes(one).getFirst(), mirrored = mirrored(one, planes);
        float[][] after = twoSteps(one.rule(), started.situation.step(), planes);
        float[][] other = twoSteps(one.rule(), started.situation.step(), mirrored);
        float[][] expected = mirrored(one, after);
        for (int k = 0; k < planes.length; k++) {
            Laws.assertSameUpToSignsOfZeros(expected[k], other[k]);
        }
    }

    private static float[][] mirrored(RuleCase<?> one, float[][] planes) {
        float[][] mirrored = planes.clone();
        for (int k = 0; k < planes.length; k++) {
            mirrored[k] = one.isOdd(k) ? FloatArrays.negated(planes[k]) : planes[k];
        }
        return mirrored;
    }

    private static float[][] twoSteps(Rule rule, long step, float[][] planes) {
        Run run = new Run(rule, planes[0]).skipTo(step).set(List.<float[][]>of(planes));
        return run.step(planes[1]).step(planes[1]).planes(0);
    }

    @Provide
    Arbitrary<Rule> normalizing() {
        return Arbitraries.of(Contracts.all().stream().<Rule>flatMap(contract -> contract.normalizing().stream())
                .filter(rule -> rule.measures().isEmpty()).toList());
    }

    @Property(tries = 500)
    void scalingTheGradientByPowersOfTwoLeavesNormalizingRulesAlone(@ForAll("normalizing") Rule rule,
            @ForAll("gradients") Gradients gradients, @ForAll @IntRange(min = -25, max = 25) int exponent) {
        Gradients some = gradients.withoutZeros();
        Gradients scaled = some.of(some.tensors().stream().map(tensor -> tensor.mapElements(element -> {
            float[] other = FloatArrays.scaled(element, exponent);
            other[0] = element[0];
            return other;
        })).toList());
        assertArrayEquals(Run.after(rule, some).parameters(), Run.after(rule, scaled).parameters());
    }

    @Provide
    Arbitrary<Rule> linear() {
        return Arbitraries.of(Contracts.all().stream().filter(contract -> contract.facts().isLinear())
                .<Rule>flatMap(contract -> contract.cases().stream()).toList());
    }

    @Property(tries = 500)
    void scalingParametersAndGradientsByPowersOfTwoScalesLinearRules(@ForAll("linear") Rule rule,
            @ForAll("gradients") Gradients gradients, @ForAll @IntRange(min = -30, max = 30) int exponent) {
        float[][] expected = Run.after(rule, gradients).planes(0);
        float[][] actual = Run.after(rule, gradients.map(x -> Math.scalb(x, exponent))).planes(0);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(FloatArrays.scaled(expected[k], exponent), actual[k]);
        }
    }

    @Property(tries = 1500)
    void twoStoresSplitAnywhereAreOne(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients,
            @ForAll @IntRange(max = MOST_ELEMENTS) int at) {
        TensorNumbers all = gradients.tensors().getFirst();
        int split = Math.min(at, all.size());
        float[][] expected = Run.after(one.rule(), gradients).planes(0);
        Gradients first = gradients.of(List.of(all.vectorOf(split, all.elements()::get)));
        Gradients second = gradients.of(List.of(all.vectorOf(all.size() - split, i -> all.elements().get(split + i))));
        Laws.assertSame(cut(expected, 0, split), Run.after(one.rule(), first).planes(0), one);
        Laws.assertSame(cut(expected, split, all.size()), Run.after(one.rule(), second).planes(0), one);
    }

    /** Steps follow from the states, the number of the step and the learning rates of this step and the one before. */
    @Property(tries = 500)
    void aTrainingThatIsResumedGoesOnAsIfItHadNotStopped(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients,
            @ForAll @IntRange(max = STEPS) int stop) {
        Laws.assertResumes(one.rule(), gradients, Math.min(stop, gradients.steps()));
    }

    private static float[][] cut(float[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(float[][]::new);
    }

    /** The order is that of keys, so that it shrinks to that of the elements. */
    @Property(tries = 1500)
    void permutingElementsCommutes(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients,
            @ForAll @Size(MOST_ELEMENTS) List<@IntRange(max = 99) Integer> keys) {
        TensorNumbers all = gradients.tensors().getFirst();
        int[] order = IntStream.range(0, all.size()).boxed().sorted(Comparator.comparing(keys::get)).mapToInt(i -> i).toArray();
        float[][] expected = Run.after(one.rule(), gradients).planes(0);
        Gradients permuted = gradients.of(List.of(all.vectorOf(all.size(), i -> all.elements().get(order[i]))));
        float[][] actual = Run.after(one.rule(), permuted).planes(0);
        for (int k = 0; k < expected.length; k++) {
            for (int i = 0; i < order.length; i++) {
                assertEquals(expected[k][order[i]], actual[k][i], one::toString);
            }
        }
    }
}
