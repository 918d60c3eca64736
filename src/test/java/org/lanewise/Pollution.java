package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.lanewise.rule.Adam;
import org.lanewise.verify.Values;

/** Prints the time of a native step before and after other code used vectors on heap segments; a program of its own. */
final class Pollution {
    private static final int N = 4_096;
    private static final int STEPS = 2_000;

    private Pollution() {}

    /** {@code first}: other code runs before anything else, and only the time after is printed. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("first")) {
            pollute();
            System.out.println(nanosPerStep());
        } else {
            double clean = nanosPerStep();
            pollute();
            System.out.println(clean + " " + nanosPerStep());
        }
    }

    private static double nanosPerStep() {
        try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", N).build()) {
            store.tensor("w").gradient().copyFrom(Values.NORMAL.array(N, 1));
            Optimizer optimizer = Optimizer.of(new Adam(1e-3), store);
            double best = Double.MAX_VALUE;
            for (int sample = 0; sample < 20; sample++) {
                long start = System.nanoTime();
                for (int i = 0; i < STEPS; i++) {
                    optimizer.step();
                }
                best = Math.min(best, (double) (System.nanoTime() - start) / STEPS);
            }
            return best;
        }
    }

    private static void pollute() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment heap = MemorySegment.ofArray(new float[512]);
            MemorySegment outside = arena.allocate(heap.byteSize(), 64);
            for (int i = 0; i < 40_000; i++) {
                addOne(i % 2 == 0 ? heap : outside);
            }
        }
    }

    private static void addOne(MemorySegment segment) {
        var species = FloatVector.SPECIES_PREFERRED;
        for (long at = 0; at + species.vectorByteSize() <= segment.byteSize(); at += species.vectorByteSize()) {
            FloatVector.fromMemorySegment(species, segment, at, ByteOrder.nativeOrder()).add(1)
                    .intoMemorySegment(segment, at, ByteOrder.nativeOrder());
        }
    }
}
