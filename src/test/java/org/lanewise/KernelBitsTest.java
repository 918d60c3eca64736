package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.RAdam;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** Executed kernels give the bits of the plain Java loops, for every rule, option, storage, width, length and kind of value. */
class KernelBitsTest {
    private static final int STEPS = 3;

    /** RAdam first divides in its sixth step. */
    private static final int STEPS_OF_RADAM = 7;

    private static final int[] LARGE = {1_000, 16_384 + 37};

    static Stream<Arguments> everyRuleStorageAndWidth() {
        return RuleTable.all().stream().flatMap(rule -> Stream.of(StoreKind.values()).flatMap(kind ->
                Stream.of(Width.values()).map(width -> Arguments.of(rule, kind, width))));
    }

    static Stream<Arguments> firstOfEachRuleStorageAndWidth() {
        return RuleTable.firstOfEach().values().stream().flatMap(rule -> Stream.of(StoreKind.values()).flatMap(kind ->
                Stream.of(Width.values()).map(width -> Arguments.of(rule, kind, width))));
    }

    static Stream<Arguments> everyRuleAndStorage() {
        return RuleTable.all().stream().flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyRuleStorageAndWidth")
    void executedKernelEqualsPlainLoop(Rule rule, StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        for (Values values : Values.values()) {
            for (int n = 0; n <= longest(width); n++) {
                compare(rule, kind, width, false, values, n);
            }
        }
        for (int n : LARGE) {
            compare(rule, kind, width, false, Values.MIXED, n);
        }
    }

    @ParameterizedTest
    @MethodSource("firstOfEachRuleStorageAndWidth")
    void maximizingKernelEqualsMaximizingPlainLoop(Rule rule, StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        for (int n = 0; n <= longest(width); n++) {
            compare(rule, kind, width, true, Values.NORMAL, n);
            compare(rule, kind, width, true, Values.MIXED, n);
        }
        for (int n : LARGE) {
            compare(rule, kind, width, true, Values.MIXED, n);
        }
    }

    private static int longest(Width width) {
        return 3 * Math.max(1, width.bits() / Float.SIZE);
    }

    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void writtenVectorLoopEqualsPlainLoop(Rule rule, StoreKind kind) {
        for (Values values : Values.values()) {
            try (ParameterStore a = store(kind, 100, values); ParameterStore b = store(kind, 100, values)) {
                WrittenKernel vectors = new WrittenKernel(rule, a, true);
                WrittenKernel scalar = new WrittenKernel(rule, b, false);
                for (int step = 0; step < steps(rule); step++) {
                    vectors.step();
                    scalar.step();
                }
                assertSame(rule, a, b, values + " " + kind);
            }
        }
    }

    private static void compare(Rule rule, StoreKind kind, Width width, boolean maximize, Values values, int n) {
        try (ParameterStore a = store(kind, n, values); ParameterStore b = store(kind, n, values)) {
            Optimizer executed = Optimizer.builder(rule, a).width(width).maximize(maximize).build();
            WrittenKernel plain = new WrittenKernel(rule, b, maximize, false);
            for (int step = 0; step < steps(rule); step++) {
                executed.step(() -> {});
                plain.step();
            }
            assertSame(rule, a, b, values + " " + kind + " " + width + (maximize ? " maximizing" : "") + " n=" + n);
        }
    }

    private static int steps(Rule rule) {
        return rule instanceof RAdam ? STEPS_OF_RADAM : STEPS;
    }

    private static ParameterStore store(StoreKind kind, int n, Values values) {
        ParameterStore store = kind.builder().tensor("w", n).build();
        store.tensor("w").parameter().copyFrom(values.array(n, 1));
        store.tensor("w").gradient().copyFrom(values.array(n, 2));
        return store;
    }

    private static void assertSame(Rule rule, ParameterStore a, ParameterStore b, String where) {
        List<String> planes = new ArrayList<>(List.of("parameter", "gradient"));
        rule.states().forEach(state -> planes.add(state.name()));
        for (String plane : planes) {
            float[] x = Floats.of(slice(a, plane));
            float[] y = Floats.of(slice(b, plane));
            int at = Floats.mismatch(x, y);
            assertEquals(-1, at, () -> rule + " " + where + ": " + plane + "[" + at + "] is "
                    + Integer.toHexString(Float.floatToIntBits(x[at])) + ", expected " + Integer.toHexString(Float.floatToIntBits(y[at])));
        }
    }

    private static Slice slice(ParameterStore store, String plane) {
        Tensor tensor = store.tensor("w");
        return switch (plane) {
            case "parameter" -> tensor.parameter();
            case "gradient" -> tensor.gradient();
            default -> tensor.state(plane);
        };
    }
}
