package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Adan;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** A step allocates nothing once its kernel is compiled, also in a JVM that has run kernels of every width and storage. */
class AllocationTest {
    private static final int STEPS = 300;

    static Stream<Arguments> everyRuleAndStorage() {
        Stream<Arguments> minimizing = RuleTable.firstOfEach().values().stream()
                .flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind, false, false)));
        Stream<Arguments> maximizing = Stream.of(StoreKind.values()).map(kind -> Arguments.of(new Adam(1e-3), kind, true, false));
        // States of elements, of rows and columns, of tensors; a look-ahead; the most states.
        Stream<Arguments> flushing = Stream.of(new Adam(1e-3), new Adafactor(1e-3), new NovoGrad(1e-3), new ScheduleFreeAdamW(1e-3),
                new Adan(1e-3)).flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind, false, true)));
        return Stream.of(minimizing, maximizing, flushing).flatMap(arguments -> arguments);
    }

    static Stream<Arguments> mainRulesAndStorages() {
        return Stream.of(new GradientDescent(0.1), new Nesterov(0.1, 0.9), new RmsProp(0.01), new Adam(1e-3)).flatMap(
                rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind)));
    }

    /** With C2's default thresholds, and so with profiles as long as everybody's. */
    @Tag("slow")
    @Tag("width")
    @ParameterizedTest
    @MethodSource("mainRulesAndStorages")
    void stepsOfTheMainRulesAllocateNothing(Rule rule, StoreKind kind) {
        stepsAllocateNothing(rule, kind, false, false);
    }

    @Tag("early")
    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void stepsAllocateNothing(Rule rule, StoreKind kind, boolean maximize, boolean flush) {
        try (ParameterStore store = kind.builder().tensor("w", 1_027).build()) {
            Slice gradient = store.tensor("w").gradient();
            gradient.copyFrom(Values.NORMAL.array((int) gradient.size(), 1));
            Optimizer optimizer = Optimizer.builder(store).rule(rule).maximize(maximize).flushSubnormals(flush).build();
            Runnable asTheyAre = () -> {};
            assertEquals(0, Garbage.of(() -> steps(optimizer, asTheyAre)), () -> "bytes in " + STEPS + " steps");
        }
    }

    private static void steps(Optimizer optimizer, Runnable gradients) {
        for (int i = 0; i < STEPS; i++) {
            optimizer.step(gradients);
        }
    }
}
