package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** To maximize is to minimize with negated gradients, to the last bit, for every rule. */
class MaximizeTest {
    /** RAdam first divides in its sixth step. */
    private static final int STEPS = 7;

    /** Less than a vector, tails behind one and several, and rows that begin inside vectors. */
    private static final List<long[]> SHAPES = List.of(new long[] {1}, new long[] {67}, new long[] {3, 19}, new long[] {2, 5, 7});

    static Stream<Arguments> everyRuleAndStorage() {
        Stream<Arguments> everyRow = RuleTable.all().stream().map(rule -> Arguments.of(rule, StoreKind.F32_HEAP));
        Stream<Arguments> everyStorage = Stream.concat(RuleTable.firstOfEach().values().stream(), Stream.of(new WholeTensors(0.1)))
                .flatMap(rule -> Stream.of(StoreKind.F32_NATIVE, StoreKind.BF16_NATIVE).map(kind -> Arguments.of(rule, kind)));
        return Stream.concat(everyRow, everyStorage);
    }

    @ParameterizedTest
    @MethodSource("everyRuleAndStorage")
    void maximizingIsMinimizingWithNegatedGradients(Rule rule, StoreKind kind) {
        for (Width width : Set.of(Width.SCALAR, Width.preferred())) {
            for (Values values : Values.values()) {
                compare(rule, kind, width, values);
            }
        }
    }

    private static void compare(Rule rule, StoreKind kind, Width width, Values values) {
        try (ParameterStore up = store(kind, values); ParameterStore down = store(kind, values)) {
            Optimizer maximizer = Optimizer.builder(up).rule(rule).width(width).maximize(true).build();
            Optimizer minimizer = Optimizer.of(rule, down, width);
            for (int step = 1; step <= STEPS; step++) {
                int seed = step;
                maximizer.step(() -> setGradients(up, values, seed, 1));
                minimizer.step(() -> setGradients(down, values, seed, -1));
                assertSame(numbers(rule, down), numbers(rule, up), values + " at " + width + " after step " + step);
            }
        }
    }

    private static ParameterStore store(StoreKind kind, Values values) {
        ParameterStoreBuilder builder = kind.builder();
        for (int t = 0; t < SHAPES.size(); t++) {
            builder.tensor("t" + t, SHAPES.get(t));
        }
        ParameterStore store = builder.build();
        store.tensors().forEach(tensor -> tensor.parameter().copyFrom(values.array((int) tensor.size(), tensor.size())));
        return store;
    }

    private static void setGradients(ParameterStore store, Values values, int seed, int sign) {
        for (Tensor tensor : store.tensors()) {
            float[] gradient = values.array((int) tensor.size(), 1_000 * seed + tensor.size());
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= sign;
            }
            tensor.gradient().copyFrom(gradient);
        }
    }

    /** Parameters and states of all tensors. */
    private static Map<String, float[]> numbers(Rule rule, ParameterStore store) {
        Map<String, float[]> numbers = new LinkedHashMap<>();
        for (Tensor tensor : store.tensors()) {
            numbers.put("parameter of " + tensor, Floats.of(tensor.parameter()));
            rule.states().forEach(state -> numbers.put(state.name() + " of " + tensor, Floats.of(tensor.state(state.name()))));
        }
        return numbers;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual, String where) {
        List<String> different = new ArrayList<>();
        expected.forEach((plane, x) -> {
            int at = Floats.mismatch(x, actual.get(plane));
            if (at >= 0) {
                different.add(plane + "[" + at + "] is " + actual.get(plane)[at] + ", minimizing " + x[at]);
            }
        });
        assertEquals(List.of(), different, where);
    }
}
