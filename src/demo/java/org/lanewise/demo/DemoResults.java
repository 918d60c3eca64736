package org.lanewise.demo;

import java.util.List;
import org.lanewise.tool.Machine;

/**
 * What the demo's {@code results.json} holds.
 *
 * @param machine what it was measured on
 * @param data what was learned
 * @param rules one row per rule, in the order of the table
 */
record DemoResults(Machine machine, Data data, List<RuleResult> rules) {
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
     * @param bitsEqual whether vector and scalar training ended in the same bits
     */
    record RuleResult(
            String name, String rule, double learningRate, int batchSize, int steps, double finalLoss, double testAccuracy,
            Integer stepsTo95, int scoredEvery, double nsPerParameterVector, double nsPerParameterScalar, boolean bitsEqual) {}

    boolean allBitsEqual() {
        return rules.stream().allMatch(RuleResult::bitsEqual);
    }
}
