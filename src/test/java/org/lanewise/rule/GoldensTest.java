package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Width;

/** Parameters and every state follow PyTorch's bit by bit, for every contract that names an optimizer of PyTorch. */
class GoldensTest {
    private static final Goldens GOLDENS = Goldens.read();

    /** States of PyTorch that are one number each and follow from the step. */
    private static final Set<String> NUMBERS = Set.of("step", "mu_product", "eta", "mu");

    static List<? extends Goldens.Follower<?>> followers() {
        return Contracts.all().stream().flatMap(contract -> contract.facts().pyTorch().stream()).toList();
    }

    static Stream<Arguments> everyCaseAndWidth() {
        return followers().stream().flatMap(follower -> GOLDENS.cases(follower.optimizer()).stream()
                .flatMap(c -> Stream.of(Width.values()).map(width -> Arguments.of(c, width, follower))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyCaseAndWidth")
    void followsPyTorch(Goldens.Case c, Width width, Goldens.Follower<?> follower) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        float[] w = GOLDENS.start(c);
        float[] g = new float[Goldens.N];
        ParameterStore store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.builder(follower.rule().apply(c), store).width(width).maximize(c.maximizes()).build();
        Map<String, float[]> actual = new HashMap<>();
        for (int step = 1; step <= 50; step++) {
            System.arraycopy(GOLDENS.gradient(c, step), 0, g, 0, g.length);
            optimizer.step();
            if (GOLDENS.recordedSteps().contains(step)) {
                actual.put("w", w);
                follower.states().forEach((torch, ours) -> {
                    if (c.states().contains(torch)) {
                        actual.put(torch, Floats.of(store.tensors().getFirst().state(ours)));
                    }
                });
                compare(c, step, actual);
            }
        }
    }

    private static void compare(Goldens.Case c, int step, Map<String, float[]> actual) {
        actual.forEach((plane, values) -> {
            float[] expected = GOLDENS.recorded(c, step, plane);
            int at = Floats.mismatch(values, expected);
            assertEquals(-1, at, () -> c + " after step " + step + ": " + plane + "[" + at + "] is " + values[at]
                    + ", PyTorch has " + expected[at]);
        });
    }

    @ParameterizedTest
    @MethodSource("followers")
    void allRecordedStatesAreCompared(Goldens.Follower<?> follower) {
        List<Goldens.Case> cases = GOLDENS.cases(follower.optimizer());
        assertTrue(cases.size() >= 8, () -> follower.optimizer() + " has " + cases.size() + " cases");
        for (Goldens.Case c : cases) {
            Rule rule = follower.rule().apply(c);
            long ours = c.states().stream().filter(follower.states()::containsKey).count();
            long numbers = c.states().stream().filter(NUMBERS::contains).count();
            assertEquals(c.states().size(), ours + numbers, c + " " + c.states());
            assertEquals(rule.states().size(), ours, c + " " + rule.states());
        }
    }

    /** SparseAdam was recorded, and no rule steps sparse rows. */
    @Test
    void everyRecordedOptimizerOfDenseRowsIsFollowed() {
        List<String> dense = GOLDENS.optimizers().stream().filter(name -> !name.equals("SparseAdam")).toList();
        assertEquals(dense, followers().stream().map(Goldens.Follower::optimizer).sorted().toList());
    }
}
