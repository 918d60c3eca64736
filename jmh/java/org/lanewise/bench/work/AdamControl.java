package org.lanewise.bench.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Adam in PyTorch's order, by hand; the division by the constant correction without dividing, as Lanewise has it. */
final class AdamControl {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final double LEARNING_RATE = 0.01, BETA1 = 0.9, BETA2 = 0.999;
    static final float B2 = (float) BETA2, ONE_MINUS_B1 = (float) (1 - BETA1), EPSILON = 1e-8f;
    static final float ONE_MINUS_B2 = (float) (1 - BETA2);

    private AdamControl() {}

    static float minusStepSize(long step) {
        return (float) -(LEARNING_RATE / (1 - StrictMath.pow(BETA1, step)));
    }

    static float correction(long step) {
        return (float) Math.sqrt(1 - StrictMath.pow(BETA2, step));
    }

    static FloatVector update(FloatVector m, FloatVector v, float minusStepSize, float correction) {
        FloatVector root = v.sqrt();
        FloatVector q = root.mul(1 / correction);
        FloatVector finite = q.reinterpretAsInts().min(0x7f7fffff).reinterpretAsFloats();
        FloatVector corrected = finite.fma(FloatVector.broadcast(SPECIES, -correction), root)
                .fma(FloatVector.broadcast(SPECIES, 1 / correction), q);
        return m.mul(minusStepSize).div(corrected.add(EPSILON));
    }

    static final class Heap implements HandLoop {
        private final float[] w, g, m, v;
        private long steps;

        Heap(int n) {
            w = new float[n];
            g = new float[n];
            m = new float[n];
            v = new float[n];
        }

        @Override
        public void step() {
            steps++;
            float minusStepSize = minusStepSize(steps), correction = correction(steps);
            FloatVector oneMinusB1 = FloatVector.broadcast(SPECIES, ONE_MINUS_B1);
            int i = 0;
            for (; i < SPECIES.loopBound(w.length); i += SPECIES.length()) {
                FloatVector gi = FloatVector.fromArray(SPECIES, g, i);
                FloatVector before = FloatVector.fromArray(SPECIES, m, i), mi = gi.sub(before).fma(oneMinusB1, before);
                FloatVector vi = gi.mul(ONE_MINUS_B2).fma(gi, FloatVector.fromArray(SPECIES, v, i).mul(B2));
                mi.intoArray(m, i);
                vi.intoArray(v, i);
                FloatVector.fromArray(SPECIES, w, i).add(update(mi, vi, minusStepSize, correction)).intoArray(w, i);
            }
            plain(this, i, minusStepSize, correction);
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, 0, w.length);
            Workload.repeat(gradients, g, 0, g.length);
            Arrays.fill(m, 0);
            Arrays.fill(v, 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Arrays.copyOf(w, count), Arrays.copyOf(m, count), Arrays.copyOf(v, count)};
        }
    }

    static final class Native implements HandLoop {
        private final int n;
        private final MemorySegment w, g, m, v;
        private long steps;

        /** Whole vectors only, as in a store. */
        Native(int n) {
            this.n = SPECIES.loopBound(n + SPECIES.length() - 1);
            w = Arena.ofAuto().allocate(4L * this.n, 64);
            g = Arena.ofAuto().allocate(4L * this.n, 64);
            m = Arena.ofAuto().allocate(4L * this.n, 64);
            v = Arena.ofAuto().allocate(4L * this.n, 64);
        }

        @Override
        public void step() {
            MemorySegment w = HandLoop.readable(this.w), g = HandLoop.readable(this.g);
            MemorySegment m = HandLoop.readable(this.m), v = HandLoop.readable(this.v);
            int n = this.n;
            steps++;
            float minusStepSize = minusStepSize(steps), correction = correction(steps);
            FloatVector oneMinusB1 = FloatVector.broadcast(SPECIES, ONE_MINUS_B1);
            for (int i = 0; i < n; i += SPECIES.length()) {
                long at = 4L * i;
                FloatVector gi = FloatVector.fromMemorySegment(SPECIES, g, at, ORDER);
                FloatVector before = FloatVector.fromMemorySegment(SPECIES, m, at, ORDER), mi = gi.sub(before).fma(oneMinusB1, before);
                FloatVector vi = gi.mul(ONE_MINUS_B2).fma(gi, FloatVector.fromMemorySegment(SPECIES, v, at, ORDER).mul(B2));
                mi.intoMemorySegment(m, at, ORDER);
                vi.intoMemorySegment(v, at, ORDER);
                FloatVector.fromMemorySegment(SPECIES, w, at, ORDER).add(update(mi, vi, minusStepSize, correction))
                        .intoMemorySegment(w, at, ORDER);
            }
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, n);
            Workload.repeat(gradients, g, n);
            m.fill((byte) 0);
            v.fill((byte) 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Workload.first(w, count), Workload.first(m, count), Workload.first(v, count)};
        }
    }

    static final class Plain implements HandLoop {
        private final Heap arrays;
        private long steps;

        Plain(int n) {
            arrays = new Heap(n);
        }

        @Override
        public void step() {
            steps++;
            plain(arrays, 0, minusStepSize(steps), correction(steps));
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

    private static void plain(Heap arrays, int from, float minusStepSize, float correction) {
        float[] w = arrays.w, g = arrays.g, m = arrays.m, v = arrays.v;
        for (int i = from; i < w.length; i++) {
            float gi = g[i];
            float mi = Math.fma(gi - m[i], ONE_MINUS_B1, m[i]);
            float vi = Math.fma(gi * ONE_MINUS_B2, gi, v[i] * B2);
            m[i] = mi;
            v[i] = vi;
            w[i] += mi * minusStepSize / ((float) Math.sqrt(vi) / correction + EPSILON);
        }
    }
}
