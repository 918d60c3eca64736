package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Adam;
import org.lanewise.verify.RuleTable;
import org.lanewise.verify.StoreKind;
import org.lanewise.verify.Values;

/** A step allocates nothing once its kernel is compiled, also in a JVM that has run kernels of every width and storage. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STEPS = 300;
    private static final long SECONDS_TO_COMPILE = 30;

    static Stream<Arguments> everyRuleAndStorage() {
        Rule scaled = new Adam(1e-3).withMaximize(true);
        return Stream.concat(RuleTable.firstOfEach().values().stream(), Stream.of(scaled))
                .flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void stepsAllocateNothing(Rule rule, StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("w", 4_099).build()) {
            Slice gradient = store.tensor("w").gradient();
            gradient.copyFrom(Values.NORMAL.array((int) gradient.size(), 1));
            Optimizer optimizer = Optimizer.of(rule, store);
            long deadline = System.nanoTime() + SECONDS_TO_COMPILE * 1_000_000_000;
            long allocated;
            do {
                allocated = allocatedBy(optimizer, rule.lookAhead().isPresent());
            } while (allocated > 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated, () -> "bytes in " + STEPS + " steps");
        }
    }

    private static long allocatedBy(Optimizer optimizer, boolean looksAhead) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < STEPS; i++) {
            if (looksAhead) {
                optimizer.lookAhead();
            }
            optimizer.step();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
