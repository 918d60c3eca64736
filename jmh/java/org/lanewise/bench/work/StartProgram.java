package org.lanewise.bench.work;

import java.util.Arrays;
import java.util.Locale;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.rule.Adam;

/**
 * The program of one fresh JVM: makes an optimizer by Adam, or plain arrays, and times each step from the first on. Prints milliseconds:
 * until the optimizer was made, the first step, the 10th, the 100th, the first thousand, those until steps had come to full speed, and the
 * slowest step after that; then nanoseconds of a parameter at full speed.
 */
public final class StartProgram {
    /** What steps. */
    public enum Way {
        /** Lanewise over Java arrays. */
        HEAP,
        /** Lanewise over native memory. */
        NATIVE,
        /** A plain Java loop over arrays, as one writes it. */
        PLAIN
    }

    private static final int THOUSAND = 1_000;
    /** Steps that are looked at together, and how much more than in the end half of them may take at full speed. */
    private static final int WINDOW = 20;
    private static final double FULL = 1.5;
    private static final double MILLION = 1e6;

    private StartProgram() {}

    /** Way, number of parameters, seconds. */
    public static void main(String... args) {
        Way way = Way.valueOf(args[0]);
        int n = Integer.parseInt(args[1]);
        long[] nanos = new long[1 << 22];
        float[] gradients = Workload.gradients(n);
        long start = System.nanoTime();
        Runnable step = way == Way.PLAIN ? new Plain(gradients) : new Lanewise(way == Way.NATIVE, gradients);
        long make = System.nanoTime() - start;
        long end = System.nanoTime() + (long) (Double.parseDouble(args[2]) * 1e9);
        int steps = 0;
        while (steps < nanos.length && (steps < THOUSAND || System.nanoTime() < end)) {
            long before = System.nanoTime();
            step.run();
            nanos[steps++] = System.nanoTime() - before;
        }
        print(make, Arrays.copyOf(nanos, steps), n);
    }

    private static void print(long make, long[] nanos, int n) {
        long[] last = Arrays.copyOfRange(nanos, nanos.length - nanos.length / 5, nanos.length);
        double full = median(last, 0, last.length);
        int slow = 0;
        for (int from = 0; from + WINDOW <= nanos.length; from += WINDOW) {
            slow = median(nanos, from, from + WINDOW) > FULL * full ? from + WINDOW : slow;
        }
        System.out.printf(Locale.ROOT, "%f %f %f %f %f %f %f %f%n", make / MILLION, nanos[0] / MILLION, nanos[9] / MILLION,
                nanos[99] / MILLION, Arrays.stream(nanos, 0, THOUSAND).sum() / MILLION, Arrays.stream(nanos, 0, slow).sum() / MILLION,
                Arrays.stream(nanos, slow, nanos.length).max().orElse(0) / MILLION, full / n);
    }

    private static double median(long[] nanos, int from, int to) {
        long[] sorted = Arrays.copyOfRange(nanos, from, to);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Classes, not lambdas: what these take when they are used first is none of the steps'. */
    private static final class Lanewise implements Runnable {
        private final Optimizer optimizer;

        Lanewise(boolean nativeMemory, float[] gradients) {
            ParameterStore store = (nativeMemory ? ParameterStore.builder().nativeMemory() : ParameterStore.builder())
                    .tensor("w", gradients.length).build();
            store.tensor("w").gradient().copyFrom(gradients);
            optimizer = Optimizer.of(new Adam(1e-3), store);
        }

        @Override
        public void run() {
            optimizer.step();
        }
    }

    private static final class Plain implements Runnable {
        private final float[] w, g, m, v;
        private long steps;

        Plain(float[] gradients) {
            g = gradients;
            w = new float[g.length];
            m = new float[g.length];
            v = new float[g.length];
        }

        @Override
        public void run() {
            steps++;
            double c1 = 1 - Math.pow(0.9, steps), c2 = 1 - Math.pow(0.999, steps);
            step(w, g, m, v, (float) (-1e-3 / c1), (float) Math.sqrt(c2));
        }

        private static void step(float[] w, float[] g, float[] m, float[] v, float minusStepSize, float root) {
            for (int i = 0; i < w.length; i++) {
                float gi = g[i];
                float mi = Math.fma(gi - m[i], 0.1f, m[i]);
                float vi = Math.fma(gi * 0.001f, gi, v[i] * 0.999f);
                m[i] = mi;
                v[i] = vi;
                w[i] += mi * minusStepSize / ((float) Math.sqrt(vi) / root + 1e-8f);
            }
        }
    }
}
