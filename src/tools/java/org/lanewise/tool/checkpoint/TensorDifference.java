package org.lanewise.tool.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lanewise.torchfile.Pickled;

/**
 * In what two tensors of the same shape differ.
 *
 * @param differing how many numbers differ in bits; all NaN are alike
 * @param first index of the first of them
 * @param largest the largest distance of two that are finite
 */
record TensorDifference(long differing, long first, double largest) {
    private static final int CHUNK = 1 << 14;

    static TensorDifference of(Pickled.Tensor a, Pickled.Tensor b) throws IOException {
        long differing = 0, first = -1, size = a.size();
        double largest = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rawA = arena.allocate((long) CHUNK * a.dtype().bytes());
            MemorySegment rawB = arena.allocate((long) CHUNK * b.dtype().bytes());
            for (long at = 0; at < size; at += CHUNK) {
                int count = (int) Math.min(CHUNK, size - at);
                a.elements().read(at, rawA.asSlice(0, (long) count * a.dtype().bytes()));
                b.elements().read(at, rawB.asSlice(0, (long) count * b.dtype().bytes()));
                for (int i = 0; i < count; i++) {
                    double ours = a.dtype().get(rawA, i), theirs = b.dtype().get(rawB, i);
                    if (Double.doubleToLongBits(ours) != Double.doubleToLongBits(theirs)) {
                        first = first < 0 ? at + i : first;
                        differing++;
                        double distance = Math.abs(ours - theirs);
                        largest = Double.isFinite(distance) ? Math.max(largest, distance) : largest;
                    }
                }
            }
        }
        return new TensorDifference(differing, first, largest);
    }
}
