package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Tensor;
import org.lanewise.Width;

/**
 * Parameters and every state follow PyTorch 2.14.1 bit by bit, for every contract that names an optimizer of PyTorch: at every width, on
 * the heap and in native memory, with a constant and with a changing learning rate.
 */
class GoldensTest {
    private static final Map<String, Goldens> FILES = new TreeMap<>(Stream.of("torch214_single_f32", "torch214_changing_f32")
            .collect(Collectors.toMap(name -> name, Goldens::read)));

    /** States of PyTorch that are one number each and follow from the step and the last learning rate. */
    private static final Set<String> NUMBERS = Set.of("step", "mu_product", "eta", "mu");

    /** Recorded for tests of their own, or followed by no rule: SparseAdam steps sparse rows, and Muon multiplies matrices. */
    private static final Set<String> NOT_HERE = Set.of("Adafactor", "Muon", "SparseAdam");

    static List<? extends Goldens.Follower<?>> followers() {
        return Contracts.all().stream().flatMap(contract -> contract.facts().pyTorch().stream()).toList();
    }

    static Stream<Arguments> everyCase() {
        return FILES.keySet().stream().flatMap(file -> followers().stream().flatMap(follower ->
                FILES.get(file).cases(follower.optimizer()).stream().map(c -> Arguments.of(file, c, follower))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyCase")
    void followsPyTorch(String file, Goldens.Case c, Goldens.Follower<?> follower) {
        for (Width width : Width.values()) {
            if (width.isSupported()) {
                follow(FILES.get(file), c, follower, width, ParameterStore.builder());
                follow(FILES.get(file), c, follower, width, ParameterStore.builder().nativeMemory());
            }
        }
    }

    private static void follow(Goldens goldens, Goldens.Case c, Goldens.Follower<?> follower, Width width, ParameterStoreBuilder builder) {
        try (ParameterStore store = builder.tensor("w", c.shape().stream().mapToLong(Long::longValue).toArray()).build()) {
            Tensor tensor = store.tensor("w");
            tensor.parameter().copyFrom(goldens.start(c));
            Optimizer optimizer = Optimizer.builder(follower.rule().apply(c), store).width(width).maximize(c.maximizes()).build();
            for (int step = 1; step <= goldens.steps(); step++) {
                optimizer.setLearningRate(c.number("lr") * goldens.learningRateFactor(step));
                tensor.gradient().copyFrom(goldens.gradient(c, step));
                optimizer.step();
                if (goldens.recordedSteps().contains(step)) {
                    compare(goldens, c, step, "w", Floats.of(tensor.parameter()));
                    for (String state : c.states()) {
                        if (follower.states().containsKey(state)) {
                            compare(goldens, c, step, state, Floats.of(tensor.state(follower.states().get(state))));
                        }
                    }
                }
            }
        }
    }

    private static void compare(Goldens goldens, Goldens.Case c, int step, String plane, float[] values) {
        float[] expected = goldens.recorded(c, step, plane);
        int at = Floats.mismatch(values, expected);
        assertEquals(-1, at, () -> c + " after step " + step + ": " + plane + "[" + at + "] is " + values[at] + ", PyTorch has "
                + expected[at]);
    }

    @ParameterizedTest
    @MethodSource("followers")
    void allRecordedStatesAreCompared(Goldens.Follower<?> follower) {
        List<Goldens.Case> cases = FILES.values().stream().flatMap(goldens -> goldens.cases(follower.optimizer()).stream()).toList();
        assertTrue(cases.size() >= 12, () -> follower.optimizer() + " has " + cases.size() + " cases");
        for (Goldens.Case c : cases) {
            Rule rule = follower.rule().apply(c);
            long ours = c.states().stream().filter(follower.states()::containsKey).count();
            long numbers = c.states().stream().filter(NUMBERS::contains).count();
            assertEquals(c.states().size(), ours + numbers, c + " " + c.states());
            assertEquals(rule.states().size(), ours, c + " " + rule.states());
        }
    }

    /** What PyTorch keeps for its next step. */
    @Test
    void theNumbersOfAsgdAreThoseThatPyTorchKeeps() {
        for (Goldens goldens : FILES.values()) {
            for (Goldens.Case c : goldens.cases("ASGD")) {
                Asgd rule = new AsgdTest().facts().pyTorch().orElseThrow().rule().apply(c);
                for (int step : goldens.recordedSteps()) {
                    double rate = c.number("lr") * goldens.learningRateFactor(step);
                    assertEquals(goldens.recordedNumber(c, step, "eta"), rule.eta(step + 1, rate), c + " after step " + step);
                    assertEquals(goldens.recordedNumber(c, step, "mu"), rule.mu(step + 1), c + " after step " + step);
                }
            }
        }
    }

    @Test
    void theProductOfNAdamIsTheOneThatPyTorchKeeps() {
        for (Goldens goldens : FILES.values()) {
            for (Goldens.Case c : goldens.cases("NAdam")) {
                MomentumSchedule schedule = new MomentumSchedule(c.number("betas", 0), c.number("momentum_decay"));
                for (int step : goldens.recordedSteps()) {
                    assertEquals(goldens.recordedNumber(c, step, "mu_product"), schedule.product(step), c + " after step " + step);
                }
            }
        }
    }

    @Test
    void everyRecordedOptimizerIsFollowed() {
        List<String> followed = followers().stream().map(Goldens.Follower::optimizer).sorted().toList();
        for (Goldens goldens : FILES.values()) {
            assertEquals(goldens.optimizers().stream().filter(name -> !NOT_HERE.contains(name)).toList(), followed);
        }
    }
}
