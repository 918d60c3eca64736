package org.lanewise.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.lanewise.storage.Bf16;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/**
 * Numbers of one type in memory, one after the other, little-endian: in a mapped file, or in a plane.
 *
 * @param type their type
 * @param size how many there are
 * @param memory exactly their bytes
 */
public record Numbers(Dtype type, long size, MemorySegment memory) {
    private static final int BLOCK = 1 << 12;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Those of a plane.
     *
     * @param plane the plane
     * @param size how many of them, from its first on
     * @return the plane's own memory
     */
    public static Numbers of(MemoryPlane plane, long size) {
        return new Numbers(plane.keepsFloats() ? Dtype.F32 : Dtype.BF16, size, plane.segment(size));
    }

    /**
     * Copies them: their bytes if the other ones are of the same type, else each by way of a float, rounded to the nearest, ties to even.
     *
     * @param target gets them: as many, of F32 or BF16, in memory aligned to them
     */
    public void copyTo(Numbers target) {
        if (type == target.type) {
            target.memory.copyFrom(memory);
            return;
        }
        MemoryPlane plane = target.type == Dtype.F32 ? new F32Native(target.memory) : new Bf16Native(target.memory);
        float[] floats = new float[BLOCK];
        for (long done = 0; done < size; done += BLOCK) {
            int count = (int) Math.min(BLOCK, size - done);
            read(done, floats, count);
            plane.at(done).copyFrom(floats, 0, count);
        }
    }

    /**
     * Reads some as floats.
     *
     * @param first index of the first one
     * @param target gets them from its start on
     * @param count how many
     */
    public void read(long first, float[] target, int count) {
        for (int i = 0; i < count; i++) {
            long at = first + i;
            target[i] = switch (type) {
                case F32 -> memory.get(FLOAT, at << 2);
                case BF16 -> Bf16.decode(memory.get(SHORT, at << 1));
                case F16 -> Float.float16ToFloat(memory.get(SHORT, at << 1));
                case F64 -> (float) memory.get(DOUBLE, at << 3);
                default -> throw new IllegalStateException("no floats in " + type);
            };
        }
    }
}
