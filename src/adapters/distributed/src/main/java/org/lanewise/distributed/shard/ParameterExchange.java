package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;

/** Gives all ranks the parameters of this one's part, and takes those of theirs. */
public final class ParameterExchange {
    private final Shard shard;
    private final Range[][] ranges;
    private final MemorySegment[][] receive;

    /**
     * Prepares all messages.
     *
     * @param shard this rank's part
     */
    public ParameterExchange(Shard shard) {
        this.shard = shard;
        int ranks = shard.ranks();
        this.ranges = new Range[shard.messages()][ranks];
        this.receive = new MemorySegment[ranges.length][ranks];
        for (int m = 0; m < ranges.length; m++) {
            for (int k = 0; k < ranks; k++) {
                ranges[m][k] = new Range(shard.layout().memory(Layout.Plane.PARAMETERS, shard.from(k, m), shard.from(k, m + 1)),
                        shard.arena());
                receive[m][k] = ranges[m][k].message();
            }
        }
    }

    /** Leaves the parameters of all ranks in the planes. */
    public void run() {
        for (int m = 0; m < ranges.length; m++) {
            Range own = ranges[m][shard.rank()];
            own.fill();
            shard.communicator().allGather(own.message(), receive[m]);
            for (Range range : ranges[m]) {
                if (range != own) {
                    range.empty();
                }
            }
        }
    }
}
