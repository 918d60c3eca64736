package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.storage.MemoryPlane;

/**
 * All elements that are stepped, in one row: tensor after tensor as they lie in their planes, each padded to {@value PlacedTensor#PADDING}
 * elements, without those that are frozen.
 *
 * @param sizes elements of each tensor
 * @param starts where each begins in the row; -1 if it is frozen
 * @param isWhole which tensors no two ranks may share
 * @param runs stretches of the row that lie in one piece in the planes
 * @param length elements of the row
 */
public record Layout(long[] sizes, long[] starts, boolean[] isWhole, List<Run> runs, long length) {
    /** Elements of a part from which on it is made of whole blocks: parts differ by 3 % at most then. */
    private static final long SHORTEST_OF_BLOCKS = 32L * BlockReducer.BLOCK;

    /**
     * Neighbours in the planes too.
     *
     * @param start where it begins in the row
     * @param firstTensor number of its first tensor
     * @param endTensor number of its last tensor, and one
     * @param parameters the memory of exactly these elements
     * @param gradients the same in the other plane
     */
    public record Run(long start, int firstTensor, int endTensor, MemorySegment parameters, MemorySegment gradients) {
        /** {@return elements} */
        public long length() {
            return parameters.byteSize() / Float.BYTES;
        }
    }

    /** Which plane. */
    public enum Plane {
        /** The parameters. */
        PARAMETERS,
        /** The gradients. */
        GRADIENTS;

        private MemorySegment of(Run run) {
            return this == PARAMETERS ? run.parameters() : run.gradients();
        }
    }

    /**
     * The row of a store.
     *
     * @param tensors its tensors, owned and in native memory
     * @param divisions its groups
     * @return where everything is
     */
    public static Layout of(List<PlacedTensor> tensors, List<OptimizerAccess.Division> divisions) {
        int count = tensors.size();
        boolean[] isStepped = new boolean[count], isWhole = new boolean[count];
        for (OptimizerAccess.Division division : divisions) {
            for (int tensor : division.tensors()) {
                isStepped[tensor] = !division.isFrozen();
                isWhole[tensor] = division.wholeTensors();
            }
        }
        long[] sizes = tensors.stream().mapToLong(tensor -> tensor.shape().size()).toArray();
        long[] starts = new long[count];
        Arrays.fill(starts, -1);
        List<Run> runs = new ArrayList<>();
        long end = 0;
        for (int k = 0; k < count;) {
            int first = k;
            long start = end;
            for (; k < count && isStepped[k]; k++) {
                starts[k] = end;
                end += PlacedTensor.padded(sizes[k]);
            }
            if (end > start) {
                runs.add(new Run(start, first, k, memory(tensors.get(first).parameter(), end - start),
                        memory(tensors.get(first).gradient(), end - start)));
            }
            k = Math.max(k, first + 1);
        }
        return new Layout(sizes, starts, isWhole, runs, end);
    }

    private static MemorySegment memory(MemoryPlane plane, long length) {
        return plane.segment(length);
    }

    /**
     * Divides the row evenly, but at multiples of {@value PlacedTensor#PADDING} elements, or of blocks of norms where these are few against
     * a part, and not inside of tensors that must stay whole.
     *
     * @param ranks among how many
     * @return where each rank's part begins, and the end of the last
     */
    public long[] cuts(int ranks) {
        long[] cuts = new long[ranks + 1];
        for (int k = 1; k < ranks; k++) {
            long ideal = length / ranks * k + length % ranks * k / ranks;
            cuts[k] = Math.max(cuts[k - 1], aroundWholeTensors(rounded(ideal, length / ranks)));
        }
        cuts[ranks] = length;
        return cuts;
    }

    /** The nearest multiple in its run: no block of norms is then shared by ranks if parts are long. */
    private long rounded(long element, long part) {
        long unit = part < SHORTEST_OF_BLOCKS ? PlacedTensor.PADDING : BlockReducer.BLOCK;
        for (Run run : runs) {
            if (element < run.start() + run.length()) {
                return Math.min(run.start() + (element - run.start() + unit / 2) / unit * unit, run.start() + run.length());
            }
        }
        return length;
    }

    private long aroundWholeTensors(long cut) {
        for (int k = 0; k < sizes.length; k++) {
            long end = starts[k] + PlacedTensor.padded(sizes[k]);
            if (isWhole[k] && starts[k] >= 0 && starts[k] < cut && cut < end) {
                return cut - starts[k] < end - cut ? starts[k] : end;
            }
        }
        return cut;
    }

    /**
     * Memory of a range of the row.
     *
     * @param plane of which plane
     * @param from first element
     * @param to last element and one
     * @return in as many pieces as it lies in
     */
    List<MemorySegment> memory(Plane plane, long from, long to) {
        List<MemorySegment> all = new ArrayList<>();
        for (Run run : runs) {
            long first = Math.max(from, run.start()), end = Math.min(to, run.start() + run.length());
            if (first < end) {
                all.add(plane.of(run).asSlice((first - run.start()) * Float.BYTES, (end - first) * Float.BYTES));
            }
        }
        return all;
    }
}
