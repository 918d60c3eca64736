package org.lanewise.tool.torch;

import org.junit.jupiter.api.Test;

/** Adafactor and that of transformers 5.12.1, in odd shapes, with zeros, and with gradients that are tiny, huge or not finite. */
class AdafactorGoldensTest extends FollowedRecordingsTest {
    AdafactorGoldensTest() {
        super("adafactor214");
    }

    @Test
    void manyCasesOfBothAreCompared() {
        assertCases(100, "Adafactor", "transformers.Adafactor");
    }
}
