package org.lanewise.demo;

import java.util.List;
import org.lanewise.tool.Machine;

/**
 * What the demo's {@code results.json} holds.
 *
 * @param machine what it was measured on
 * @param data what was learned
 * @param rules one row per rule, in the order of the table
 * @param whole the training with the whole step
 * @param places what the plain loop of one rule makes of other places
 * @param disturbance what kept the times from being good ones
 */
record DemoResults(Machine machine, Data data, List<RuleResult> rules, WholeResult whole, List<PlaceResult> places,
        Disturbance disturbance) {
    /**
     * The images and how they were used.
     *
     * @param source file name, or what the demo's own images are
     * @param epochs passes over the training images, in each training
     * @param parameters of the network
     */
    record Data(String source, int trainImages, int testImages, int epochs, long seed, long parameters) {}

    /**
     * What came out for one rule.
     *
     * @param rule with all its hyperparameters
     * @param batchSize images per step
     * @param finalLoss mean cross-entropy on all training images
     * @param testAccuracy share of test images that are read right, 0 to 1
     * @param stepsTo95 steps until 95 % of the test images were read right; null if never
     * @param scoredEvery steps from one look at the test images to the next
     * @param cost what a step costs
     * @param bitsEqual whether vector and scalar training ended in the same bits
     */
    record RuleResult(
            String name, String rule, double learningRate, int batchSize, int steps, double finalLoss, double testAccuracy,
            Integer stepsTo95, int scoredEvery, Cost cost, boolean bitsEqual) {}

    /**
     * Nanoseconds per parameter and step.
     *
     * @param lanewise with vectors
     * @param plain the rule's plain loop, as C2 compiles it
     * @param scalar the same in a JVM whose C2 does not vectorize loops: one element at a time; NaN if it was not measured
     */
    record Cost(double lanewise, double plain, double scalar) {
        /** How many times as fast as one element at a time the plain loop is. */
        double plainTimes() {
            return scalar / plain;
        }

        /** How many times as fast as one element at a time Lanewise is. */
        double lanewiseTimes() {
            return scalar / lanewise;
        }
    }

    /**
     * What the same rule costs in another place.
     *
     * @param place where parameters, gradients and states are
     */
    record PlaceResult(String place, double lanewise, double plain) {}

    /**
     * What came out of the training with the whole step.
     *
     * @param code the calls that made the optimizer
     * @param parameters of the network
     * @param clipped in how many steps the gradients were longer than the limit
     * @param plainAccuracy share of test images that are read right by the rule alone
     * @param accuracy the same by the whole step
     * @param averagedAccuracy the same with the averages in the place of the parameters
     * @param bitsEqual whether so many threads and one ended in the same bits
     * @param resumedAfter after how many steps another JVM went on from a file
     * @param resumed whether it ended as this one
     * @param ranks what several processes made of it
     */
    record WholeResult(String code, long parameters, int steps, int clipped, double plainAccuracy, double accuracy,
            double averagedAccuracy, int threads, boolean bitsEqual, int resumedAfter, Resumed resumed, DemoRanks ranks) {}

    boolean allBitsEqual() {
        return whole.bitsEqual() && whole.ranks().bitsEqual() && whole.resumed() != Resumed.OTHER_BITS
                && rules.stream().allMatch(RuleResult::bitsEqual);
    }
}
