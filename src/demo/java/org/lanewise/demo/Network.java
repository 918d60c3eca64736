package org.lanewise.demo;

import java.util.Arrays;
import java.util.Random;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;

/**
 * A network that reads digits: 64 pixels, a layer of hidden units with ReLU, 10 classes with softmax and cross-entropy.
 *
 * <p>Plain Java in a fixed order, so the same parameters give the same bits on every machine.
 */
final class Network {
    /** Hidden units of the network that rules are compared on. */
    static final int HIDDEN = 128;

    /** Hidden units of the larger one that learns with the whole step. */
    static final int MANY_HIDDEN = 512;

    private final int hiddenUnits;
    private final ParameterStore store;
    private final Dense first;
    private final Dense second;

    /**
     * How well a network reads some digits.
     *
     * @param loss mean cross-entropy
     * @param accuracy share of images whose likeliest class is right
     */
    record Score(double loss, double accuracy) {}

    /** A network with {@link #HIDDEN} hidden units. */
    Network(long seed) {
        this(seed, HIDDEN);
    }

    /** A network whose parameters are random numbers of the variance that suits ReLU, chosen by the seed. */
    Network(long seed, int hiddenUnits) {
        this.hiddenUnits = hiddenUnits;
        store = ParameterStore.builder()
                .tensor("fc1.weight", hiddenUnits, Digits.PIXELS)
                .tensor("fc1.bias", hiddenUnits)
                .tensor("fc2.weight", Digits.CLASSES, hiddenUnits)
                .tensor("fc2.bias", Digits.CLASSES)
                .build();
        var random = new Random(seed);
        randomize(store.tensor("fc1.weight").parameter(), Math.sqrt(2.0 / Digits.PIXELS), random);
        randomize(store.tensor("fc2.weight").parameter(), Math.sqrt(2.0 / hiddenUnits), random);
        first = new Dense(store.tensor("fc1.weight"), store.tensor("fc1.bias"));
        second = new Dense(store.tensor("fc2.weight"), store.tensor("fc2.bias"));
    }

    private static void randomize(Slice slice, double deviation, Random random) {
        for (int i = 0; i < slice.size(); i++) {
            slice.set(i, (float) (deviation * random.nextGaussian()));
        }
    }

    /** Parameters and gradients, for an optimizer. */
    ParameterStore store() {
        return store;
    }

    /** Writes the gradients of the mean loss over a batch into the store. */
    void gradient(Digits batch) {
        float[][] hidden = hidden(batch.pixels());
        float[][] logits = second.forward(hidden);
        toLossGradient(logits, batch.labels());
        second.backward(hidden, logits);
        float[][] hiddenGradient = second.inputGradient(logits);
        for (int b = 0; b < hidden.length; b++) {
            for (int i = 0; i < hiddenUnits; i++) {
                hiddenGradient[b][i] = hidden[b][i] > 0 ? hiddenGradient[b][i] : 0;
            }
        }
        first.backward(batch.pixels(), hiddenGradient);
    }

    /** Loss and accuracy at the parameters as they are. */
    Score score(Digits digits) {
        float[][] logits = second.forward(hidden(digits.pixels()));
        double loss = 0;
        int right = 0;
        for (int b = 0; b < logits.length; b++) {
            int label = digits.labels()[b];
            loss += crossEntropy(logits[b], label);
            right += likeliest(logits[b]) == label ? 1 : 0;
        }
        return new Score(loss / logits.length, (double) right / logits.length);
    }

    /** The likeliest class of each image. */
    int[] guesses(float[][] pixels) {
        return Arrays.stream(second.forward(hidden(pixels))).mapToInt(Network::likeliest).toArray();
    }

    private float[][] hidden(float[][] pixels) {
        float[][] hidden = first.forward(pixels);
        for (float[] row : hidden) {
            for (int i = 0; i < hiddenUnits; i++) {
                row[i] = Math.max(row[i], 0);
            }
        }
        return hidden;
    }

    /** Replaces logits by the gradient of the mean cross-entropy in them. */
    private static void toLossGradient(float[][] logits, int[] labels) {
        for (int b = 0; b < logits.length; b++) {
            double[] probabilities = softmax(logits[b]);
            probabilities[labels[b]] -= 1;
            for (int c = 0; c < probabilities.length; c++) {
                logits[b][c] = (float) (probabilities[c] / logits.length);
            }
        }
    }

    private static double crossEntropy(float[] logits, int label) {
        return logSumOfExponentials(logits) - logits[label];
    }

    private static double[] softmax(float[] logits) {
        double[] probabilities = new double[logits.length];
        double logSum = logSumOfExponentials(logits);
        for (int c = 0; c < logits.length; c++) {
            probabilities[c] = StrictMath.exp(logits[c] - logSum);
        }
        return probabilities;
    }

    private static double logSumOfExponentials(float[] logits) {
        double largest = logits[likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp(logit - largest);
        }
        return largest + StrictMath.log(sum);
    }

    private static int likeliest(float[] logits) {
        int likeliest = 0;
        for (int c = 1; c < logits.length; c++) {
            likeliest = logits[c] > logits[likeliest] ? c : likeliest;
        }
        return likeliest;
    }
}
