package org.lanewise.bench.work;

import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.rule.Adam;

/** The program of one fresh JVM: makes an optimizer by Adam, or plain arrays, and times each step from the first on. */
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

    /** What is printed. */
    public enum What {
        /** Steps from the first one on. */
        START,
        /** How long single steps take at full speed. */
        SPREAD
    }

    private StartProgram() {}

    /** What, way, number of parameters, seconds. */
    public static void main(String... args) {
        Way way = Way.valueOf(args[1]);
        float[] gradients = Workload.gradients(Integer.parseInt(args[2]));
        Stepping.Maker maker = way == Way.PLAIN ? new PlainMaker(gradients) : new LanewiseMaker(way == Way.NATIVE, gradients);
        double seconds = Double.parseDouble(args[3]);
        if (What.valueOf(args[0]) == What.START) {
            Stepping.printStart(maker, seconds);
        } else {
            Stepping.printSpreads(maker, seconds);
        }
    }

    private record LanewiseMaker(boolean nativeMemory, float[] gradients) implements Stepping.Maker {
        @Override
        public Runnable make() {
            return new Lanewise(nativeMemory, gradients);
        }
    }

    private record PlainMaker(float[] gradients) implements Stepping.Maker {
        @Override
        public Runnable make() {
            return new Plain(gradients);
        }
    }

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
