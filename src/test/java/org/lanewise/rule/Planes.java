package org.lanewise.rule;

import java.util.Arrays;
import java.util.List;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;

/** Planes of one tensor: 0 the parameters, 1 the gradients, then the states of a rule in its order, each as long as it is kept. */
final class Planes {
    /** One element, vector, row, column, rows longer and shorter than any vector, more than two dimensions. */
    static final List<long[]> SHAPES = List.of(new long[] {3, 5}, new long[] {64}, new long[] {1}, new long[] {7, 1}, new long[] {1, 9},
            new long[] {2, 3, 4}, new long[] {40, 33});

    /** Longer than a block of 16,384, as one vector and as rows. */
    static final List<long[]> LONG_SHAPES = List.of(new long[] {16_384 + 37}, new long[] {5}, new long[] {131, 127});

    private Planes() {}

    static int size(long[] shape) {
        return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** {@return how many numbers a state has in a tensor of this shape} */
    static int length(Extent extent, long[] shape) {
        int size = size(shape);
        int columns = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
        int rows = shape.length < 2 ? 1 : (int) shape[shape.length - 2];
        return switch (extent) {
            case PARAMETER -> size;
            case ROW -> size / columns;
            case COLUMN -> size / rows;
            case MATRIX -> size / (rows * columns);
            case TENSOR -> 1;
        };
    }

    /** {@return planes with parameters and gradients of 0 and states as they start} */
    static <R extends Rule> float[][] first(RuleCase<R> rule, long[] shape) {
        float[][] planes = new float[2 + rule.rule().states().size()][];
        planes[0] = new float[size(shape)];
        planes[1] = new float[size(shape)];
        for (int k = 2; k < planes.length; k++) {
            Rule.State state = rule.rule().states().get(k - 2);
            double start = rule.held(k).start().applyAsDouble(rule.rule());
            planes[k] = FloatArrays.filled(length(state.extent(), shape), (float) start);
        }
        return planes;
    }

    /** {@return planes of these numbers; a state that has fewer takes the first ones} */
    static <R extends Rule> float[][] of(RuleCase<R> rule, TensorNumbers numbers) {
        float[][] planes = first(rule, numbers.shape());
        planes[0] = numbers.plane(0);
        planes[1] = numbers.plane(1);
        for (int k = 2; k < planes.length; k++) {
            planes[k] = Arrays.copyOf(numbers.plane(2 + rule.index(k)), planes[k].length);
        }
        rule.contract().makeReachable(rule.rule(), planes);
        return planes;
    }
}
