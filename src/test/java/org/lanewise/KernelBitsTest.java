package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.RAdam;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/**
 * Executed kernels of every rule, option, storage and width give the bits of the plain Java loops, before C2 has compiled them: here the
 * JDK's Java code stands for vectors, so a CPU needs none of a width. On compiled code, and with numbers of every kind, the jar's
 * {@code verify} compares the same.
 */
class KernelBitsTest {
    private static final int STEPS = 3;

    /** RAdam first divides in its sixth step. */
    private static final int STEPS_OF_RADAM = 7;

    /**
     * None, one, one vector of 512 bits, several and one element. Tensors that a store owns are padded to whole vectors anyway; wrapped
     * ones are in {@code ExecutedStepProperties}, and every length of them in {@code verify}.
     */
    private static final int[] LENGTHS = {0, 1, 16, 49};

    /** Every row at every width, the first of each rule in every storage, the others in one each in turn: {@code verify} has all. */
    static Stream<Arguments> everyRuleStorageAndWidth() {
        List<Rule> rows = RuleTable.all();
        StoreKind[] kinds = StoreKind.values();
        Set<Rule> first = Set.copyOf(RuleTable.firstOfEach().values());
        return IntStream.range(0, rows.size()).boxed().flatMap(row -> Stream.of(kinds)
                .filter(kind -> first.contains(rows.get(row)) || kind == kinds[row % kinds.length])
                .flatMap(kind -> Stream.of(Width.values()).map(width -> Arguments.of(rows.get(row), kind, width))));
    }

    static Stream<Arguments> firstOfEachRuleAndStorage() {
        return RuleTable.firstOfEach().values().stream()
                .flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind)));
    }

    static Stream<Arguments> everyRuleAndStorage() {
        return RuleTable.all().stream().flatMap(rule -> Stream.of(StoreKind.values()).map(kind -> Arguments.of(rule, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyRuleStorageAndWidth")
    void executedKernelEqualsPlainLoop(Rule rule, StoreKind kind, Width width) {
        for (int n : LENGTHS) {
            compare(rule, kind, width, false, false, n);
        }
    }

    @ParameterizedTest
    @MethodSource("firstOfEachRuleAndStorage")
    void maximizingKernelEqualsMaximizingPlainLoop(Rule rule, StoreKind kind) {
        for (Width width : Width.values()) {
            compare(rule, kind, width, true, false, 17);
        }
    }

    @ParameterizedTest
    @MethodSource("firstOfEachRuleAndStorage")
    void flushingKernelEqualsFlushingPlainLoop(Rule rule, StoreKind kind) {
        for (Width width : Width.values()) {
            compare(rule, kind, width, false, true, 67);
        }
    }

    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void writtenVectorLoopEqualsPlainLoop(Rule rule, StoreKind kind) {
        try (ParameterStore a = store(kind, 100); ParameterStore b = store(kind, 100)) {
            WrittenKernel vectors = new WrittenKernel(rule, a, true);
            WrittenKernel scalar = new WrittenKernel(rule, b, false);
            for (int step = 0; step < steps(rule); step++) {
                vectors.step();
                scalar.step();
            }
            assertSame(rule, a, b, kind.toString());
        }
    }

    private static void compare(Rule rule, StoreKind kind, Width width, boolean maximize, boolean flush, int n) {
        try (ParameterStore a = store(kind, n); ParameterStore b = store(kind, n)) {
            Optimizer executed = Optimizer.builder(a).rule(rule).width(width).evenUnsupportedWidth().maximize(maximize)
                    .flushSubnormals(flush)
                    .build();
            WrittenKernel plain = new WrittenKernel(rule, b, maximize, flush, false);
            if (flush) {
                makeTiny(rule, a);
                makeTiny(rule, b);
            }
            for (int step = 0; step < steps(rule); step++) {
                executed.step(() -> {});
                plain.step();
            }
            assertSame(rule, a, b, kind + " " + width + (maximize ? " maximizing" : "") + (flush ? " flushing" : "") + " n=" + n);
        }
    }

    private static int steps(Rule rule) {
        return rule instanceof RAdam ? STEPS_OF_RADAM : STEPS;
    }

    private static ParameterStore store(StoreKind kind, int n) {
        ParameterStore store = kind.builder().tensor("w", n).build();
        store.tensor("w").parameter().copyFrom(Values.MIXED.array(n, 1));
        store.tensor("w").gradient().copyFrom(Values.MIXED.array(n, 2));
        return store;
    }

    /** One number in four is subnormal. */
    private static void makeTiny(Rule rule, ParameterStore store) {
        rule.states().forEach(state -> {
            Slice slice = slice(store, state.name());
            slice.copyFrom(Values.TINY.array((int) slice.size(), 3));
        });
        Slice gradient = slice(store, "gradient");
        gradient.copyFrom(Values.TINY.array((int) gradient.size(), 4));
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
