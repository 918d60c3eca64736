package org.lanewise.execution;

import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.MemoryPlane;

/** A state that loops do not see as it is kept, but chunk by chunk as floats, a number for each element. */
interface Staged {
    /** What loops see. */
    ChunkPlane chunk();

    /** Whether each chunk has numbers of its own; else they are loaded once for a tensor. */
    boolean changesWithChunk();

    /** Puts the numbers of {@code length} elements of a tensor, from {@code start} on, into the chunk. */
    void load(MemoryPlane state, Shape shape, long start, int length);

    /** Puts the number of a tensor into elements {@code from} to {@code to - 1} of the chunk; only where chunks do not differ. */
    void spread(Plane state, int from, int to);

    /** Whether the update may write into the chunk; its numbers are then stored after each. */
    boolean writable();

    /** Takes the numbers of {@code length} elements of a tensor, from {@code start} on, out of the chunk. */
    void store(MemoryPlane state, Shape shape, long start, int length);
}
