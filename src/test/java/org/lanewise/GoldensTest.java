package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Adam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/** Parameters and every state follow PyTorch's bit by bit. */
class GoldensTest {
    private static final Goldens GOLDENS = Goldens.read();

    /** PyTorch's names of the states, in the rules' words. */
    private static final Map<String, Map<String, String>> STATES = Map.of(
            "SGD", Map.of("momentum_buffer", "b"),
            "Rprop", Map.of("prev", "gPrev", "step_size", "s"),
            "RMSprop", Map.of("square_avg", "v", "grad_avg", "gAvg", "momentum_buffer", "b"),
            "Adam", Map.of("exp_avg", "m", "exp_avg_sq", "v", "max_exp_avg_sq", "vMax"));

    static Stream<Arguments> everyCaseAndWidth() {
        return STATES.keySet().stream().sorted().flatMap(optimizer -> GOLDENS.cases(optimizer).stream())
                .flatMap(c -> Stream.of(Width.values()).map(width -> Arguments.of(c, width)));
    }

    @ParameterizedTest
    @MethodSource("everyCaseAndWidth")
    void followsPyTorch(Goldens.Case c, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        float[] w = GOLDENS.start();
        float[] g = new float[Goldens.N];
        ParameterStore store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.of(rule(c), store, width);
        Map<String, float[]> actual = new HashMap<>();
        for (int step = 1; step <= 50; step++) {
            System.arraycopy(GOLDENS.gradient(c, step), 0, g, 0, g.length);
            optimizer.step();
            if (GOLDENS.recordedSteps().contains(step)) {
                actual.put("w", w);
                STATES.get(c.optimizer()).forEach((torch, ours) -> {
                    if (c.states().contains(torch)) {
                        actual.put(torch, Floats.of(store.tensors().getFirst().state(ours)));
                    }
                });
                compare(c, step, actual);
            }
        }
    }

    @Test
    void allRecordedStatesAreCompared() {
        for (String optimizer : STATES.keySet()) {
            List<Goldens.Case> cases = GOLDENS.cases(optimizer);
            assertTrue(cases.size() >= 8, () -> optimizer + " has " + cases.size() + " cases");
            for (Goldens.Case c : cases) {
                long ours = c.states().stream().filter(STATES.get(optimizer)::containsKey).count();
                long steps = c.states().stream().filter("step"::equals).count();
                assertEquals(c.states().size(), ours + steps, c + " " + c.states());
                assertEquals(rule(c).states().size(), ours, c + " " + rule(c).states());
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

    private static Rule rule(Goldens.Case c) {
        double lr = c.number("lr");
        return switch (c.optimizer()) {
            case "SGD" -> new Sgd(lr, c.number("momentum"), c.number("dampening"), c.number("weight_decay"), c.flag("nesterov"),
                    c.flag("maximize"));
            case "Rprop" -> new Rprop(lr, c.number("etas", 0), c.number("etas", 1), c.number("step_sizes", 0),
                    c.number("step_sizes", 1), c.flag("maximize"));
            case "RMSprop" -> new RmsProp(lr, c.number("alpha"), c.number("eps"), c.number("weight_decay"), c.number("momentum"),
                    c.flag("centered"), c.flag("maximize"));
            case "Adam" -> new Adam(lr, c.number("betas", 0), c.number("betas", 1), c.number("eps"), c.number("weight_decay"),
                    c.flag("amsgrad"), c.flag("maximize"));
            default -> throw new AssertionError(c.optimizer());
        };
    }
}
