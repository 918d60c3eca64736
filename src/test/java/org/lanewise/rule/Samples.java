package org.lanewise.rule;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;
import net.jqwik.api.Tuple;
import org.lanewise.Rule;
import org.lanewise.generators.ShrinkableFloat;

/** What jqwik makes for rules: shrinks to one tensor, one element, one step, the rule's own learning rate, zeros and ones. */
final class Samples {
    /** Some vectors of every width and a tail. */
    private static final int MOST_ELEMENTS = 75;

    private static final int MOST_STEPS = 50;
    private static final int MOST_STEPS_OF_TENSORS = 30;

    private Samples() {}

    /** {@return steps after the first, from any states, for the cases of a contract: of one vector, of tensors, or of either} */
    static Arbitrary<Situation> situations(RuleContract<?> contract) {
        return contract.wholeTensorCases().isEmpty() ? vectorSituations(contract) : contract.elementCases().isEmpty()
                ? tensorSituations(contract) : Arbitraries.oneOf(vectorSituations(contract), tensorSituations(contract));
    }

    /** {@return those of one vector whose elements have magnitudes of their own} */
    static Arbitrary<Situation> vectorSituations(RuleContract<?> contract) {
        return situations(vectors(random -> Situation.element(contract, random, Scale.ofElement(random))));
    }

    private static Arbitrary<Situation> tensorSituations(RuleContract<?> contract) {
        return situations(tensors(far(), scale -> random -> Situation.element(contract, random, scale)));
    }

    private static Arbitrary<Situation> situations(Arbitrary<List<TensorNumbers>> tensors) {
        return Combinators.combine(tensors, Arbitraries.longs().between(2, 9), learningRates()).as(Situation::new);
    }

    /** {@return steps from the first for the cases of a contract: of one vector, of tensors, or of either} */
    static Arbitrary<Gradients> gradients(RuleContract<?> contract) {
        Arbitrary<Gradients> ofVectors = ofVectors(MOST_STEPS);
        Arbitrary<Gradients> ofTensors = gradients(MOST_STEPS_OF_TENSORS, tensors(far(), tensorsElement(MOST_STEPS_OF_TENSORS)));
        return contract.wholeTensorCases().isEmpty() ? ofVectors : contract.elementCases().isEmpty() ? ofTensors
                : Arbitraries.oneOf(ofVectors, ofTensors);
    }

    /** {@return steps of one vector from the first, parameters and gradients of one magnitude} */
    static Arbitrary<Gradients> ofVectors(int mostSteps) {
        return gradients(mostSteps, Arbitraries.integers().between(-10, 9).flatMap(exponent ->
                vectors(random -> Gradients.element(random, mostSteps, new Scale(exponent, exponent, 1)))));
    }

    /** {@return steps of tensors from the first, parameters and gradients of near magnitudes} */
    static Arbitrary<Gradients> ofTensors(int mostSteps) {
        return gradients(mostSteps, tensors(Arbitraries.just(Optional.empty()), tensorsElement(mostSteps)));
    }

    private static Function<Scale, Function<Random, float[]>> tensorsElement(int mostSteps) {
        return scale -> random -> Gradients.element(random, mostSteps, scale);
    }

    private static Arbitrary<Gradients> gradients(int mostSteps, Arbitrary<List<TensorNumbers>> tensors) {
        return Combinators.combine(tensors, learningRates().list().ofMinSize(1).ofMaxSize(mostSteps)
                .withSizeDistribution(RandomDistribution.uniform())).as(Gradients::new);
    }

    /** {@return a gradient's exponent far from the parameter's, in one of four tensors} */
    private static Arbitrary<Optional<Integer>> far() {
        return Arbitraries.integers().between(-50, 29).optional(0.25);
    }

    /** {@return a rule each of whose hyperparameters is that of some case; a rule that its constructor refuses is the plainest case} */
    static <R extends Rule> Arbitrary<R> mixed(RuleContract<R> contract) {
        int hyperparameters = contract.type().getRecordComponents().length;
        return Arbitraries.of(contract.cases()).list().ofSize(hyperparameters).map(cases -> mixed(contract, cases));
    }

    private static <R extends Rule> R mixed(RuleContract<R> contract, List<R> cases) {
        Object[] values = new Object[cases.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = RuleClasses.get(cases.get(i), contract.type().getRecordComponents()[i].getName());
        }
        try {
            return contract.type().cast(RuleClasses.of(contract.type(), values));
        } catch (IllegalArgumentException _) {
            return contract.cases().getFirst();
        }
    }

    /** {@return the rule's own, or another up to 1} */
    static Arbitrary<Optional<Double>> learningRates() {
        return Arbitraries.doubles().between(0, false, 1, true).ofScale(3).optional(0.25);
    }

    /** {@return shapes of few and more elements: vectors, matrices, matrices of matrices; rows and columns of one element too} */
    static Arbitrary<long[]> shapes() {
        Arbitrary<Long> few = Arbitraries.longs().between(1, 9), more = Arbitraries.longs().between(1, 60);
        return Arbitraries.frequencyOf(
                Tuple.of(2, more.map(columns -> new long[] {columns})),
                Tuple.of(3, Combinators.combine(few, more).as((rows, columns) -> new long[] {rows, columns})),
                Tuple.of(1, Combinators.combine(few, few, few).as((count, rows, columns) -> new long[] {count, rows, columns})));
    }

    /** {@return parameters and gradients of a tensor, none of them 0} */
    static Arbitrary<TensorNumbers> nonZero(Arbitrary<long[]> shapes) {
        Arbitrary<Integer> exponents = Arbitraries.integers().between(-5, 9);
        return Combinators.combine(shapes, exponents, exponents).flatAs((shape, w, g) -> numbers(shape, random ->
                Gradients.element(random, 1, new Scale(w, g, Planes.size(shape))))).map(tensor -> tensor.map(x -> x == 0 ? 1 : x));
    }

    private static Arbitrary<TensorNumbers> numbers(long[] shape, Function<Random, float[]> element) {
        return Arbitraries.<float[]>fromGenerator(random -> new Element(element.apply(random))).list().ofSize(Planes.size(shape))
                .map(elements -> new TensorNumbers(shape, elements));
    }

    private static Arbitrary<List<TensorNumbers>> tensors(
            Arbitrary<Optional<Integer>> far, Function<Scale, Function<Random, float[]>> element) {
        Arbitrary<Integer> exponents = Arbitraries.integers().between(-20, 14), near = Arbitraries.integers().between(-4, 8);
        return Combinators.combine(shapes(), exponents, near, far).flatAs((shape, w, g, farG) ->
                numbers(shape, element.apply(new Scale(w, farG.orElse(w + g), Planes.size(shape)))))
                .list().ofMinSize(1).ofMaxSize(3);
    }

    private static Arbitrary<List<TensorNumbers>> vectors(Function<Random, float[]> element) {
        return Arbitraries.<float[]>fromGenerator(random -> new Element(element.apply(random)))
                .list().ofMinSize(1).ofMaxSize(MOST_ELEMENTS).withSizeDistribution(RandomDistribution.uniform())
                .map(elements -> List.of(new TensorNumbers(new long[] {elements.size()}, elements)));
    }

    /** The numbers of one element, each of which shrinks by itself; what is not negative stays so. */
    private record Element(float[] numbers) implements Shrinkable<float[]> {
        @Override
        public float[] value() {
            return numbers.clone();
        }

        @Override
        public Stream<Shrinkable<float[]>> shrink() {
            return IntStream.range(0, numbers.length).boxed().flatMap(k -> ShrinkableFloat.simpler(numbers[k])
                    .filter(simpler -> simpler >= 0 || numbers[k] < 0).map(simpler -> {
                        float[] others = numbers.clone();
                        others[k] = simpler;
                        return new Element(others);
                    }));
        }

        @Override
        public ShrinkingDistance distance() {
            long sum = 0;
            for (float x : numbers) {
                sum += ShrinkableFloat.rank(x);
            }
            return ShrinkingDistance.of(sum);
        }
    }
}
