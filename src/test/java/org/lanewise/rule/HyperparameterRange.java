package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import org.lanewise.Rule;

/**
 * The range of one number of a rule: its ends are accepted, what lies beyond is refused by name and value.
 *
 * @param with the other hyperparameters
 */
record HyperparameterRange(Rule with, String name, Range range) {
    void assertAcceptsItsEnds() {
        for (double legal : range.legal()) {
            assertEquals(legal, RuleClasses.get(RuleClasses.with(with, name, legal), name), name);
        }
    }

    void assertRefusesWhatLiesBeyond() {
        assertRefuses(range.illegal(), range.words());
    }

    void assertRefusesWhatNoFloatHolds() {
        assertRefuses(range.beyondFloat(), range.floatWords());
    }

    private void assertRefuses(double[] values, String words) {
        for (double value : values) {
            assertRefused(IllegalArgumentException.class, name + " must be " + words + ", got " + value,
                    () -> RuleClasses.with(with, name, value));
        }
    }
}
