package org.lanewise.bench.work;

import java.lang.foreign.MemorySegment;

/** A rule's loop as one would write it for one rule and one storage, without Lanewise: what splicing is compared with. */
interface HandLoop {
    /** One step. */
    void step();

    /** Puts parameters and gradients in, again and again, and zeros into the states. */
    void fill(float[] parameters, float[] gradients);

    /** So many first numbers of parameters and of each state. */
    float[][] planes(int count);

    /**
     * For a local variable: C2 loads a field again after each store to native memory, with all checks (0.42 instead of 0.15 ns per
     * element of a stream at 4 Ki). The questions tell it before the loop that the segment is native and that no thread owns it.
     */
    static MemorySegment readable(MemorySegment segment) {
        if (!segment.isNative() || !segment.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalStateException("segment must be native and readable by this thread, got " + segment);
        }
        return segment;
    }

    /** The loop for a rule. */
    static HandLoop of(String rule, ControlBenchmark.Loop loop, int n) {
        return switch (rule) {
            case "Adam" -> switch (loop) {
                case VECTOR_HEAP -> new AdamControl.Heap(n);
                case VECTOR_NATIVE -> new AdamControl.Native(n);
                case PLAIN_HEAP -> new AdamControl.Plain(n);
            };
            case "Sgd" -> switch (loop) {
                case VECTOR_HEAP -> new SgdControl.Heap(n);
                case VECTOR_NATIVE -> new SgdControl.Native(n);
                case PLAIN_HEAP -> new SgdControl.Plain(n);
            };
            case StreamControl.STREAM -> switch (loop) {
                case VECTOR_HEAP -> new StreamControl.Heap(n);
                case VECTOR_NATIVE -> new StreamControl.Native(n);
                case PLAIN_HEAP -> throw new IllegalArgumentException("no plain control of a stream");
            };
            default -> throw new IllegalArgumentException("no control for rule '" + rule + "'");
        };
    }
}
