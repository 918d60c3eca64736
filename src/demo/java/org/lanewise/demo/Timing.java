package org.lanewise.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.lanewise.Optimizer;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.tool.Progress;

/**
 * Measures what steps cost, the gradient not included: the median of many samples of many steps each, after a warm-up. The optimizers
 * take turns, so that a disturbance hits all alike.
 *
 * <p>The gradients are random numbers that stay the same. Those of a finished training would let states fade into subnormal numbers,
 * which some CPUs are slow at.
 *
 * @param warmUp nanoseconds for each optimizer before the first sample
 * @param sample nanoseconds of one sample, at least
 * @param count of samples for each optimizer
 */
record Timing(long warmUp, long sample, int count) {
    private static final int STEPS_BETWEEN_CLOCKS = 16;
    private static final double DEVIATION = 0.01;

    /** Long enough for C2 to finish and the median to settle. */
    static Timing thorough() {
        return new Timing(150_000_000, 5_000_000, 31);
    }

    /** Nanoseconds per parameter and step, for each optimizer. The parameters of their stores change. */
    double[] nanosPerParameter(List<Optimizer> optimizers, Progress progress) {
        double[][] samples = new double[optimizers.size()][count];
        try (Progress.Bar bar = progress.start("Timing", (count + 1L) * optimizers.size())) {
            for (Optimizer optimizer : optimizers) {
                randomizeGradients(optimizer);
                nanosPerStep(optimizer, warmUp);
                bar.step();
            }
            for (int turn = 0; turn < count; turn++) {
                for (int i = 0; i < samples.length; i++) {
                    Optimizer optimizer = optimizers.get(i);
                    samples[i][turn] = nanosPerStep(optimizer, sample) / optimizer.store().size();
                    bar.step();
                }
            }
        }
        return Arrays.stream(samples).mapToDouble(Timing::median).toArray();
    }

    private static double median(double[] samples) {
        Arrays.sort(samples);
        return samples[samples.length / 2];
    }

    private static void randomizeGradients(Optimizer optimizer) {
        var random = new Random(0);
        for (Tensor tensor : optimizer.store().tensors()) {
            Slice gradient = tensor.gradient();
            for (long i = 0; i < gradient.size(); i++) {
                gradient.set(i, (float) (DEVIATION * random.nextGaussian()));
            }
        }
    }

    private static double nanosPerStep(Optimizer optimizer, long atLeastNanos) {
        long start = System.nanoTime();
        long nanos = 0;
        long steps = 0;
        while (nanos < atLeastNanos) {
            for (int i = 0; i < STEPS_BETWEEN_CLOCKS; i++) {
                optimizer.step(() -> {});
            }
            steps += STEPS_BETWEEN_CLOCKS;
            nanos = System.nanoTime() - start;
        }
        return (double) nanos / steps;
    }
}
