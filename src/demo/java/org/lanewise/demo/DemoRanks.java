package org.lanewise.demo;

import java.util.Optional;

/**
 * What came out of the training in several processes.
 *
 * @param count how many; 0 if there were none
 * @param accuracy share of test images that are read right, 0 to 1
 * @param bitsEqual whether all had the curve and the parameters of one process that adds the same gradients in the order of the ranks
 */
record DemoRanks(int count, double accuracy, boolean bitsEqual) {
    static final DemoRanks NONE = new DemoRanks(0, 0, true);

    /** A sentence, if there were any. */
    Optional<String> sentence() {
        return count == 0 ? Optional.empty()
                : Optional.of(count + " processes, each with its share of every batch and of the optimizer's states, had "
                        + (bitsEqual ? "the same curve and parameters as one process, to the bit."
                                : "OTHER bits than one process, which is a fault."));
    }
}
