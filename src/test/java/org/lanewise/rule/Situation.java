package org.lanewise.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.lanewise.Rule;

/**
 * What a rule starts a step from.
 *
 * @param tensors for each element parameter, gradient, and all states that the contract lists
 * @param step number of the step, from 2: the first has states of its own
 * @param learningRate learning rate of this step; the rule's if empty
 */
record Situation(List<TensorNumbers> tensors, long step, Optional<Double> learningRate) {
    /** Tensors of these shapes, each with magnitudes of its own, so that a number taken over another one is another number. */
    static Situation random(RuleContract<?> contract, List<long[]> shapes, RandomGenerator random) {
        List<TensorNumbers> tensors = new ArrayList<>();
        for (long[] shape : shapes) {
            int size = Planes.size(shape);
            Scale scale = Scale.ofTensor(random, size);
            List<float[]> elements = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                elements.add(element(contract, random, scale));
            }
            tensors.add(new TensorNumbers(shape, elements));
        }
        return new Situation(tensors, random.nextLong(2, 9), learningRate(random));
    }

    /** One vector whose elements have magnitudes of their own. */
    static Situation randomElements(RuleContract<?> contract, int size, RandomGenerator random) {
        List<float[]> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(element(contract, random, Scale.ofElement(random)));
        }
        TensorNumbers vector = new TensorNumbers(new long[] {size}, elements);
        return new Situation(List.of(vector), random.nextLong(2, 9), learningRate(random));
    }

    /** {@return parameter, gradient and states of one element} */
    static float[] element(RuleContract<?> contract, RandomGenerator random, Scale scale) {
        float[] element = new float[2 + contract.facts().states().size()];
        element[0] = Scale.number(random, scale.w());
        element[1] = Scale.number(random, scale.g());
        for (int k = 2; k < element.length; k++) {
            element[k] = contract.facts().states().get(k - 2).values().next(random, scale);
        }
        return element;
    }

    /** {@return a learning rate below 1, or mostly none} */
    static Optional<Double> learningRate(RandomGenerator random) {
        return random.nextInt(4) == 0 ? Optional.of(random.nextDouble()) : Optional.empty();
    }

    List<long[]> shapes() {
        return tensors.stream().map(TensorNumbers::shape).toList();
    }

    /** {@return planes of all tensors as a rule keeps them} */
    <R extends Rule> List<float[][]> planes(RuleCase<R> rule) {
        return tensors.stream().map(tensor -> Planes.of(rule, tensor)).toList();
    }

    @Override
    public String toString() {
        return "step " + step + learningRate.map(rate -> " with learning rate " + rate).orElse("") + " from "
                + tensors.stream().map(TensorNumbers::toString).collect(Collectors.joining(", "));
    }
}
