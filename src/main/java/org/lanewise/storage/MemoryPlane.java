package org.lanewise.storage;

import java.lang.foreign.MemorySegment;
import org.lanewise.kernel.Plane;

/**
 * A plane over memory, from an offset on.
 *
 * <p>A storage's four operations are what the splicer copies into kernels: straight-line code that uses its fields (the
 * memory; on the heap, the offset), the arguments, {@link org.lanewise.kernel.Species}, helpers of this package and public JDK
 * methods, nothing else.
 */
public abstract sealed class MemoryPlane extends Plane permits F32Heap, F32Native, Bf16Heap, Bf16Native, ChunkPlane {
    private static final int BLOCK = 1 << 16;

    /** For the storages of this package. */
    MemoryPlane() {}

    @Override
    public abstract Object memory();

    @Override
    public abstract long offset();

    /**
     * Whether it keeps the floats that are written, bit for bit.
     *
     * @return false if it rounds them
     */
    public boolean keepsFloats() {
        return !(this instanceof Bf16Heap || this instanceof Bf16Native);
    }

    /**
     * Part of this plane.
     *
     * @param elements where it starts
     * @return the same memory, seen from there on
     */
    public abstract MemoryPlane at(long elements);

    /**
     * The memory of elements from the first one on.
     *
     * @param length number of elements
     * @return a segment of exactly these
     */
    public abstract MemorySegment segment(long length);

    /**
     * Writes one value to all elements.
     *
     * @param x the value
     * @param length number of elements
     */
    public final void fill(float x, long length) {
        for (long done = 0; done < length; done += BLOCK) {
            MemoryPlane block = at(done);
            int end = (int) Math.min(BLOCK, length - done);
            for (int i = 0; i < end; i++) {
                block.set(i, x);
            }
        }
    }

    /**
     * Copies values in, rounded to what this plane keeps.
     *
     * @param source holds the values
     * @param sourceOffset index of the first one
     * @param length number of values
     */
    public void copyFrom(float[] source, int sourceOffset, int length) {
        for (int i = 0; i < length; i++) {
            set(i, source[sourceOffset + i]);
        }
    }

    /**
     * Copies values out.
     *
     * @param first index of the first one here
     * @param target gets the values
     * @param targetOffset index of the first one there
     * @param length number of values
     */
    public void copyTo(int first, float[] target, int targetOffset, int length) {
        for (int i = 0; i < length; i++) {
            target[targetOffset + i] = get(first + i);
        }
    }
}
