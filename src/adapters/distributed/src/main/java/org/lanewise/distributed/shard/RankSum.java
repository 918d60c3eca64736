package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.Width;

/**
 * Adds floats of several ranks in the order of the ranks, and divides by a number. Vectors and the plain loop do the same additions, each
 * rounded once, so the bits do not depend on the width.
 */
final class RankSum {
    /** Elements per call of a loop: what is added stays in the first-level cache, and C2 compiles the loops soon. */
    private static final int BLOCK = 1 << 11;

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private final boolean vectors = Width.preferred() != Width.SCALAR;
    private final float divisor;

    /** With what the sum is divided by. */
    RankSum(int divisor) {
        this.divisor = divisor;
    }

    /** Adds up parts of as many bytes as the target. */
    void run(MemorySegment[] parts, MemorySegment target) {
        long length = target.byteSize() / Float.BYTES;
        for (long from = 0; from < length; from += BLOCK) {
            int count = (int) Math.min(BLOCK, length - from);
            MemorySegment.copy(parts[0], from * Float.BYTES, target, from * Float.BYTES, (long) count * Float.BYTES);
            for (int k = 1; k < parts.length; k++) {
                add(parts[k], target, from * Float.BYTES, count);
            }
            if (divisor != 1) {
                divide(target, from * Float.BYTES, count, divisor);
            }
        }
    }

    private void add(MemorySegment part, MemorySegment target, long at, int count) {
        int i = 0;
        for (; vectors && i < FLOATS.loopBound(count); i += FLOATS.length()) {
            long place = at + (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, target, place, ORDER).add(FloatVector.fromMemorySegment(FLOATS, part, place, ORDER))
                    .intoMemorySegment(target, place, ORDER);
        }
        for (; i < count; i++) {
            long place = at + (long) i * Float.BYTES;
            target.set(ValueLayout.JAVA_FLOAT, place,
                    target.get(ValueLayout.JAVA_FLOAT, place) + part.get(ValueLayout.JAVA_FLOAT, place));
        }
    }

    private void divide(MemorySegment target, long at, int count, float divisor) {
        int i = 0;
        for (; vectors && i < FLOATS.loopBound(count); i += FLOATS.length()) {
            long place = at + (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(FLOATS, target, place, ORDER).div(divisor).intoMemorySegment(target, place, ORDER);
        }
        for (; i < count; i++) {
            long place = at + (long) i * Float.BYTES;
            target.set(ValueLayout.JAVA_FLOAT, place, target.get(ValueLayout.JAVA_FLOAT, place) / divisor);
        }
    }
}
