package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.Tensor;

class NetworkTest {
    private static final double DIFFERENCE = 1e-5;

    /**
     * A gradient is a sum of at most 64 + 128 + 10 + 8 terms in a row through both layers, of magnitudes that add up to less than 4,
     * rounded to a float after each.
     */
    private static final double TOLERANCE = (64 + 128 + 10 + 8) * 4 * 0x1p-24;

    /** A prime, so that all rows and columns are visited; all parameters would take minutes. */
    private static final int EVERY = 7;

    private final Network network = new Network(1);
    private final Digits batch = DigitsCsv.builtIn().rows(IntStream.range(0, 8).toArray());
    private final Map<String, double[]> parameters = new LinkedHashMap<>();

    NetworkTest() {
        for (Tensor tensor : network.store().tensors()) {
            parameters.put(tensor.name(), IntStream.range(0, (int) tensor.size()).mapToDouble(tensor.parameter()::get).toArray());
        }
    }

    @Test
    void lossIsThatOfThePlainFormula() {
        assertEquals(loss(), network.score(batch).loss(), TOLERANCE);
    }

    @Test
    void gradientIsTheSlopeOfTheLoss() {
        network.gradient(batch);
        for (Tensor tensor : network.store().tensors()) {
            double largest = 0;
            for (int i = 0; i < tensor.size(); i += EVERY) {
                double slope = slope(parameters.get(tensor.name()), i);
                assertEquals(slope, tensor.gradient().get(i), TOLERANCE, tensor.name() + " " + i);
                largest = Math.max(largest, Math.abs(slope));
            }
            assertTrue(largest > 100 * TOLERANCE, tensor.name() + " has slopes up to " + largest);
        }
    }

    @Test
    void accuracyCountsTheRightOnes() {
        Digits one = batch.rows(3);
        double accuracy = 0;
        for (int label = 0; label < Digits.CLASSES; label++) {
            accuracy += network.score(new Digits(one.pixels(), new int[] {label})).accuracy();
        }
        assertEquals(1, accuracy);
    }

    @Test
    void guessesAreWhatAccuracyCounts() {
        int[] guesses = network.guesses(batch.pixels());
        long right = IntStream.range(0, guesses.length).filter(i -> guesses[i] == batch.labels()[i]).count();
        assertEquals(network.score(batch).accuracy(), (double) right / guesses.length);
        assertEquals(1, network.score(new Digits(batch.pixels(), guesses)).accuracy());
    }

    private double slope(double[] tensor, int index) {
        double value = tensor[index];
        tensor[index] = value + DIFFERENCE;
        double above = loss();
        tensor[index] = value - DIFFERENCE;
        double below = loss();
        tensor[index] = value;
        return (above - below) / (2 * DIFFERENCE);
    }

    private double loss() {
        double loss = 0;
        for (int b = 0; b < batch.size(); b++) {
            double[] hidden = layer("fc1", toDoubles(batch.pixels()[b]));
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = Math.max(hidden[i], 0);
            }
            double[] logits = layer("fc2", hidden);
            double sum = 0;
            for (double logit : logits) {
                sum += Math.exp(logit);
            }
            loss += Math.log(sum) - logits[batch.labels()[b]];
        }
        return loss / batch.size();
    }

    private static double[] toDoubles(float[] floats) {
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    private double[] layer(String name, double[] input) {
        double[] weight = parameters.get(name + ".weight");
        double[] output = parameters.get(name + ".bias").clone();
        for (int o = 0; o < output.length; o++) {
            for (int i = 0; i < input.length; i++) {
                output[o] += weight[o * input.length + i] * input[i];
            }
        }
        return output;
    }
}
