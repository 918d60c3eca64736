package org.lanewise.bench.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A whole training step by hand over native memory, pass after pass: the norm, what gradients are multiplied by, AdamW, zeros for the
 * gradients, the average. And a stream of the bytes that are left if nothing is read or written twice but for the norm.
 */
final class PipelineControl {
    static final float SCALE = 1024;
    static final double LIMIT = 0.1, LEARNING_RATE = 0.01, WEIGHT_DECAY = 0.01, DECAY = 0.999;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Elements whose squares are added as floats. */
    private static final int BLOCK = 4096;
    private static final float TORCH_EPSILON = 1e-6f;

    private final int filled, n;
    private final MemorySegment w, g, m, v, a;
    private long steps;
    private double norm;

    /** Whole vectors only, as in a store; zeros follow the last parameter. */
    PipelineControl(int n) {
        this.filled = n;
        this.n = SPECIES.loopBound(n + SPECIES.length() - 1);
        w = plane();
        g = plane();
        m = plane();
        v = plane();
        a = plane();
    }

    private MemorySegment plane() {
        return Arena.ofAuto().allocate(4L * n, 64);
    }

    void fill(float[] parameters, float[] gradients) {
        Workload.repeat(parameters, w, filled);
        Workload.repeat(gradients, g, filled);
        m.fill((byte) 0);
        v.fill((byte) 0);
        a.fill((byte) 0);
        steps = 0;
    }

    /** Parameters, gradients, both means, averages; zeros may follow the last of them. */
    MemorySegment[] planes() {
        return new MemorySegment[] {w, g, m, v, a};
    }

    /** Norm of the last step's gradients, without the scale. */
    double norm() {
        return norm;
    }

    /** What gradients are divided by and clipped by is one factor: 56 bytes for each parameter. */
    void step() {
        steps++;
        norm = Math.sqrt(sumOfSquares(HandLoop.readable(g), n)) / SCALE;
        multiply(HandLoop.readable(g), n, (float) (factor() / (double) SCALE));
        rest();
    }

    /** Pass after pass as PyTorch has them: 64 bytes. */
    void stepInTorchsPasses() {
        steps++;
        boolean finite = unscale(HandLoop.readable(g), n, 1 / SCALE);
        norm = Math.sqrt(sumOfSquares(HandLoop.readable(g), n));
        if (finite) {
            multiply(HandLoop.readable(g), n, factor());
            rest();
        }
    }

    private float factor() {
        return Math.min(1 / ((float) norm + TORCH_EPSILON) * (float) LIMIT, 1);
    }

    private void rest() {
        adamW(steps);
        g.fill((byte) 0);
        if (steps == 1) {
            MemorySegment.copy(w, 0, a, 0, 4L * n);
        } else {
            average(HandLoop.readable(w), HandLoop.readable(a), n, (float) (1 - DECAY));
        }
    }

    private static double sumOfSquares(MemorySegment g, int n) {
        double sum = 0;
        for (int from = 0; from < n; from += BLOCK) {
            sum += sumOfSquares(g, from, Math.min(n, from + BLOCK));
        }
        return sum;
    }

    private static float sumOfSquares(MemorySegment g, int from, int to) {
        int lanes = SPECIES.length(), i = from;
        FloatVector one = FloatVector.zero(SPECIES), two = one, three = one, four = one;
        for (; i <= to - 4 * lanes; i += 4 * lanes) {
            FloatVector first = load(g, i), second = load(g, i + lanes), third = load(g, i + 2 * lanes), fourth = load(g, i + 3 * lanes);
            one = first.fma(first, one);
            two = second.fma(second, two);
            three = third.fma(third, three);
            four = fourth.fma(fourth, four);
        }
        for (; i < to; i += lanes) {
            FloatVector gi = load(g, i);
            one = gi.fma(gi, one);
        }
        return one.add(two).add(three.add(four)).reduceLanes(VectorOperators.ADD);
    }

    private static void multiply(MemorySegment g, int n, float factor) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            load(g, i).mul(factor).intoMemorySegment(g, 4L * i, ORDER);
        }
    }

    /** Whether all gradients were finite: 0 times another number is {@code NaN}. */
    private static boolean unscale(MemorySegment g, int n, float inverse) {
        FloatVector zeros = FloatVector.zero(SPECIES);
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector gi = load(g, i);
            zeros = gi.mul(0f).add(zeros);
            gi.mul(inverse).intoMemorySegment(g, 4L * i, ORDER);
        }
        return zeros.reduceLanes(VectorOperators.ADD) == 0;
    }

    private void adamW(long step) {
        MemorySegment w = HandLoop.readable(this.w), g = HandLoop.readable(this.g);
        MemorySegment m = HandLoop.readable(this.m), v = HandLoop.readable(this.v);
        int n = this.n;
        float minusStepSize = AdamControl.minusStepSize(step), correction = AdamControl.correction(step);
        float shrink = (float) (1 - LEARNING_RATE * WEIGHT_DECAY);
        FloatVector oneMinusB1 = FloatVector.broadcast(SPECIES, AdamControl.ONE_MINUS_B1);
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector gi = load(g, i), before = load(m, i), mi = gi.sub(before).fma(oneMinusB1, before);
            FloatVector vi = gi.mul(AdamControl.ONE_MINUS_B2).fma(gi, load(v, i).mul(AdamControl.B2));
            mi.intoMemorySegment(m, 4L * i, ORDER);
            vi.intoMemorySegment(v, 4L * i, ORDER);
            load(w, i).mul(shrink).add(AdamControl.update(mi, vi, minusStepSize, correction)).intoMemorySegment(w, 4L * i, ORDER);
        }
    }

    private static void average(MemorySegment w, MemorySegment a, int n, float weight) {
        FloatVector weights = FloatVector.broadcast(SPECIES, weight);
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector ai = load(a, i);
            load(w, i).sub(ai).fma(weights, ai).intoMemorySegment(a, 4L * i, ORDER);
        }
    }

    /** Reads the gradients once, then reads and writes all planes, and only flips bits between: 44 bytes. */
    int stream() {
        return read(HandLoop.readable(g), n) + flip();
    }

    private static int read(MemorySegment g, int n) {
        IntVector bits = FloatVector.zero(SPECIES).reinterpretAsInts();
        for (int i = 0; i < n; i += SPECIES.length()) {
            bits = bits.or(load(g, i).reinterpretAsInts());
        }
        return bits.reduceLanes(VectorOperators.OR);
    }

    private int flip() {
        MemorySegment w = HandLoop.readable(this.w), g = HandLoop.readable(this.g);
        MemorySegment m = HandLoop.readable(this.m), v = HandLoop.readable(this.v), a = HandLoop.readable(this.a);
        int n = this.n;
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector gi = load(g, i);
            gi.intoMemorySegment(g, 4L * i, ORDER);
            flip(w, i, gi);
            flip(m, i, gi);
            flip(v, i, gi);
            flip(a, i, gi);
        }
        return n;
    }

    private static void flip(MemorySegment plane, int i, FloatVector by) {
        load(plane, i).reinterpretAsInts().lanewise(VectorOperators.XOR, by.reinterpretAsInts()).reinterpretAsFloats()
                .intoMemorySegment(plane, 4L * i, ORDER);
    }

    private static FloatVector load(MemorySegment plane, int i) {
        return FloatVector.fromMemorySegment(SPECIES, plane, 4L * i, ORDER);
    }
}
