package org.lanewise.storage;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lanewise.kernel.Plane;

/**
 * Some numbers of several planes, as floats in arrays that a loop can run over whatever the planes keep. Copied as blocks, numbers in
 * native memory are as quick to reach as those of an array, also for the interpreter, and C2 vectorizes the loop; element by element they
 * are not.
 */
public final class FloatBlocks {
    /**
     * Most elements of a block: those of some planes together stay in the second-level cache. With fewer, calls to copy them take longer
     * than the loop until C2 has compiled these.
     */
    public static final int SIZE = 1 << 12;

    static {
        // A class that vectors load later. C2's copies of blocks, which knew native segments alone, were thrown away then.
        MemorySegment.ofArray(new byte[0]);
    }

    private static final F32Heap NONE = new F32Heap(new float[0], 0);

    private final float[][] arrays;
    private final Plane[] planes;
    /** Over the arrays: copies between segments take the interpreter and C1 half as long as those to an array. */
    private final MemorySegment[] segments;
    private final short[] halves = new short[SIZE];
    private final MemorySegment halvesSegment = MemorySegment.ofArray(halves);

    /**
     * Blocks of so many planes.
     *
     * @param count how many
     */
    public FloatBlocks(int count) {
        arrays = new float[count][];
        segments = new MemorySegment[count];
        planes = new Plane[count];
        Arrays.fill(planes, NONE);
    }

    private float[] opened(int plane) {
        if (arrays[plane] == null) {
            arrays[plane] = new float[SIZE];
            segments[plane] = MemorySegment.ofArray(arrays[plane]);
            planes[plane] = new F32Heap(arrays[plane], 0);
        }
        return arrays[plane];
    }

    /**
     * The blocks as planes.
     *
     * @return floats in arrays from their start on, none of planes that nothing was loaded of; the same object every time
     */
    public Plane[] planes() {
        return planes;
    }

    /**
     * The numbers of a block.
     *
     * @param plane number of the plane
     * @return the same array every time
     */
    public float[] array(int plane) {
        return opened(plane);
    }

    /**
     * Copies elements of a plane into its block, from that's start on.
     *
     * @param number of the plane
     * @param plane the plane
     * @param from index of the first element
     * @param length number of elements, at most {@link #SIZE}, of a {@link ChunkPlane} up to its end
     */
    public void load(int number, Plane plane, int from, int length) {
        float[] to = opened(number);
        if (plane instanceof F32Heap floats) {
            System.arraycopy(floats.memory(), (int) floats.offset() + from, to, 0, length);
        } else if (plane instanceof F32Native floats) {
            MemorySegment.copy(floats.memory(), (long) from << 2, segments[number], 0, (long) length << 2);
        } else if (plane instanceof Bf16Heap shorts) {
            decode(shorts.memory(), (int) shorts.offset() + from, to, length);
        } else if (plane instanceof Bf16Native shorts) {
            MemorySegment.copy(shorts.memory(), (long) from << 1, halvesSegment, 0, (long) length << 1);
            decode(halves, 0, to, length);
        } else {
            System.arraycopy(((ChunkPlane) plane).memory(), from % ChunkPlane.SIZE, to, 0, length);
        }
    }

    /**
     * Copies a block into a plane, rounded to what that keeps.
     *
     * @param number of the plane
     * @param plane the plane
     * @param to index of the first element
     * @param length number of elements, at most {@link #SIZE}, of a {@link ChunkPlane} up to its end
     */
    public void store(int number, Plane plane, int to, int length) {
        float[] from = arrays[number];
        if (plane instanceof F32Heap floats) {
            System.arraycopy(from, 0, floats.memory(), (int) floats.offset() + to, length);
        } else if (plane instanceof F32Native floats) {
            MemorySegment.copy(segments[number], 0, floats.memory(), (long) to << 2, (long) length << 2);
        } else if (plane instanceof Bf16Heap shorts) {
            encode(from, shorts.memory(), (int) shorts.offset() + to, length);
        } else if (plane instanceof Bf16Native shorts) {
            encode(from, halves, 0, length);
            MemorySegment.copy(halvesSegment, 0, shorts.memory(), (long) to << 1, (long) length << 1);
        } else {
            System.arraycopy(from, 0, ((ChunkPlane) plane).memory(), to % ChunkPlane.SIZE, length);
        }
    }

    private static void decode(short[] from, int offset, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = Bf16.decode(from[offset + i]);
        }
    }

    private static void encode(float[] from, short[] to, int offset, int length) {
        for (int i = 0; i < length; i++) {
            to[offset + i] = Bf16.encode(from[i]);
        }
    }

    /**
     * Multiplies numbers of a block.
     *
     * @param plane number of the plane
     * @param scale the factor
     * @param length number of elements
     */
    public void scale(int plane, float scale, int length) {
        float[] x = arrays[plane];
        for (int i = 0; i < length; i++) {
            x[i] *= scale;
        }
    }

    /**
     * Makes zeros of what is infinite or {@code NaN}, as {@link Gradients#sanitise(float)}.
     *
     * @param plane number of the plane
     * @param length number of elements
     */
    public void sanitise(int plane, int length) {
        float[] x = arrays[plane];
        for (int i = 0; i < length; i++) {
            x[i] = Gradients.sanitise(x[i]);
        }
    }

    /**
     * Limits magnitudes, as {@link Gradients#clamp(float, float)}.
     *
     * @param plane number of the plane
     * @param bound at least 0
     * @param length number of elements
     */
    public void clamp(int plane, float bound, int length) {
        float[] x = arrays[plane];
        for (int i = 0; i < length; i++) {
            x[i] = Gradients.clamp(x[i], bound);
        }
    }

    /**
     * Makes zeros of subnormal numbers, as {@link Subnormals#flush(float)}.
     *
     * @param plane number of the plane
     * @param length number of elements
     */
    public void flush(int plane, int length) {
        float[] x = arrays[plane];
        for (int i = 0; i < length; i++) {
            x[i] = Subnormals.flush(x[i]);
        }
    }
}
