package org.lanewise.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What a rule gets from its first step on.
 *
 * @param tensors for each element where it starts, and a gradient for each step
 * @param learningRates a learning rate for each step; the rule's where empty
 */
record Gradients(List<TensorNumbers> tensors, List<Optional<Double>> learningRates) {
    /** Tensors of these shapes, each with magnitudes of its own. */
    static Gradients random(List<long[]> shapes, int steps, RandomGenerator random) {
        List<TensorNumbers> tensors = new ArrayList<>();
        for (long[] shape : shapes) {
            Scale scale = Scale.ofTensor(random, Planes.size(shape));
            List<float[]> elements = new ArrayList<>();
            for (int i = 0; i < scale.size(); i++) {
                elements.add(element(random, steps, scale));
            }
            tensors.add(new TensorNumbers(shape, elements));
        }
        List<Optional<Double>> rates = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            rates.add(Situation.learningRate(random));
        }
        return new Gradients(tensors, rates);
    }

    /** {@return where an element starts, and its gradients} */
    static float[] element(RandomGenerator random, int steps, Scale scale) {
        float[] element = new float[1 + steps];
        element[0] = Scale.number(random, scale.w());
        for (int k = 1; k < element.length; k++) {
            element[k] = Scale.number(random, scale.g());
        }
        return element;
    }

    int steps() {
        return learningRates.size();
    }

    List<long[]> shapes() {
        return tensors.stream().map(TensorNumbers::shape).toList();
    }

    /** {@return where each tensor starts} */
    List<float[]> start() {
        return tensors.stream().map(tensor -> tensor.plane(0)).toList();
    }

    /** {@return the gradients of a step from 1, by tensor} */
    List<float[]> at(int step) {
        return tensors.stream().map(tensor -> tensor.plane(step)).toList();
    }

    /** {@return these of other tensors} */
    Gradients of(List<TensorNumbers> others) {
        return new Gradients(others, learningRates);
    }

    /** {@return these with every number replaced} */
    Gradients map(FloatArrays.Map map) {
        return of(tensors.stream().map(tensor -> tensor.map(map)).toList());
    }

    /** {@return these with 1 instead of zeros, so that no quotient without epsilon is 0/0} */
    Gradients withoutZeros() {
        return map(x -> x == 0 ? 1 : x);
    }

    /** {@return the first steps} */
    Gradients upTo(int steps) {
        return new Gradients(tensors, learningRates.subList(0, Math.min(steps, steps())));
    }

    /** {@return the same steps with the rule's learning rate} */
    Gradients withOwnLearningRates() {
        return new Gradients(tensors, learningRates.stream().map(_ -> Optional.<Double>empty()).toList());
    }

    /** {@return gradients of the same signs, each by this factor larger than the one before} */
    Gradients growing(double factor) {
        return of(tensors.stream().map(tensor -> tensor.mapElements(element -> {
            float[] growing = element.clone();
            for (int k = 2; k < growing.length; k++) {
                growing[k] = Math.copySign((float) (growing[k - 1] * factor), growing[k]);
            }
            return growing;
        })).toList());
    }

    @Override
    public String toString() {
        String rates = learningRates.stream().map(rate -> rate.map(Object::toString).orElse("-")).collect(Collectors.joining(", "));
        String used = tensors.stream().map(tensor -> tensor.mapElements(element -> Arrays.copyOf(element, 1 + steps())).toString())
                .collect(Collectors.joining(", "));
        return steps() + " steps with learning rates " + rates + " from and by " + used;
    }
}
