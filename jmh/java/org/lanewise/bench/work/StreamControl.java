package org.lanewise.bench.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The stream of 28 bytes by hand, with nothing of Lanewise: whether the roof that rules are compared with is one. */
final class StreamControl {
    /** The probe that this repeats. */
    static final String STREAM = "STREAM_28";

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private StreamControl() {}

    private static FloatVector flip(FloatVector x, IntVector by) {
        return x.reinterpretAsInts().lanewise(VectorOperators.XOR, by).reinterpretAsFloats();
    }

    static final class Heap implements HandLoop {
        private final float[] w, g, a, b;

        Heap(int n) {
            w = new float[n];
            g = new float[n];
            a = new float[n];
            b = new float[n];
        }

        @Override
        public void step() {
            int i = 0;
            for (; i < SPECIES.loopBound(w.length); i += SPECIES.length()) {
                IntVector gi = FloatVector.fromArray(SPECIES, g, i).reinterpretAsInts();
                flip(FloatVector.fromArray(SPECIES, w, i), gi).intoArray(w, i);
                flip(FloatVector.fromArray(SPECIES, a, i), gi).intoArray(a, i);
                flip(FloatVector.fromArray(SPECIES, b, i), gi).intoArray(b, i);
            }
            for (; i < w.length; i++) {
                w[i] = flipped(w[i], g[i]);
                a[i] = flipped(a[i], g[i]);
                b[i] = flipped(b[i], g[i]);
            }
        }

        private static float flipped(float x, float by) {
            return Float.intBitsToFloat(Float.floatToRawIntBits(x) ^ Float.floatToRawIntBits(by));
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, 0, w.length);
            Workload.repeat(gradients, g, 0, g.length);
            Arrays.fill(a, 0);
            Arrays.fill(b, 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Arrays.copyOf(w, count), Arrays.copyOf(a, count), Arrays.copyOf(b, count)};
        }
    }

    static final class Native implements HandLoop {
        private final int n;
        private final MemorySegment w, g, a, b;

        /** Whole vectors only, as in a store. */
        Native(int n) {
            this.n = SPECIES.loopBound(n + SPECIES.length() - 1);
            w = Arena.ofAuto().allocate(4L * this.n, 64);
            g = Arena.ofAuto().allocate(4L * this.n, 64);
            a = Arena.ofAuto().allocate(4L * this.n, 64);
            b = Arena.ofAuto().allocate(4L * this.n, 64);
        }

        @Override
        public void step() {
            MemorySegment w = HandLoop.readable(this.w), g = HandLoop.readable(this.g);
            MemorySegment a = HandLoop.readable(this.a), b = HandLoop.readable(this.b);
            int n = this.n;
            for (int i = 0; i < n; i += SPECIES.length()) {
                long at = 4L * i;
                IntVector gi = FloatVector.fromMemorySegment(SPECIES, g, at, ORDER).reinterpretAsInts();
                flip(FloatVector.fromMemorySegment(SPECIES, w, at, ORDER), gi).intoMemorySegment(w, at, ORDER);
                flip(FloatVector.fromMemorySegment(SPECIES, a, at, ORDER), gi).intoMemorySegment(a, at, ORDER);
                flip(FloatVector.fromMemorySegment(SPECIES, b, at, ORDER), gi).intoMemorySegment(b, at, ORDER);
            }
        }

        @Override
        public void fill(float[] parameters, float[] gradients) {
            Workload.repeat(parameters, w, n);
            Workload.repeat(gradients, g, n);
            a.fill((byte) 0);
            b.fill((byte) 0);
        }

        @Override
        public float[][] planes(int count) {
            return new float[][] {Workload.first(w, count), Workload.first(a, count), Workload.first(b, count)};
        }
    }
}
