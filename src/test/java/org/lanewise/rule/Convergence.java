package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.lanewise.Rule;

/**
 * In how many steps a rule gets to a minimum: at most 1.5 times those it was seen to need where not said otherwise.
 *
 * @param rule with a learning rate for this function
 * @param steps in which it is there
 * @param schedule of the learning rate
 * @param near how near that is
 */
record Convergence(Rule rule, Objective objective, int steps, Schedule schedule, double near) {
    static final double NEAR = 1e-3;

    /** What becomes of the learning rate. */
    enum Schedule { CONSTANT, LINEAR_TO_ZERO }

    void assertConverges() {
        double distance = distance();
        assertTrue(distance < near, () -> rule + " is " + distance + " away after " + steps + " steps on " + objective);
    }

    /** {@return the distance from the minimum after the steps} */
    double distance() {
        Run run = new Run(rule, objective.start());
        for (int t = 0; t < steps; t++) {
            if (schedule == Schedule.LINEAR_TO_ZERO) {
                run.optimizer().setLearningRate(rule.learningRate() * (steps - t) / steps);
            }
            run.optimizer().step(() -> run.tensor(0).gradient().copyFrom(objective.gradient(run.parameters())));
        }
        return Objective.distance(run.parameters());
    }
}
