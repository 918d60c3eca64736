package org.lanewise.distributed.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.Width;
import org.lanewise.execution.Measures;
import org.lanewise.execution.NormPass;
import org.lanewise.execution.Presence;
import org.lanewise.kernel.Plane;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.reduction.Sum;
import org.lanewise.storage.F32Native;

/** Measures the gradients of all ranks, in the blocks and in the order that one process takes. All ranks must ask for the same. */
public final class ShardMeasures implements Measures {
    private static final int VECTOR_BITS = 128;

    private final Shard shard;
    private final Presence presence;
    private final BlockReducer reducer;
    private final Gathered found;
    private final Sum sum = new Sum();
    private Optional<BlockSums> ofRuns = Optional.empty();
    private Optional<BlockSums> ofTensors = Optional.empty();
    private int tensor;

    /**
     * Measures of a shard's gradients.
     *
     * @param shard this rank's part
     * @param presence which tensors are left out
     * @param width width of the vectors
     * @param sanitised whether numbers that are not finite count as zero
     */
    public ShardMeasures(Shard shard, Presence presence, Width width, boolean sanitised) {
        this.shard = shard;
        this.presence = presence;
        this.reducer = new BlockReducer(F32Native.class, Math.max(width.bits(), VECTOR_BITS), width != Width.SCALAR, sanitised);
        this.found = Gathered.each(shard, 4);
    }

    private BlockSums ofRuns() {
        if (ofRuns.isEmpty()) {
            List<BlockSums.Block> blocks = new ArrayList<>();
            shard.layout().runs().forEach(run -> add(blocks, run.firstTensor(), run.start(), run.length()));
            ofRuns = Optional.of(new BlockSums(shard, reducer, blocks));
        }
        return ofRuns.get();
    }

    private BlockSums ofTensors() {
        if (ofTensors.isEmpty()) {
            List<BlockSums.Block> blocks = new ArrayList<>();
            long[] starts = shard.layout().starts();
            for (int k = 0; k < starts.length; k++) {
                if (starts[k] >= 0) {
                    add(blocks, k, starts[k], shard.layout().sizes()[k]);
                }
            }
            ofTensors = Optional.of(new BlockSums(shard, reducer, blocks));
        }
        return ofTensors.get();
    }

    private static void add(List<BlockSums.Block> blocks, int tensor, long start, long length) {
        for (long from = 0; from < length; from += BlockReducer.BLOCK) {
            blocks.add(new BlockSums.Block(tensor, start + from, (int) Math.min(BlockReducer.BLOCK, length - from)));
        }
    }

    @Override
    public double sumOfSquares() {
        BlockSums sums = presence.anyAbsent() ? ofTensors() : ofRuns();
        sums.run(presence::isAbsent);
        sum.clear();
        sums.forEach((_, of) -> sum.add(of));
        return sum.value();
    }

    @Override
    public void sumsOfSquares(NormPass.OfTensor each) {
        BlockSums sums = ofTensors();
        sums.run(presence::isAbsent);
        tensor = -1;
        sum.clear();
        sums.forEach((next, of) -> {
            if (next != tensor) {
                end(each);
                tensor = next;
            }
            sum.add(of);
        });
        end(each);
    }

    private void end(NormPass.OfTensor each) {
        if (tensor >= 0) {
            each.accept(tensor, sum.value());
            sum.clear();
        }
    }

    /** What is done with parts of tensors that this rank has; stops at the first for which it is true. */
    private interface Visitor {
        boolean visit(int tensor, long first, Plane[] planes, int length);
    }

    private void visit(Visitor visitor) {
        for (int k = 0; k < shard.layout().sizes().length; k++) {
            long length = presence.isAbsent(k) ? 0 : shard.length(k), first = shard.first(k);
            for (long done = 0; done < length; done += BlockReducer.BLOCK) {
                int count = (int) Math.min(BlockReducer.BLOCK, length - done);
                long from = shard.layout().starts()[k] + first + done;
                Plane[] planes = BlockReducer.planes(new F32Native(shard.gradients(from, from + count))).toArray(Plane[]::new);
                if (visitor.visit(k, first + done, planes, count)) {
                    return;
                }
            }
        }
    }

    @Override
    public long nonFiniteCount() {
        long[] count = {0};
        visit((_, _, planes, length) -> {
            count[0] += reducer.nonFiniteCount(planes, 0, length);
            return false;
        });
        found.put(0, count[0]);
        found.gather();
        long all = 0;
        for (int rank = 0; rank < shard.ranks(); rank++) {
            all += found.get(rank, 0);
        }
        return all;
    }

    @Override
    public Optional<NormPass.Found> firstNonFinite() {
        found.put(0, 0L);
        visit((of, first, planes, length) -> {
            for (int i = 0; i < length; i++) {
                if (!Float.isFinite(planes[0].get(i))) {
                    found.put(0, 1L);
                    found.put(1, (long) of);
                    found.put(2, first + i);
                    found.put(3, (long) Float.floatToRawIntBits(planes[0].get(i)));
                    return true;
                }
            }
            return false;
        });
        found.gather();
        for (int rank = 0; rank < shard.ranks(); rank++) {
            if (found.get(rank, 0) != 0) {
                return Optional.of(new NormPass.Found((int) found.get(rank, 1), found.get(rank, 2),
                        Float.intBitsToFloat((int) found.get(rank, 3))));
            }
        }
        return Optional.empty();
    }
}
