package org.lanewise.demo;

import java.util.Arrays;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/**
 * A fully connected layer, {@code output = weight input + bias}, over tensors of a heap store: reads the parameters and writes the
 * gradients in place.
 *
 * <p>All its work is {@link #addScaled} over rows: a loop that C2 vectorizes, and every sum keeps its order.
 */
final class Dense {
    private final int inputs;
    private final int outputs;
    private final Tensor weight;
    private final Tensor bias;
    private final float[][] transposed;
    private final float[] row;

    Dense(Tensor weight, Tensor bias) {
        this.outputs = (int) weight.shape()[0];
        this.inputs = (int) weight.shape()[1];
        this.weight = weight;
        this.bias = bias;
        this.transposed = new float[inputs][outputs];
        this.row = new float[inputs];
    }

    /** Outputs of a batch, one row per image. */
    float[][] forward(float[][] input) {
        transposeWeight();
        float[][] output = new float[input.length][outputs];
        for (int b = 0; b < input.length; b++) {
            bias.parameter().copyTo(output[b]);
            for (int i = 0; i < inputs; i++) {
                addScaled(input[b][i], transposed[i], output[b]);
            }
        }
        return output;
    }

    private void transposeWeight() {
        float[] weights = weight.parameter().array();
        int at = weight.parameter().arrayOffset();
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                transposed[i][o] = weights[at++];
            }
        }
    }

    /** Writes the gradients of weight and bias, given those of the loss in the outputs. */
    void backward(float[][] input, float[][] outputGradient) {
        Slice biasGradient = bias.gradient();
        Slice weightGradient = weight.gradient();
        for (int o = 0; o < outputs; o++) {
            float sum = 0;
            Arrays.fill(row, 0);
            for (int b = 0; b < input.length; b++) {
                sum += outputGradient[b][o];
                addScaled(outputGradient[b][o], input[b], row);
            }
            biasGradient.array()[biasGradient.arrayOffset() + o] = sum;
            System.arraycopy(row, 0, weightGradient.array(), weightGradient.arrayOffset() + o * inputs, inputs);
        }
    }

    /** Gradients of the loss in the inputs, given those in the outputs. */
    float[][] inputGradient(float[][] outputGradient) {
        Slice weights = weight.parameter();
        float[][] inputGradient = new float[outputGradient.length][inputs];
        for (int o = 0; o < outputs; o++) {
            System.arraycopy(weights.array(), weights.arrayOffset() + o * inputs, row, 0, inputs);
            for (int b = 0; b < outputGradient.length; b++) {
                addScaled(outputGradient[b][o], row, inputGradient[b]);
            }
        }
        return inputGradient;
    }

    private static void addScaled(float factor, float[] source, float[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * source[i];
        }
    }
}
