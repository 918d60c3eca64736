package org.lanewise;

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
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/** Parameters and every state follow PyTorch's bit by bit. */
class GoldensTest {
    private static final Goldens GOLDENS = Goldens.read();

    /** PyTorch's names of the states, in the rules' words. */
    private static final Map<String, Map<String, String>> STATES = Map.ofEntries(
            Map.entry("SGD", Map.of("momentum_buffer", "b")),
            Map.entry("Rprop", Map.of("prev", "gPrev", "step_size", "s")),
            Map.entry("RMSprop", Map.of("square_avg", "v", "grad_avg", "gAvg", "momentum_buffer", "b")),
            Map.entry("Adam", Map.of("exp_avg", "m", "exp_avg_sq", "v", "max_exp_avg_sq", "vMax")),
            Map.entry("AdamW", Map.of("exp_avg", "m", "exp_avg_sq", "v", "max_exp_avg_sq", "vMax")),
            Map.entry("NAdam", Map.of("exp_avg", "m", "exp_avg_sq", "v")),
            Map.entry("RAdam", Map.of("exp_avg", "m", "exp_avg_sq", "v")),
            Map.entry("Adamax", Map.of("exp_avg", "m", "exp_inf", "u")),
            Map.entry("Adagrad", Map.of("sum", "sum")),
            Map.entry("Adadelta", Map.of("square_avg", "v", "acc_delta", "vMove")),
            Map.entry("ASGD", Map.of("ax", "wAvg")));

    /** States of PyTorch that are one number each and follow from the step. */
    private static final Set<String> NUMBERS = Set.of("step", "mu_product", "eta", "mu");

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
        Optimizer optimizer = Optimizer.builder(rule(c), store).width(width).maximize(maximizes(c)).build();
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
                long numbers = c.states().stream().filter(NUMBERS::contains).count();
                assertEquals(c.states().size(), ours + numbers, c + " " + c.states());
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

    /** NAdam and RAdam of PyTorch 1.13 cannot. */
    private static boolean maximizes(Goldens.Case c) {
        return !Set.of("NAdam", "RAdam").contains(c.optimizer()) && c.flag("maximize");
    }

    private static Rule rule(Goldens.Case c) {
        double lr = c.number("lr"), weightDecay = c.optimizer().equals("Rprop") ? 0 : c.number("weight_decay");
        return switch (c.optimizer()) {
            case "SGD" -> new Sgd(lr, c.number("momentum"), c.number("dampening"), weightDecay, c.flag("nesterov"));
            case "Rprop" -> new Rprop(lr, c.number("etas", 0), c.number("etas", 1), c.number("step_sizes", 0),
                    c.number("step_sizes", 1));
            case "RMSprop" -> new RmsProp(lr, c.number("alpha"), c.number("eps"), weightDecay, c.number("momentum"),
                    c.flag("centered"));
            case "Adagrad" -> new Adagrad(lr, c.number("lr_decay"), c.number("initial_accumulator_value"), c.number("eps"), weightDecay);
            case "Adadelta" -> new Adadelta(lr, c.number("rho"), c.number("eps"), weightDecay);
            case "ASGD" -> new Asgd(lr, c.number("lambd"), c.number("alpha"), c.number("t0"), weightDecay);
            default -> ruleWithBetas(c, lr, weightDecay);
        };
    }

    /** PyTorch 1.13, of which the trajectories are, counts {@code mu} twice in NAdam. */
    private static Rule ruleWithBetas(Goldens.Case c, double lr, double weightDecay) {
        double beta1 = c.number("betas", 0), beta2 = c.number("betas", 1), epsilon = c.number("eps");
        return switch (c.optimizer()) {
            case "Adam" -> new Adam(lr, beta1, beta2, epsilon, weightDecay, c.flag("amsgrad"));
            case "AdamW" -> new AdamW(lr, beta1, beta2, epsilon, weightDecay, c.flag("amsgrad"));
            case "NAdam" -> new NAdam(lr, beta1, beta2, epsilon, weightDecay, c.number("momentum_decay"), false, true);
            case "RAdam" -> new RAdam(lr, beta1, beta2, epsilon, weightDecay, false);
            case "Adamax" -> new Adamax(lr, beta1, beta2, epsilon, weightDecay);
            default -> throw new AssertionError(c.optimizer());
        };
    }
}
