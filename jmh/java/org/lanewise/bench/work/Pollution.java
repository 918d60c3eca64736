package org.lanewise.bench.work;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Momentum;
import org.lanewise.tool.StoreKind;

/**
 * What else runs in a JVM: C2 compiles shared methods by what all their callers did, so vectors on other memory elsewhere can slow a loop
 * down that never sees that memory.
 */
public final class Pollution {
    private static final int SEGMENT = 512;
    private static final int CALLS = 40_000;
    private static final int STEPS = 2_000;

    private Pollution() {}

    /** Runs foreign code and steps stores of all kinds at all widths by another rule, before the measured rule's kernel is compiled. */
    static void run(Rule measured) {
        foreignCode();
        Rule other = measured instanceof Adam ? new Momentum(0.05) : new Adam(0.01);
        for (StoreKind kind : StoreKind.values()) {
            for (Width width : Width.values()) {
                if (width.isSupported()) {
                    steps(other, kind, width);
                }
            }
        }
        foreignCode();
    }

    private static void steps(Rule rule, StoreKind kind, Width width) {
        try (ParameterStore store = kind.builder().tensor("w", SEGMENT).build()) {
            store.tensor("w").gradient().copyFrom(Workload.gradients(SEGMENT));
            Optimizer optimizer = Optimizer.of(rule, store, width);
            for (int i = 0; i < STEPS; i++) {
                optimizer.step();
            }
        }
    }

    /** Uses vectors on heap segments and on native ones that one thread owns. */
    public static void foreignCode() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment heap = MemorySegment.ofArray(new float[SEGMENT]);
            MemorySegment outside = arena.allocate(heap.byteSize(), 64);
            for (int i = 0; i < CALLS; i++) {
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
