package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.lanewise.kernel.Plane;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.storage.F32Native;

/**
 * Sums of the squares of blocks of the row. A block is summed by the rank that has its first element, the others send it their elements:
 * so the sums are those of one process, by bits.
 */
final class BlockSums {
    private static final MemorySegment NOTHING = MemorySegment.NULL;

    private final Shard shard;
    private final BlockReducer reducer;
    private final List<Block> blocks;
    private final int first;
    private final Plane[][] planes;
    private final Gathered sums;
    private final boolean anyShared;
    private final MemorySegment shared;
    private final MemorySegment[] send;
    private final MemorySegment[] receive;

    /**
     * A block.
     *
     * @param tensor number of the tensor it begins in
     * @param from first element in the row
     * @param length number of elements
     */
    record Block(int tensor, long from, int length) {
        long end() {
            return from + length;
        }
    }

    BlockSums(Shard shard, BlockReducer reducer, List<Block> blocks) {
        this.shard = shard;
        this.reducer = reducer;
        this.blocks = blocks;
        int ranks = shard.ranks(), rank = shard.rank();
        int[] counts = new int[ranks];
        blocks.forEach(block -> counts[shard.owner(block.from())]++);
        this.first = Arrays.stream(counts, 0, rank).sum();
        this.sums = new Gathered(shard, counts);
        this.planes = new Plane[counts[rank]][];
        this.send = new MemorySegment[ranks];
        this.receive = new MemorySegment[ranks];
        Arrays.fill(send, NOTHING);
        Arrays.fill(receive, NOTHING);
        this.anyShared = blocks.stream().anyMatch(block -> block.end() > shard.cuts()[shard.owner(block.from()) + 1]);
        this.shared = shard.arena().allocate(BlockReducer.BLOCK * (long) Float.BYTES, 64);
        for (int k = 0; k < planes.length; k++) {
            Block block = blocks.get(first + k);
            planes[k] = planes(block.end() > shard.end() ? shared : shard.gradients(block.from(), block.end()));
        }
        blocks.stream().filter(block -> block.from() < shard.start() && shard.start() < block.end() && shard.start() < shard.end())
                .forEach(block -> send[shard.owner(block.from())] = shard.gradients(shard.start(), Math.min(block.end(), shard.end())));
        if (planes.length > 0 && isShared(last())) {
            for (int other = rank + 1; other < ranks; other++) {
                receive[other] = ofShared(shard.cuts()[other], Math.min(last().end(), shard.cuts()[other + 1]));
            }
        }
    }

    private static Plane[] planes(MemorySegment memory) {
        return BlockReducer.planes(new F32Native(memory)).toArray(Plane[]::new);
    }

    private Block last() {
        return blocks.get(first + planes.length - 1);
    }

    private boolean isShared(Block block) {
        return block.end() > shard.end();
    }

    /** Elements of the last block, which other ranks have too. */
    private MemorySegment ofShared(long from, long to) {
        return from < to ? shared.asSlice((from - last().from()) * Float.BYTES, (to - from) * Float.BYTES) : NOTHING;
    }

    /** Sums all blocks, those of tensors that are left out as 0. */
    void run(IntPredicate isLeftOut) {
        if (anyShared) {
            shard.communicator().allToAll(send, receive);
            if (planes.length > 0 && isShared(last())) {
                ofShared(last().from(), shard.end()).copyFrom(shard.gradients(last().from(), shard.end()));
            }
        }
        for (int k = 0; k < planes.length; k++) {
            Block block = blocks.get(first + k);
            sums.put(k, isLeftOut.test(block.tensor()) ? 0.0 : reducer.sumOfSquares(planes[k], 0, block.length()));
        }
        sums.gather();
    }

    /** What blocks are given, in their order. */
    interface Sink {
        void accept(int tensor, double sum);
    }

    void forEach(Sink sink) {
        int block = 0;
        for (int rank = 0; rank < shard.ranks(); rank++) {
            for (int k = 0; k < sums.count(rank); k++) {
                sink.accept(blocks.get(block++).tensor(), sums.real(rank, k));
            }
        }
    }
}
