package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** Averages in the place of parameters, and parameters back. */
class AveragesInPlaceTest {
    private static final String IN_PLACE = "averages are in the place of parameters: close what averaged() returned";

    @ParameterizedTest
    @EnumSource
    void parametersComeBackExactlyAndSoDoAverages(StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("a", 33).tensor("b", 3).build();
                Optimizer optimizer = Optimizer.builder(store).rule(new Sgd(0.1)).average(Average.swa()).parallelism(2, 0)
                        .build()) {
            Tensor a = store.tensor("a");
            a.parameter().copyFrom(Values.NORMAL.array(33, 1));
            a.gradient().copyFrom(Values.NORMAL.array(33, 2));
            for (int step = 0; step < 3; step++) {
                optimizer.step();
            }
            float[] parameters = Floats.of(a.parameter()), averages = Floats.of(a.state("average"));
            try (Averaged _ = optimizer.averaged()) {
                for (int i = 0; i < 33; i++) {
                    float expected = kind.parameters() == Storage.BF16 ? PlainTensor.bf16(averages[i]) : averages[i];
                    assertEquals(expected, a.parameter().get(i));
                }
            }
            assertArrayEquals(parameters, Floats.of(a.parameter()));
            assertArrayEquals(averages, Floats.of(a.state("average")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWouldChangeParametersIsRefusedMeanwhile(StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("a", 3).tensor("frozen", 2).build()) {
            Optimizer optimizer = Optimizer.builder(store).rule(new Nesterov(0.1)).average(Average.ema(0.9)).accumulate(true)
                    .group(Group.matching("frozen").frozen()).build();
            optimizer.step(() -> optimizer.accumulate(1));
            Averaged averaged = optimizer.averaged();
            assertRefused(IllegalStateException.class, IN_PLACE, optimizer::step);
            assertRefused(IllegalStateException.class, IN_PLACE, optimizer::lookAhead);
            assertRefused(IllegalStateException.class, IN_PLACE, optimizer::averaged);
            assertRefused(IllegalStateException.class, IN_PLACE, () -> optimizer.accumulate(1));
            assertRefused(IllegalStateException.class, IN_PLACE, () -> optimizer.add(Group.of(store.tensor("frozen")).withName("thawed")));
            averaged.close();
            averaged.close();
            optimizer.step(() -> optimizer.accumulate(1));
            assertEquals(2, optimizer.steps());
            optimizer.lookAhead();
            assertRefused(IllegalStateException.class, "averaged() must come after the step that was looked ahead for",
                    optimizer::averaged);
        }
    }
}
