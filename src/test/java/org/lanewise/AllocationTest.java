package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Adam;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** A step allocates nothing once its kernel is compiled, also in a JVM that has run kernels of every width and storage. */
class AllocationTest {
    private static final int STEPS = 300;

    static Stream<Arguments> everyRuleAndStorage() {
        Stream<Arguments> minimizing = RuleTable.firstOfEach().values().stream()
                .flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind, false)));
        Stream<Arguments> maximizing = Stream.of(StoreKind.values()).map(kind -> Arguments.of(new Adam(1e-3), kind, true));
        return Stream.concat(minimizing, maximizing);
    }

    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void stepsAllocateNothing(Rule rule, StoreKind kind, boolean maximize) {
        try (ParameterStore store = kind.builder().tensor("w", 4_099).build()) {
            Slice gradient = store.tensor("w").gradient();
            gradient.copyFrom(Values.NORMAL.array((int) gradient.size(), 1));
            Optimizer optimizer = Optimizer.builder(rule, store).maximize(maximize).build();
            boolean looksAhead = rule.lookAhead().isPresent();
            assertEquals(0, Garbage.of(() -> steps(optimizer, looksAhead)), () -> "bytes in " + STEPS + " steps");
        }
    }

    private static void steps(Optimizer optimizer, boolean looksAhead) {
        for (int i = 0; i < STEPS; i++) {
            if (looksAhead) {
                optimizer.lookAhead();
            }
            optimizer.step();
        }
    }
}
