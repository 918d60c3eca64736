package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.lanewise.distributed.Communicator;

/** The same few numbers of all ranks: each writes its own, and reads those of the others once they are gathered. */
final class Gathered {
    private final Communicator communicator;
    private final MemorySegment[] all;

    /**
     * Zeros.
     *
     * @param shard the ranks, and what allocates memory
     * @param counts how many numbers each rank has
     */
    Gathered(Shard shard, int... counts) {
        this.communicator = shard.communicator();
        this.all = new MemorySegment[counts.length];
        for (int k = 0; k < counts.length; k++) {
            all[k] = shard.arena().allocate((long) counts[k] * Long.BYTES, Long.BYTES);
        }
    }

    /** As many for each rank. */
    static Gathered each(Shard shard, int count) {
        int[] counts = new int[shard.ranks()];
        Arrays.fill(counts, count);
        return new Gathered(shard, counts);
    }

    int count(int rank) {
        return Math.toIntExact(all[rank].byteSize() / Long.BYTES);
    }

    void put(int index, long value) {
        all[communicator.rank()].setAtIndex(ValueLayout.JAVA_LONG, index, value);
    }

    void put(int index, double value) {
        all[communicator.rank()].setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
    }

    void gather() {
        communicator.allGather(all[communicator.rank()], all);
    }

    long get(int rank, int index) {
        return all[rank].getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    double real(int rank, int index) {
        return all[rank].getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    }
}
