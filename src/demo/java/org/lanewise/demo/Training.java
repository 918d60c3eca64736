package org.lanewise.demo;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.StepReport;
import org.lanewise.Width;

/** One training of a network: the same seed gives the same start and the same batches, whatever makes the steps. */
final class Training {
    static final int BATCH = 32;

    private final Network network;
    private final Optimizer optimizer;
    private final Digits images;
    private final int batchSize;
    private final int epochs;
    private final long seed;

    /** Of a network by a rule alone. */
    Training(Contender contender, Digits images, int epochs, long seed, Width width) {
        this(new Network(seed), store -> Optimizer.of(contender.rule(), store, width), images,
                contender.fullBatch() ? images.size() : BATCH, epochs, seed);
    }

    /** By an optimizer over the network's store, with batches of so many images, or all if there are fewer. */
    Training(Network network, Function<ParameterStore, Optimizer> optimizer, Digits images, int batchSize, int epochs, long seed) {
        this.network = network;
        this.optimizer = optimizer.apply(network.store());
        this.images = images;
        this.batchSize = Math.min(batchSize, images.size());
        this.epochs = epochs;
        this.seed = seed;
    }

    /** Makes all steps that are left; {@code afterStep} may look at the network after each, and learns what the step did. */
    void run(Consumer<StepReport> afterStep) {
        var random = new Random(seed);
        long done = optimizer.steps(), step = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = Digits.shuffledIndices(images.size(), random);
            for (int from = 0; from < images.size(); from += batchSize) {
                if (++step > done) {
                    Digits batch = images.rows(Arrays.copyOfRange(order, from, Math.min(from + batchSize, images.size())));
                    afterStep.accept(optimizer.step(() -> network.gradient(batch)));
                }
            }
        }
    }

    int stepsPerEpoch() {
        return Math.ceilDiv(images.size(), batchSize);
    }

    int totalSteps() {
        return epochs * stepsPerEpoch();
    }

    int batchSize() {
        return batchSize;
    }

    Network network() {
        return network;
    }

    Optimizer optimizer() {
        return optimizer;
    }
}
