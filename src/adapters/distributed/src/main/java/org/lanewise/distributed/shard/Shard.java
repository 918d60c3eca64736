package org.lanewise.distributed.shard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lanewise.distributed.Communicator;

/**
 * The part of the row that this rank steps, and the memory for its gradients once they are added over all ranks.
 *
 * @param communicator the ranks
 * @param layout the row
 * @param cuts where each rank's part begins, and the end of the last
 * @param gradients of this rank's part, as floats
 * @param arena of all that is allocated for it
 */
public record Shard(Communicator communicator, Layout layout, long[] cuts, MemorySegment gradients, Arena arena) {
    /** Elements of a message at most: 1 MiB of floats, so that what is received is added while it is in the cache. */
    static final long MESSAGE = 1 << 18;

    private static final long ALIGNMENT = 64;

    /**
     * This rank's part.
     *
     * @param communicator the ranks
     * @param layout the row
     * @param arena of all that is allocated for it
     * @return with gradients of zero
     */
    public static Shard of(Communicator communicator, Layout layout, Arena arena) {
        long[] cuts = layout.cuts(communicator.size());
        int rank = communicator.rank();
        MemorySegment gradients = arena.allocate((cuts[rank + 1] - cuts[rank]) * Float.BYTES, ALIGNMENT);
        return new Shard(communicator, layout, cuts, gradients, arena);
    }

    int rank() {
        return communicator.rank();
    }

    int ranks() {
        return communicator.size();
    }

    /** {@return where this rank's part begins in the row} */
    public long start() {
        return cuts[rank()];
    }

    /** {@return where this rank's part ends} */
    public long end() {
        return cuts[rank() + 1];
    }

    /** How many messages the longest part takes. */
    int messages() {
        long longest = 0;
        for (int k = 0; k < ranks(); k++) {
            longest = Math.max(longest, cuts[k + 1] - cuts[k]);
        }
        return Math.toIntExact(Math.ceilDiv(longest, MESSAGE));
    }

    /** Where message number {@code message} of a rank's part begins in the row. */
    long from(int rank, int message) {
        return Math.min(cuts[rank] + message * MESSAGE, cuts[rank + 1]);
    }

    /** The last rank whose part begins at or before an element, and is not empty. */
    int owner(long element) {
        int at = Arrays.binarySearch(cuts, element);
        int rank = at >= 0 ? at : -at - 2;
        while (cuts[rank + 1] <= element) {
            rank++;
        }
        return rank;
    }

    /** Gradients of a range of this rank's part. */
    MemorySegment gradients(long from, long to) {
        return gradients.asSlice((from - start()) * Float.BYTES, (to - from) * Float.BYTES);
    }

    /**
     * Gradients of a tensor's elements in this rank's part.
     *
     * @param tensor number of a tensor
     * @return exactly these
     */
    public MemorySegment gradients(int tensor) {
        long length = length(tensor), from = length == 0 ? start() : layout.starts()[tensor] + first(tensor);
        return gradients(from, from + length);
    }

    /**
     * A tensor's elements in this rank's part.
     *
     * @param tensor number of a tensor
     * @return index in the tensor of the first one; 0 if there is none
     */
    public long first(int tensor) {
        return length(tensor) == 0 ? 0 : Math.max(0, start() - layout.starts()[tensor]);
    }

    /**
     * A tensor's elements in this rank's part.
     *
     * @param tensor number of a tensor
     * @return how many there are
     */
    public long length(int tensor) {
        long begin = layout.starts()[tensor];
        return begin < 0 ? 0 : Math.max(0, Math.min(end(), begin + layout.sizes()[tensor]) - Math.max(start(), begin));
    }
}
