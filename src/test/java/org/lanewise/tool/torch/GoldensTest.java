package org.lanewise.tool.torch;

import org.junit.jupiter.api.Test;

/** All optimizers. */
class GoldensTest extends FollowedRecordingsTest {
    GoldensTest() {
        super("torch214_single_f32", "torch214_changing_f32");
    }

    @Test
    void manyCasesOfEveryOptimizerAreCompared() {
        assertCases(16, "ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD");
    }
}
