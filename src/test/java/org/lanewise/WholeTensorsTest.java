package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** Rules that depend on whole tensors give the bits of plain loops and plainly written sums, whatever else is in the store. */
class WholeTensorsTest {
    private static final int STEPS = 3;

    /**
     * Rows below, at and above lanes, chunks (1,024) and blocks (16,384); no elements; one; three dimensions and more; rows of few
     * elements in many rows and many matrices.
     */
    private static final List<long[]> SHAPES = List.of(new long[] {3}, new long[] {}, new long[] {0}, new long[] {5, 7},
            new long[] {2, 3, 5}, new long[] {2, 2, 17, 65}, new long[] {3, ChunkPlane.SIZE - 1}, new long[] {3, ChunkPlane.SIZE},
            new long[] {3, ChunkPlane.SIZE + 1}, new long[] {2, 16_384 + 129}, new long[] {2_100, 3}, new long[] {1}, new long[] {1, 1},
            new long[] {4, 0, 3}, new long[] {16_384 + 37}, new long[] {64},
            new long[] {2_100, 1}, new long[] {1_300, 2, 1}, new long[] {130, 3, 3}, new long[] {1, 300, 7}, new long[] {90, 5, 5},
            new long[] {7, 11, 15}, new long[] {2, 70, 16}, new long[] {5, 9, 64}, new long[] {1, 37});

    /** One that does all a rule may do, and the first row of each class of the table that looks at whole tensors. */
    static Stream<Rule> rules() {
        Map<Class<?>, Rule> rows = new LinkedHashMap<>();
        RuleTable.all().stream().filter(WholeTensorsTest::looksAtWholeTensors).forEach(rule -> rows.putIfAbsent(rule.getClass(), rule));
        return Stream.concat(Stream.of(new WholeTensors(0.1)), rows.values().stream());
    }

    private static boolean looksAtWholeTensors(Rule rule) {
        return !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
    }

    @Test
    void theTableHasRulesThatMeasureAndRulesWithStatesOfRows() {
        List<Rule> rules = rules().skip(1).toList();
        assertTrue(rules.size() >= 4, rules::toString);
        assertTrue(rules.stream().flatMap(rule -> rule.states().stream()).anyMatch(state -> state.extent() == Extent.ROW), rules::toString);
    }

    /** Rows of the table in few places only: {@code verify} compares them in all, on matrices across chunks as well. */
    static Stream<Arguments> everyRuleKindAndWidth() {
        List<StoreKind> kinds = List.of(StoreKind.F32_HEAP, StoreKind.BF16_NATIVE);
        List<Width> widths = List.of(Width.SCALAR, Width.BITS_128);
        return rules().flatMap(rule -> Stream.of(StoreKind.values()).filter(kind -> rule instanceof WholeTensors || kinds.contains(kind))
                .flatMap(kind -> Stream.of(Width.values()).filter(width -> rule instanceof WholeTensors || widths.contains(width))
                        .map(width -> Arguments.of(rule, kind, width))));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("everyRuleKindAndWidth")
    void executedStepsEqualPlainLoopsAndSums(Rule rule, StoreKind kind, Width width) {
        assumeSupported(width);
        compare(rule, kind, width, false, Values.MIXED);
        if (kind == StoreKind.F32_HEAP) {
            compare(rule, kind, width, true, Values.NORMAL);
        }
    }

    private static void compare(Rule rule, StoreKind kind, Width width, boolean maximize, Values values) {
        try (ParameterStore a = store(kind, SHAPES, values); ParameterStore b = store(kind, SHAPES, values)) {
            Optimizer executed = Optimizer.builder(a).rule(rule).width(width).maximize(maximize).build();
            WrittenKernel plain = new WrittenKernel(rule, b, maximize, false, false);
            for (int step = 0; step < STEPS; step++) {
                executed.step();
                plain.step();
            }
            assertSame(contents(rule, b), contents(rule, a), values + " " + kind + " " + width + (maximize ? " maximizing" : ""));
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void tensorsDoNotDependOnTheirNeighbours(Rule rule) {
        List<long[]> reversed = new ArrayList<>(SHAPES);
        Collections.reverse(reversed);
        Map<String, float[]> together = stepped(rule, store(StoreKind.F32_HEAP, SHAPES, Values.NORMAL));
        Map<String, float[]> inReverse = stepped(rule, store(StoreKind.F32_HEAP, reversed, Values.NORMAL));
        Map<String, float[]> wrapped = stepped(rule, wrapped());
        Map<String, float[]> alone = new LinkedHashMap<>();
        for (long[] shape : SHAPES) {
            alone.putAll(stepped(rule, store(StoreKind.F32_NATIVE, List.of(shape), Values.NORMAL)));
        }
        assertSame(together, inReverse, "in reverse order");
        assertSame(together, wrapped, "wrapped");
        assertSame(together, alone, "in stores of their own");
    }

    @Test
    void statesHaveASliceOfTheirExtent() {
        ParameterStore store = store(StoreKind.BF16_NATIVE, List.of(new long[] {3}, new long[] {2, 5, 7}), Values.NORMAL);
        try (store) {
            Optimizer.of(new WholeTensors(0.1), store);
            Tensor tensor = store.tensors().getLast();
            assertEquals(List.of(70L, 10L, 14L, 1L, 2L),
                    Stream.of("m", "r", "c", "t", "k").map(state -> tensor.state(state).size()).toList());
            assertEquals(List.of(Storage.BF16, Storage.F32, Storage.F32, Storage.F32, Storage.F32),
                    Stream.of("m", "r", "c", "t", "k").map(state -> tensor.state(state).storage()).toList());
            assertEquals(1, tensor.state("t").get(0));
        }
    }

    @Test
    void aNaNOrInfinityStaysInItsTensor() {
        for (Rule rule : rules().toList()) {
            for (float hostile : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                ParameterStore store = store(StoreKind.F32_HEAP, List.of(new long[] {5}, new long[] {70}, new long[] {9}), Values.NORMAL);
                ParameterStore clean = store(StoreKind.F32_HEAP, List.of(new long[] {5}, new long[] {70}, new long[] {9}), Values.NORMAL);
                store.tensors().get(1).gradient().set(66, hostile);
                Optimizer.of(rule, store).step();
                Optimizer.of(rule, clean).step();
                for (int t : new int[] {0, 2}) {
                    assertEquals(-1, Floats.mismatch(Floats.of(clean.tensors().get(t).parameter()),
                            Floats.of(store.tensors().get(t).parameter())), rule::toString);
                }
                assertTrue(Float.isNaN(store.tensors().get(1).parameter().get(66)), rule::toString);
            }
        }
    }

    /** After kernels of all widths and kinds ran in this JVM. */
    @Tag("early")
    @ParameterizedTest
    @EnumSource(Width.class)
    void stepsAllocateNothing(Width width) {
        assumeSupported(width);
        List<long[]> shapes = List.of(new long[] {37, 111}, new long[] {13}, new long[] {}, new long[] {70}, new long[] {700, 3},
                new long[] {3, 700});
        for (Rule rule : rules().toList()) {
            Width.supported().forEach(other -> stepOften(rule, shapes, other));
            for (StoreKind kind : StoreKind.values()) {
                try (ParameterStore store = store(kind, shapes, Values.NORMAL)) {
                    Optimizer optimizer = Optimizer.of(rule, store, width);
                    assertEquals(0, Garbage.of(() -> stepOften(optimizer)), rule + " " + kind + ": bytes in 100 steps");
                }
            }
        }
    }

    @Test
    void wrongMeasuresAreRefused() {
        Kernel kernel = new WholeTensors(0.1).kernel();
        assertRefused(IllegalArgumentException.class, "extent of sum 'g' must be ROW, COLUMN, MATRIX or TENSOR, got PARAMETER",
                () -> new Rule.Sum("g", Extent.PARAMETER));
        assertRefused(IllegalArgumentException.class, "sums of measure " + kernel.getClass().getName() + " must be at least one, got none",
                () -> new Rule.Measure(kernel));
        Rule rule = new LooksAheadAndMeasures(0.1);
        assertRefused(IllegalArgumentException.class, rule + " must not both look ahead and depend on whole tensors",
                () -> Optimizer.of(rule, ParameterStore.wrap(new float[3], new float[3])));
    }

    private record LooksAheadAndMeasures(double learningRate) implements Rule {
        @Override
        public List<Measure> measures() {
            return new WholeTensors(learningRate).measures();
        }

        @Override
        public Kernel kernel() {
            return new WholeTensors(learningRate).kernel();
        }

        @Override
        public Optional<Kernel> lookAhead() {
            return Optional.of(kernel());
        }
    }

    private static void stepOften(Rule rule, List<long[]> shapes, Width width) {
        stepOften(Optimizer.of(rule, store(StoreKind.F32_HEAP, shapes, Values.NORMAL), width));
    }

    private static void stepOften(Optimizer optimizer) {
        for (int i = 0; i < 100; i++) {
            optimizer.step();
        }
    }

    private static void assumeSupported(Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
    }

    private static Map<String, float[]> stepped(Rule rule, ParameterStore store) {
        try (store) {
            Optimizer optimizer = Optimizer.of(rule, store);
            for (int step = 0; step < STEPS; step++) {
                optimizer.step();
            }
            return contents(rule, store);
        }
    }

    private static ParameterStore store(StoreKind kind, List<long[]> shapes, Values values) {
        ParameterStoreBuilder builder = kind.builder();
        shapes.forEach(shape -> builder.tensor(Arrays.toString(shape), shape));
        ParameterStore store = builder.build();
        for (Tensor tensor : store.tensors()) {
            tensor.parameter().copyFrom(values.array((int) tensor.size(), 1));
            tensor.gradient().copyFrom(values.array((int) tensor.size(), 2));
        }
        return store;
    }

    private static ParameterStore wrapped() {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (long[] shape : SHAPES) {
            int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            float[] parameters = new float[size + 3];
            float[] gradients = new float[size + 5];
            System.arraycopy(Values.NORMAL.array(size, 1), 0, parameters, 3, size);
            System.arraycopy(Values.NORMAL.array(size, 2), 0, gradients, 5, size);
            builder.wrap(Arrays.toString(shape), parameters, 3, gradients, 5, shape);
        }
        return builder.build();
    }

    /** All numbers of all tensors, by tensor and plane. */
    private static Map<String, float[]> contents(Rule rule, ParameterStore store) {
        Map<String, float[]> contents = new LinkedHashMap<>();
        for (Tensor tensor : store.tensors()) {
            contents.put(tensor.name() + " parameter", Floats.of(tensor.parameter()));
            rule.states().forEach(state -> contents.put(tensor.name() + " " + state.name(), Floats.of(tensor.state(state.name()))));
        }
        return contents;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> found, String where) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((plane, x) -> {
            float[] y = found.get(plane);
            assertEquals(x.length, y.length, plane);
            int at = Floats.mismatch(x, y);
            assertEquals(-1, at, () -> where + ": " + plane + "[" + at + "] is " + y[at] + ", expected " + x[at]);
        });
    }
}
