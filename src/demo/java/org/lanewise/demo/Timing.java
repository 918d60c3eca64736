package org.lanewise.demo;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.lanewise.Optimizer;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.tool.Progress;

/**
 * Measures what steps cost, the gradient not included: the median of many samples of many steps each, after a warm-up. The optimizers
 * take turns, so that a disturbance hits all alike, and samples are shorter than the time for which systems let a thread run.
 *
 * <p>The gradients are random numbers that stay the same. Those of a finished training would let states fade into subnormal numbers,
 * which some CPUs are slow at.
 *
 * @param warmUp nanoseconds for each optimizer before the first sample, and more until it is compiled
 * @param sample nanoseconds of one sample, at least
 * @param count of samples for each optimizer
 * @param otherJvm whether other JVMs take part: one that measures plain loops one element at a time, and one that resumes a training
 */
record Timing(long warmUp, long sample, int count, boolean otherJvm) {
    private static final int MOST_STEPS_BETWEEN_CLOCKS = 8;
    private static final double DEVIATION = 0.01;
    /** On a busy machine C2 needs a second and more. */
    private static final int MOST_WARM_UPS = 20;
    /** A step may have to ask for loops first. */
    private static final int FEWEST_LOOKS = 3;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Long enough for C2 to finish and the median to settle. */
    static Timing thorough() {
        return new Timing(150_000_000, 1_000_000, 81, true);
    }

    /** What each optimizer costs; {@code NaN} if C2 did not compile its steps in time. The parameters of their stores change. */
    Times measure(List<Optimizer> optimizers, Progress progress) {
        Disturbance.Watch watch;
        double[][] samples = new double[optimizers.size()][count];
        long samplesOfWarmUp = Math.max(1, warmUp / sample);
        try (Progress.Bar bar = progress.start("Timing", (samplesOfWarmUp + count) * optimizers.size())) {
            boolean[] isCompiled = new boolean[samples.length];
            for (int i = 0; i < samples.length; i++) {
                randomizeGradients(optimizers.get(i));
                isCompiled[i] = warmUp(optimizers.get(i));
                bar.step(samplesOfWarmUp);
            }
            watch = Disturbance.watch();
            for (int turn = 0; turn < count; turn++) {
                for (int i = 0; i < samples.length; i++) {
                    Optimizer optimizer = optimizers.get(i);
                    samples[i][turn] = isCompiled[i] ? nanosPerStep(optimizer, sample) / optimizer.store().size() : Double.NaN;
                    bar.step();
                }
            }
        }
        return new Times(Arrays.stream(samples).mapToDouble(Timing::median).toArray(), watch.sinceThen());
    }

    /** What the plain loops of the contenders, so many, cost one element at a time; {@code NaN} if that is not measured. */
    Times measureOneByOne(int contenders, Progress progress) throws IOException {
        if (!otherJvm) {
            double[] unknown = new double[contenders];
            Arrays.fill(unknown, Double.NaN);
            return new Times(unknown, new Disturbance(1, 0));
        }
        try (Progress.Bar bar = progress.start("Timing one by one", 1)) {
            Times times = OneByOne.measure(this, System.getProperty("java.class.path"));
            bar.step();
            return times;
        }
    }

    /** Whether C2 has compiled the steps: before, vectors are objects, many for each parameter. */
    private boolean warmUp(Optimizer optimizer) {
        nanosPerStep(optimizer, warmUp);
        optimizer.warmUp(Duration.ofNanos(MOST_WARM_UPS * warmUp));
        long end = System.nanoTime() + MOST_WARM_UPS * warmUp;
        boolean isCompiled;
        int looks = 0;
        do {
            long bytes = THREADS.getCurrentThreadAllocatedBytes(), steps = optimizer.steps();
            nanosPerStep(optimizer, sample);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytes;
            isCompiled = allocated < optimizer.store().size() * (optimizer.steps() - steps);
        } while (!isCompiled && (++looks < FEWEST_LOOKS || System.nanoTime() < end));
        return isCompiled;
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
        for (int between = 1; nanos < atLeastNanos; between = Math.min(2 * between, MOST_STEPS_BETWEEN_CLOCKS)) {
            for (int i = 0; i < between; i++) {
                optimizer.step(() -> {});
            }
            steps += between;
            nanos = System.nanoTime() - start;
        }
        return (double) nanos / steps;
    }
}
