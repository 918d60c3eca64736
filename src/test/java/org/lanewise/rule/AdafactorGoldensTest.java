package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Tensor;
import org.lanewise.Width;

/**
 * Adafactor follows PyTorch 2.14.1 and, with other options, transformers 5.12.1. Sums there are of floats, in an order that follows the
 * width of its kernels: what exact sums differ by is what the tolerances allow. Vectors have no sums in their states, which are the same
 * bits. {@code NaN} and infinity are the same kinds.
 */
class AdafactorGoldensTest {
    private static final double OF_STATES = 2e-6, OF_PARAMETERS = 1e-6, NEAR_ZERO = 1e-6;

    private static final Map<String, String> STATES =
            Map.of("variance", "columnVariance", "row_var", "rowVariance", "col_var", "columnVariance");

    private static final Map<String, String> STATES_OF_HUGGING_FACE =
            Map.of("exp_avg_sq", "columnVariance", "exp_avg_sq_row", "rowVariance", "exp_avg_sq_col", "columnVariance");

    private static final Map<String, Goldens> FILES = Stream.of("torch214_single_f32", "torch214_changing_f32", "adafactor214")
            .collect(Collectors.toMap(name -> name, Goldens::read));

    static Stream<Arguments> everyCase() {
        return FILES.keySet().stream().sorted()
                .flatMap(file -> FILES.get(file).cases("Adafactor").stream().map(c -> Arguments.of(file, c)));
    }

    static Stream<Goldens.Case> casesOfHuggingFace() {
        return FILES.get("adafactor214").cases("transformers.Adafactor").stream();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyCase")
    void followsPyTorch(String file, Goldens.Case c) {
        follow(file, c, torch(c), STATES);
    }

    /** A learning rate of 0.01 stands for none. */
    @ParameterizedTest
    @MethodSource("casesOfHuggingFace")
    void followsHuggingFace(Goldens.Case c) {
        follow("adafactor214", c, huggingFace(c), STATES_OF_HUGGING_FACE);
    }

    private static void follow(String file, Goldens.Case c, Adafactor rule, Map<String, String> states) {
        for (Width width : Width.values()) {
            for (boolean inNativeMemory : new boolean[] {false, true}) {
                if (width.isSupported()) {
                    follow(FILES.get(file), c, rule, states, width, inNativeMemory);
                }
            }
        }
    }

    private static void follow(Goldens goldens, Goldens.Case c, Adafactor rule, Map<String, String> states, Width width,
            boolean inNativeMemory) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        if (inNativeMemory) {
            builder.nativeMemory();
        }
        try (ParameterStore store = builder.tensor("w", c.shape().stream().mapToLong(Long::longValue).toArray()).build()) {
            Tensor tensor = store.tensor("w");
            tensor.parameter().copyFrom(goldens.start(c));
            Optimizer optimizer = Optimizer.builder(rule, store).width(width).maximize(c.maximizes()).build();
            for (int step = 1; step <= goldens.steps(); step++) {
                if (!c.arguments().get("lr").isJsonNull()) {
                    optimizer.setLearningRate(c.number("lr") * goldens.learningRateFactor(step));
                }
                tensor.gradient().copyFrom(goldens.gradient(c, step));
                optimizer.step();
                if (goldens.recordedSteps().contains(step)) {
                    compare(goldens, c, step, "w", Floats.of(tensor.parameter()), OF_PARAMETERS, NEAR_ZERO);
                    for (String state : c.states()) {
                        if (states.containsKey(state)) {
                            compare(goldens, c, step, state, Floats.of(tensor.state(states.get(state))),
                                    state.equals("variance") ? 0 : OF_STATES, 0);
                        }
                    }
                }
            }
        }
    }

    private static void compare(Goldens goldens, Goldens.Case c, int step, String what, float[] ours, double relative, double absolute) {
        float[] torchs = goldens.recorded(c, step, what);
        assertEquals(torchs.length, ours.length, what);
        for (int i = 0; i < ours.length; i++) {
            float x = ours[i], y = torchs[i];
            boolean same = Float.compare(x, y) == 0 || x == y
                    || Float.isFinite(x) && Float.isFinite(y) && Math.abs((double) x - y) <= absolute + relative * Math.abs((double) y);
            int at = i;
            assertTrue(same, () -> c + " after step " + step + ": " + what + "[" + at + "] is " + x + ", PyTorch has " + y);
        }
    }

    private static Adafactor huggingFace(Goldens.Case c) {
        return new Adafactor(c.arguments().get("lr").isJsonNull() ? 0.01 : c.number("lr")).withBeta2Decay(c.number("decay_rate"))
                .withEpsilons(c.number("eps", 0), c.number("eps", 1)).withAddedEpsilon(true)
                .withClippingThreshold(c.number("clip_threshold")).withWeightDecay(c.number("weight_decay")).withRelativeDecay(true)
                .withRelativeStep(c.flag("relative_step")).withScaleParameter(c.flag("scale_parameter"));
    }

    private static Adafactor torch(Goldens.Case c) {
        JsonArray epsilons = c.arguments().getAsJsonArray("eps");
        double epsilon1 = epsilons.get(0).isJsonNull() ? 0x1p-23 : epsilons.get(0).getAsDouble();
        return new Adafactor(c.number("lr")).withBeta2Decay(c.number("beta2_decay")).withEpsilons(epsilon1, c.number("eps", 1))
                .withClippingThreshold(c.number("d")).withWeightDecay(c.number("weight_decay"));
    }
}
