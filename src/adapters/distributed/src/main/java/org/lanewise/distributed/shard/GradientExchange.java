package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import org.lanewise.distributed.Reduction;

/** Sends each rank the gradients of its part, and adds up what comes for this one. */
public final class GradientExchange {
    private final Shard shard;
    private final Message[] messages;
    private final RankSum sum;

    /** For each rank what goes there, where to put what comes from there: for this rank its own gradients. */
    private record Message(Range[] ranges, MemorySegment[] send, MemorySegment[] receive, MemorySegment target) {}

    /**
     * Prepares all messages.
     *
     * @param shard this rank's part
     * @param reduction what is made of the gradients
     */
    public GradientExchange(Shard shard, Reduction reduction) {
        this.shard = shard;
        this.sum = new RankSum(reduction == Reduction.MEAN ? shard.ranks() : 1);
        this.messages = new Message[shard.messages()];
        int ranks = shard.ranks(), rank = shard.rank();
        long own = Math.min(Shard.MESSAGE, shard.end() - shard.start()) * Float.BYTES;
        MemorySegment[] buffers = new MemorySegment[ranks];
        for (int k = 0; k < ranks; k++) {
            buffers[k] = shard.arena().allocate(k == rank ? 0 : own, 64);
        }
        for (int m = 0; m < messages.length; m++) {
            Range[] ranges = new Range[ranks];
            MemorySegment[] send = new MemorySegment[ranks], receive = new MemorySegment[ranks];
            long bytes = (shard.from(rank, m + 1) - shard.from(rank, m)) * Float.BYTES;
            for (int k = 0; k < ranks; k++) {
                ranges[k] = new Range(shard.layout().memory(Layout.Plane.GRADIENTS, shard.from(k, m), shard.from(k, m + 1)), shard.arena());
                send[k] = ranges[k].message();
                receive[k] = k == rank ? send[k] : buffers[k].asSlice(0, bytes);
            }
            messages[m] = new Message(ranges, send, receive, shard.gradients(shard.from(rank, m), shard.from(rank, m + 1)));
        }
    }

    /** Leaves the gradients of all ranks, reduced, in the shard's memory. */
    public void run() {
        for (Message message : messages) {
            for (Range range : message.ranges()) {
                range.fill();
            }
            shard.communicator().allToAll(message.send(), message.receive());
            sum.run(message.receive(), message.target());
        }
    }
}
