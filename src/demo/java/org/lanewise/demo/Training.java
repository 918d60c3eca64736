package org.lanewise.demo;

import java.util.Arrays;
import java.util.Random;
import org.lanewise.Optimizer;
import org.lanewise.Width;

/** One training of the network with one rule: the same seed gives the same start and the same batches, whatever the rule and width. */
final class Training {
    static final int BATCH = 32;

    private final Contender contender;
    private final Digits images;
    private final int epochs;
    private final long seed;
    private final Network network;
    private final Optimizer optimizer;

    Training(Contender contender, Digits images, int epochs, long seed, Width width) {
        this.contender = contender;
        this.images = images;
        this.epochs = epochs;
        this.seed = seed;
        this.network = new Network(seed);
        this.optimizer = Optimizer.of(contender.rule(), network.store(), width);
    }

    /** Makes all steps; {@code afterStep} may look at the network after each. */
    void run(Runnable afterStep) {
        var random = new Random(seed);
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = Digits.shuffledIndices(images.size(), random);
            for (int from = 0; from < images.size(); from += batchSize()) {
                Digits batch = images.rows(Arrays.copyOfRange(order, from, Math.min(from + batchSize(), images.size())));
                optimizer.step(() -> network.gradient(batch));
                afterStep.run();
            }
        }
    }

    int stepsPerEpoch() {
        return Math.ceilDiv(images.size(), batchSize());
    }

    int totalSteps() {
        return epochs * stepsPerEpoch();
    }

    int batchSize() {
        return contender.fullBatch() ? images.size() : Math.min(BATCH, images.size());
    }

    Network network() {
        return network;
    }

    Optimizer optimizer() {
        return optimizer;
    }
}
