package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/** How a plane keeps its numbers. The arithmetic is 32-bit float whatever the storage; only a load and a store differ. */
public enum Storage {
    /** 32-bit float, 4 bytes. */
    F32(4) {
        @Override
        MemoryPlane onHeap(int elements) {
            return new F32Heap(new float[elements], 0);
        }

        @Override
        MemoryPlane over(MemorySegment segment) {
            return new F32Native(segment);
        }
    },

    /**
     * bfloat16, the upper 16 bits of a float, 2 bytes: range of a float, 8 significant bits. Written to the nearest, ties to even;
     * {@code NaN} stays {@code NaN}. What is added to a number is lost below about 1/512 of it: a parameter kept so does not move by
     * smaller updates, and a running average whose {@code 1 - beta} is smaller, like Adam's {@code v} with beta2 0.999, neither reaches
     * nor leaves large values as it should. Choose beta2 up to about 0.99 then, or keep states as {@link #F32}.
     */
    BF16(2) {
        @Override
        MemoryPlane onHeap(int elements) {
            return new Bf16Heap(new short[elements], 0);
        }

        @Override
        MemoryPlane over(MemorySegment segment) {
            return new Bf16Native(segment);
        }
    };

    private static final long ALIGNMENT_BYTES = 64;

    /**
     * Large native planes of a store start this far apart, modulo {@link #PERIOD_BYTES}. Without it those of a power of 2 of elements lie
     * a power of 2 apart: at 16 Mi elements Adam takes 1.56 to 1.93 instead of 1.22 to 1.48 ns per element on Zen 3, and 0.486 instead of
     * 0.471 on Zen 5; a distance of 4 KiB does not help.
     */
    private static final long SPACING_BYTES = 32 << 10;

    private static final long PERIOD_BYTES = 8 * SPACING_BYTES;

    private static final long LARGE_BYTES = 4 << 20;

    private final int bytes;

    Storage(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Size of one element.
     *
     * @return a number of bytes
     */
    public int bytes() {
        return bytes;
    }

    /** A plane in a Java array of its own, all zero. */
    abstract MemoryPlane onHeap(int elements);

    /** A plane over native memory. */
    abstract MemoryPlane over(MemorySegment segment);

    /**
     * A plane of its own, all zero: in native memory of an arena, or on the heap without one.
     *
     * @param index which plane of its store it is
     */
    MemoryPlane allocate(Arena arena, long elements, int index) {
        long size = elements * bytes;
        if (arena == null) {
            return onHeap((int) elements);
        }
        if (size < LARGE_BYTES) {
            return over(arena.allocate(size, ALIGNMENT_BYTES));
        }
        MemorySegment room = arena.allocate(size + PERIOD_BYTES, ALIGNMENT_BYTES);
        return over(room.asSlice(Math.floorMod(index * SPACING_BYTES - room.address(), PERIOD_BYTES), size));
    }
}
