package org.lanewise.bench.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Stochastic gradient descent with Nesterov's momentum, by hand. */
final class SgdControl {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final float LEARNING_RATE = 0.1f;
    private static final float MOMENTUM = 0.9f;

    private SgdControl() {}

    static final class Heap implements HandLoop {
        private final float[] w, g, b;

        Heap(int n) {
            w = new float[n];
            g = new float[n];
            b = new float[n];
        }

        @Override
        public void step() {
            FloatVector momentum = FloatVector.broadcast(SPECIES, MOMENTUM);
            FloatVector minusLearningRate = FloatVector.broadcast(SPECIES, -LEARNING_RATE);
            int i = 0;
            for (; i < SPECIES.loopBound(w.length); i += SPECIES.length()) {
                FloatVector gi = FloatVector.fromArray(SPECIES, g, i);
                FloatVector bi = FloatVector.fromArray(SPECIES, b, i).mul(momentum).add(gi);
                bi.intoArray(b, i);
                bi.fma(momentum, gi).fma(minusLearningRate, FloatVector.fromArray(SPECIES, w, i)).intoArray(w, i);
            }
            plain(w, g, b, i);
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, 0, w.length);
            Workload.repeat(gradients, g, 0, g.length);
            Arrays.fill(b, 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Arrays.copyOf(w, count), Arrays.copyOf(b, count)};
        }
    }

    static final class Native implements HandLoop {
        private final int n;
        private final MemorySegment w, g, b;

        /** Whole vectors only, as in a store. */
        Native(int n) {
            this.n = SPECIES.loopBound(n + SPECIES.length() - 1);
            w = Arena.ofAuto().allocate(4L * this.n, 64);
            g = Arena.ofAuto().allocate(4L * this.n, 64);
            b = Arena.ofAuto().allocate(4L * this.n, 64);
        }

        @Override
        public void step() {
            MemorySegment w = HandLoop.readable(this.w), g = HandLoop.readable(this.g), b = HandLoop.readable(this.b);
            int n = this.n;
            FloatVector momentum = FloatVector.broadcast(SPECIES, MOMENTUM);
            FloatVector minusLearningRate = FloatVector.broadcast(SPECIES, -LEARNING_RATE);
            for (int i = 0; i < n; i += SPECIES.length()) {
                long at = 4L * i;
                FloatVector gi = FloatVector.fromMemorySegment(SPECIES, g, at, ORDER);
                FloatVector bi = FloatVector.fromMemorySegment(SPECIES, b, at, ORDER).mul(momentum).add(gi);
                bi.intoMemorySegment(b, at, ORDER);
                bi.fma(momentum, gi).fma(minusLearningRate, FloatVector.fromMemorySegment(SPECIES, w, at, ORDER))
                        .intoMemorySegment(w, at, ORDER);
            }
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, n);
            Workload.repeat(gradients, g, n);
            b.fill((byte) 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Workload.first(w, count), Workload.first(b, count)};
        }
    }

    static final class Plain implements HandLoop {
        private final Heap arrays;

        Plain(int n) {
            arrays = new Heap(n);
        }

        @Override
        public void step() {
            plain(arrays.w, arrays.g, arrays.b, 0);
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            arrays.fill(parameters, gradients);
        }

        @Override
        public float[][] planes(int count) {
            return arrays.planes(count);
        }
    }

    private static void plain(float[] w, float[] g, float[] b, int from) {
        for (int i = from; i < w.length; i++) {
            float gi = g[i];
            float bi = b[i] * MOMENTUM + gi;
            b[i] = bi;
            w[i] = Math.fma(Math.fma(bi, MOMENTUM, gi), -LEARNING_RATE, w[i]);
        }
    }
}
