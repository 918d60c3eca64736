package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.lanewise.Rule;

/** What holds exactly for rules that look at whole tensors. Bits are compared. */
class WholeTensorLawProperties {
    private static final int STEPS = 4;
    private static final int MOST_TENSORS = 3;

    @Provide
    Arbitrary<RuleCase<?>> cases() {
        return Arbitraries.of(Contracts.cases().stream().filter(one -> !one.isByElement()).toList());
    }

    /** Without zeros, so that no quotient without epsilon is 0/0. */
    @Provide
    Arbitrary<Gradients> gradients() {
        return Samples.ofTensors(STEPS).map(Gradients::withoutZeros);
    }

    @Property(tries = 220)
    void aTensorStepsAmongOthersInAnyOrderAsItDoesAlone(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients) {
        List<TensorNumbers> tensors = gradients.tensors();
        List<float[][]> together = Run.after(one.rule(), gradients).planes();
        List<float[][]> backwards = Run.after(one.rule(), gradients.of(tensors.reversed())).planes().reversed();
        for (int k = 0; k < tensors.size(); k++) {
            Laws.assertSame(together.get(k), Run.after(one.rule(), gradients.of(List.of(tensors.get(k)))).planes(0), one);
            Laws.assertSame(together.get(k), backwards.get(k), one);
        }
    }

    @Property(tries = 80)
    void aTrainingThatIsResumedGoesOnAsIfItHadNotStopped(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients,
            @ForAll @IntRange(max = STEPS) int stop) {
        Laws.assertResumes(one.rule(), gradients, Math.min(stop, gradients.steps()));
    }

    @Provide
    Arbitrary<Float> hostile() {
        return Arbitraries.of(0f, -0f, 1e-30f, 1e30f, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
    }

    /** In one step all gradients of the tensor are hostile, in another the first. */
    @Property(tries = 500)
    void hostileGradientsOfATensorLeaveAllOthersAlone(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients,
            @ForAll("hostile") float value, @ForAll @IntRange(max = MOST_TENSORS - 1) int index) {
        int hostile = Math.min(index, gradients.tensors().size() - 1);
        TensorNumbers some = gradients.tensors().get(hostile);
        List<float[]> elements = new ArrayList<>();
        for (float[] element : some.elements()) {
            float[] other = element.clone();
            other[1] = value;
            other[2] = elements.isEmpty() ? value : other[2];
            elements.add(other);
        }
        List<float[][]> expected = Run.after(one.rule(), gradients).planes();
        List<float[][]> actual = Run.after(one.rule(), with(gradients, hostile, new TensorNumbers(some.shape(), elements))).planes();
        for (int k = 0; k < expected.size(); k++) {
            if (k != hostile) {
                Laws.assertSame(expected.get(k), actual.get(k), one + " with " + value);
            }
        }
    }

    private static Gradients with(Gradients gradients, int tensor, TensorNumbers other) {
        List<TensorNumbers> tensors = new ArrayList<>(gradients.tensors());
        tensors.set(tensor, other);
        return gradients.of(tensors);
    }

    @Provide
    Arbitrary<Rule> normalizing() {
        return Arbitraries.of(Contracts.all().stream().<Rule>flatMap(contract -> contract.normalizing().stream())
                .filter(rule -> !rule.measures().isEmpty()).toList());
    }

    @Property(tries = 100)
    void scalingTheGradientsOfATensorByAPowerOfTwoMovesNothingElsewhere(@ForAll("normalizing") Rule rule,
            @ForAll("gradients") Gradients gradients, @ForAll @IntRange(min = -20, max = 20) int exponent,
            @ForAll @IntRange(max = MOST_TENSORS - 1) int index) {
        int scaled = Math.min(index, gradients.tensors().size() - 1);
        TensorNumbers other = gradients.tensors().get(scaled).mapElements(element -> {
            float[] numbers = FloatArrays.scaled(element, exponent);
            numbers[0] = element[0];
            return numbers;
        });
        List<float[][]> expected = Run.after(rule, gradients).planes();
        List<float[][]> actual = Run.after(rule, with(gradients, scaled, other)).planes();
        for (int k = 0; k < expected.size(); k++) {
            assertArrayEquals(expected.get(k)[0], actual.get(k)[0]);
        }
    }

    /** As by elements: only {@code x - x} is +0 with either sign, so zeros are compared by value. */
    @Property(tries = 220)
    void negatingParametersAndGradientsNegatesParameters(@ForAll("cases") RuleCase<?> one, @ForAll("gradients") Gradients gradients) {
        List<float[][]> expected = Run.after(one.rule(), gradients).planes();
        List<float[][]> actual = Run.after(one.rule(), gradients.map(x -> -x)).planes();
        for (int k = 0; k < expected.size(); k++) {
            Laws.assertSameUpToSignsOfZeros(expected.get(k)[0], FloatArrays.negated(actual.get(k)[0]));
        }
    }
}
