package org.lanewise.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.StepReport;
import org.lanewise.Tensor;

/**
 * A training in which ranks share every batch: each has the gradients of its images.
 *
 * @param ranks how many share a batch
 */
record RankTraining(Digits.Split digits, int ranks, int epochs, long seed) {
    /**
     * How it went.
     *
     * @param lines the norm of the gradients in each step, the test after each epoch, and a checksum of the parameters at the end
     * @param accuracy share of test images that are read right at the end
     */
    record Course(List<String> lines, double accuracy) {}

    Network network() {
        return new Network(seed, Network.MANY_HIDDEN);
    }

    private int batchSize() {
        return Math.min(Training.BATCH, digits.train().size());
    }

    int totalSteps() {
        return epochs * Math.ceilDiv(digits.train().size(), batchSize());
    }

    /** The images of a batch whose gradients a rank computes; there may be none. */
    Digits share(Digits batch, int rank) {
        return batch.rows(IntStream.iterate(rank, i -> i < batch.size(), i -> i + ranks).toArray());
    }

    /** Makes all steps of a network of {@link #network}; {@code step} makes one of a batch. */
    Course run(Network network, Function<Digits, StepReport> step) {
        var random = new Random(seed);
        Digits train = digits.train();
        List<String> lines = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = Digits.shuffledIndices(train.size(), random);
            for (int from = 0; from < train.size(); from += batchSize()) {
                Digits batch = train.rows(Arrays.copyOfRange(order, from, Math.min(from + batchSize(), train.size())));
                lines.add("norm " + step.apply(batch).gradientNorm());
            }
            lines.add(network.score(digits.test()).toString());
        }
        lines.add("parameters " + checksum(network.store()));
        return new Course(lines, network.score(digits.test()).accuracy());
    }

    /** Trains in this process, which adds the gradients of all ranks in their order. */
    Course runAlone() {
        Network network = network();
        try (Optimizer optimizer = WholeOptimizer.builder(network.store(), totalSteps()).build()) {
            return run(network, batch -> optimizer.step(() -> meanGradient(network, batch)));
        }
    }

    private void meanGradient(Network network, Digits batch) {
        List<Tensor> tensors = network.store().tensors();
        network.gradient(share(batch, 0));
        List<float[]> sums = tensors.stream().map(RankTraining::gradient).toList();
        for (int rank = 1; rank < ranks; rank++) {
            network.gradient(share(batch, rank));
            for (int t = 0; t < sums.size(); t++) {
                float[] sum = sums.get(t), next = gradient(tensors.get(t));
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += next[i];
                }
            }
        }
        for (int t = 0; t < sums.size(); t++) {
            float[] mean = sums.get(t);
            for (int i = 0; i < mean.length; i++) {
                mean[i] /= ranks;
            }
            tensors.get(t).gradient().copyFrom(mean);
        }
    }

    private static float[] gradient(Tensor tensor) {
        float[] values = new float[(int) tensor.size()];
        tensor.gradient().copyTo(values);
        return values;
    }

    private static String checksum(ParameterStore store) {
        var sum = new CRC32C();
        for (Tensor tensor : store.tensors()) {
            for (int i = 0; i < tensor.size(); i++) {
                int bits = Float.floatToRawIntBits(tensor.parameter().get(i));
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    sum.update(bits >>> shift);
                }
            }
        }
        return Long.toHexString(sum.getValue());
    }
}
