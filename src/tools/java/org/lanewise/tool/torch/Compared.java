package org.lanewise.tool.torch;

import java.util.BitSet;
import java.util.List;

/**
 * What one case of a file came to.
 *
 * @param group what the case is an example of, such as an optimizer
 * @param name what the file calls the case
 * @param exact whether bits were compared, or numbers could be nearly the same
 * @param tensors number of recorded tensors that were compared
 * @param elements number of their elements
 * @param differences the tensors that differ, in the order of the steps
 */
public record Compared(String group, String name, boolean exact, int tensors, long elements, List<Difference> differences) {
    /**
     * A recorded tensor that differs.
     *
     * @param step after how many steps it was recorded
     * @param tensor PyTorch's name
     * @param which the elements that differ, in whatever place and at whatever width; not to be changed
     * @param index where the distance is the largest
     * @param ours what Lanewise has there
     * @param theirs what PyTorch has there
     * @param ulps distance of the two
     * @param places in which kinds of stores and at which widths the tensor differs
     */
    public record Difference(int step, String tensor, BitSet which, int index, double ours, double theirs, long ulps, List<Place> places) {
        /** Number of elements that differ. */
        public int elements() {
            return which.cardinality();
        }
    }

    /** Number of elements that differ. */
    public long differing() {
        return differences.stream().mapToLong(Difference::elements).sum();
    }
}
