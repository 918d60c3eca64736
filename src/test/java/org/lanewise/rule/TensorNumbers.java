package org.lanewise.rule;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Numbers of one tensor, in the order of its elements.
 *
 * @param shape the tensor's
 * @param elements for each element the same number of them
 */
record TensorNumbers(long[] shape, List<float[]> elements) {
    int size() {
        return elements.size();
    }

    /** {@return the number of this index, of all elements} */
    float[] plane(int index) {
        float[] plane = new float[elements.size()];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = elements.get(i)[index];
        }
        return plane;
    }

    /** {@return these with every number replaced} */
    TensorNumbers map(FloatArrays.Map map) {
        return mapElements(element -> FloatArrays.map(element, map));
    }

    /** {@return these with every element replaced} */
    TensorNumbers mapElements(UnaryOperator<float[]> map) {
        return new TensorNumbers(shape, elements.stream().map(map).toList());
    }

    /** {@return a vector of other elements of this} */
    TensorNumbers vectorOf(int size, IntFunction<float[]> element) {
        return new TensorNumbers(new long[] {size}, IntStream.range(0, size).mapToObj(element).toList());
    }

    @Override
    public String toString() {
        return Arrays.toString(shape) + elements.stream().map(Arrays::toString).collect(Collectors.joining(", ", "{", "}"));
    }
}
