package org.lanewise.tool.checkpoint;

import java.io.IOException;
import org.lanewise.torchfile.Pickled;

/**
 * What a look at all numbers of a tensor finds.
 *
 * @param norm root of the sum of squares of those that are finite
 * @param largest the largest magnitude of those
 * @param notFinite how many are not
 */
record TensorNumbers(double norm, double largest, long notFinite) {
    static TensorNumbers of(Pickled.Tensor tensor) throws IOException {
        double[] squares = {0}, largest = {0};
        long[] notFinite = {0};
        tensor.floats((_, values, count) -> {
            for (int i = 0; i < count; i++) {
                double value = Math.abs((double) values[i]);
                if (Double.isFinite(value)) {
                    squares[0] += value * value;
                    largest[0] = Math.max(largest[0], value);
                } else {
                    notFinite[0]++;
                }
            }
        });
        return new TensorNumbers(Math.sqrt(squares[0]), largest[0], notFinite[0]);
    }
}
