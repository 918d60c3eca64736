package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.rule.Adam;
import org.lanewise.rule.RmsProp;

class ArithmeticTest {
    @ParameterizedTest
    @CsvSource({"STREAM_28, 0, 0", "ROOT, 1, 0", "DIVISION, 0, 1", "ROOT_AND_DIVISION, 1, 1"})
    void probesTakeWhatTheirNamesSay(String probe, int roots, int divisions) {
        assertEquals(new Arithmetic(roots, divisions), Arithmetic.of(Workload.rule(probe)));
    }

    /** By the vector loops: Adam divides by the corrected root once, and corrects it without a division. */
    @ParameterizedTest
    @CsvSource({
        "GradientDescent, 0, 0", "Nesterov, 0, 0", "Sgd, 0, 0", "Rprop, 0, 0", "Lion, 0, 0", "Adam, 1, 1", "AdamW, 1, 1", "NAdam, 1, 3",
        "Adamax, 0, 1", "Adadelta, 2, 1", "Ftrl, 2, 1", "Yogi, 1, 1", "ScheduleFreeAdamW, 1, 1"})
    void rulesTakeWhatTheirLoopsSay(String rule, int roots, int divisions) {
        assertEquals(new Arithmetic(roots, divisions), Arithmetic.of(Workload.rule(rule)));
    }

    @Test
    void measuresCountToo() {
        assertEquals(new Arithmetic(2, 2), Arithmetic.of(Workload.rule("Lamb")));
        assertEquals(new Arithmetic(2, 2), Arithmetic.of(Workload.rule("Adafactor")));
    }

    @Test
    void laterStepsCount() {
        assertEquals(new Arithmetic(1, 2), Arithmetic.of(Workload.rule("RAdam")), "rectified from the sixth step on");
        assertEquals(new Arithmetic(1, 1), Arithmetic.of(Workload.rule("Adopt")), "only adds squares in the first");
    }

    @Test
    void optionsCount() {
        assertEquals(new Arithmetic(1, 2), Arithmetic.of(new Adam(0.1).withEpsilonRoot(1e-4)));
        assertEquals(new Arithmetic(1, 1), Arithmetic.of(new RmsProp(0.1).withCentered(true).withMomentum(0.9)));
    }
}
