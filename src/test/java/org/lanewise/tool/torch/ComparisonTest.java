package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.tool.torch.Compared.Difference;
import org.lanewise.tool.torch.Comparing.Skipped;

/** Every element of parameters and states is compared, in every place; what has no counterpart is skipped with its reason. */
class ComparisonTest {
    @TempDir
    private Path folder;

    @Test
    void aRecordingIsComparedElementByElement() throws IOException {
        Compared compared = compare(new SyntheticRecording());
        assertEquals(new Compared("SGD", "sgd", true, 2, 6, List.of()), compared);
    }

    @Test
    void oneUlpIsADifferenceInEveryPlace() throws IOException {
        float there = (float) compare(new SyntheticRecording().with("sgd/s2/w", 1, 7)).differences().getFirst().ours();
        Compared compared = compare(new SyntheticRecording().with("sgd/s2/w", 1, Math.nextUp(there)));
        assertEquals(List.of(new Difference(2, "w", BitSet.valueOf(new long[] {2}), 1, there, Math.nextUp(there), 1, Place.all())),
                compared.differences());
        assertTrue(Place.all().size() >= 2, () -> Place.all() + "");
    }

    @Test
    void theWorstElementOfATensorIsNamedAndAllAreCounted() throws IOException {
        Compared compared = compare(new SyntheticRecording().with("sgd/s1/w", 0, 1e10f).with("sgd/s1/w", 1, Float.NaN)
                .with("sgd/s2/w", 0, 3));
        assertEquals(3, compared.differing());
        assertEquals(2, compared.differences().size());
        Difference worst = compared.differences().getFirst();
        assertEquals(List.of(1, "w", 2, 1), List.of(worst.step(), worst.tensor(), worst.elements(), worst.index()));
        assertEquals(Ulps.NAN, worst.ulps());
    }

    /** Gradients of 0 leave a parameter of NaN, infinity or -0 as it is. */
    @Test
    void nanIsComparedByKindAndZeroBySign() throws IOException {
        float otherNaN = Float.intBitsToFloat(0x7fc00123);
        for (float[] pair : new float[][] {{Float.NaN, otherNaN, 0}, {-0f, -0f, 0}, {-0f, 0, 1}, {0, -0f, 1},
            {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, 0}, {Float.NaN, Float.POSITIVE_INFINITY, 1},
            {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1}}) {
            SyntheticRecording r = new SyntheticRecording().with("w0", 0, pair[0]).with("g", 0, 0).with("g", 3, 0)
                    .with("sgd/s1/w", 0, pair[1]).with("sgd/s2/w", 0, pair[1]);
            assertEquals(2 * pair[2], compare(r).differing(), pair[0] + " and " + pair[1]);
        }
    }

    @Test
    void ulpsCountFloats() {
        assertEquals(0, Ulps.between(1, 1));
        assertEquals(1, Ulps.between(0, -0f));
        assertEquals(3, Ulps.between(Float.MIN_VALUE, -Float.MIN_VALUE));
        assertEquals(1, Ulps.between(Float.MAX_VALUE, Float.POSITIVE_INFINITY));
        assertEquals(1L << 23, Ulps.between(2, 1));
        assertEquals(2L * 0x7f800000 + 1, Ulps.between(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY));
        assertEquals(Ulps.NAN, Ulps.between(Float.NaN, 1));
        assertEquals(0, Ulps.between(Float.NaN, -Float.NaN));
    }

    @Test
    void theLearningRateChangesFromTheStepThatIsNamed() throws IOException {
        SyntheticRecording r = new SyntheticRecording().with(one -> one.metadata.addProperty("learning_rate_factors", "{\"2\": 3}"));
        float[] w = SyntheticRecording.START.clone(), g = SyntheticRecording.GRADIENTS;
        for (int i = 0; i < w.length; i++) {
            r.with("sgd/s2/w", i, Math.fma(-1.5f, g[w.length + i], Math.fma(-0.5f, g[i], w[i])));
        }
        assertEquals(0, compare(r).differing());
    }

    @Test
    void theNumberOfStepsIsCompared() throws IOException {
        Compared right = compare(adagrad(2)), wrong = compare(adagrad(3));
        assertEquals(4, right.tensors() - 2, "states of two steps");
        assertEquals(List.of(), steps(right));
        assertEquals(List.of(new Difference(2, "step", BitSet.valueOf(new long[] {1}), 0, 2, 3, 1 << 22, Place.all())), steps(wrong));
    }

    private static SyntheticRecording adagrad(int lastStep) {
        return new SyntheticRecording().with(r -> {
            r.sgd.addProperty("optimizer", "Adagrad");
            List.of("momentum", "dampening", "nesterov").forEach(r.arguments()::remove);
            List.of("lr_decay", "initial_accumulator_value", "eps").forEach(name -> r.arguments().addProperty(name, 0));
            r.sgd.getAsJsonArray("states").add("step");
            r.sgd.getAsJsonArray("states").add("sum");
            for (int step = 1; step <= 2; step++) {
                r.add("sgd/s" + step + "/sum", new float[3], 3);
                r.add("sgd/s" + step + "/step", step == 2 ? lastStep : step);
            }
        });
    }

    private static List<Difference> steps(Compared compared) {
        return compared.differences().stream().filter(difference -> difference.tensor().equals("step")).toList();
    }

    static Stream<Arguments> withoutCounterpart() {
        return Stream.of(
                change("no rule follows the optimizer 'Muon'", r -> r.sgd.addProperty("optimizer", "Muon")),
                change("no rule steps sparse rows", r -> r.sgd.addProperty("optimizer", "SparseAdam")),
                change("what its 'clip_norm' means is not known", r -> r.sgd.addProperty("clip_norm", 1)),
                change("no counterpart of its argument 'warp'", r -> r.arguments().addProperty("warp", 0)),
                change("no counterpart of its argument differentiable", r -> r.arguments().addProperty("differentiable", true)),
                change("its argument dampening is not recorded", r -> r.arguments().remove("dampening")),
                change("no counterpart of its state 'second'", r -> r.sgd.getAsJsonArray("states").add("second")),
                change("no counterpart of its state 'momentum_buffer'", r -> r.sgd.getAsJsonArray("states").add("momentum_buffer")),
                change("its arguments are refused: learningRate must be ", r -> r.arguments().addProperty("lr", -1)),
                change("its arguments are refused: learningRate must be ", r -> r.arguments().addProperty("lr", 1e-46)),
                change("a learning rate is refused: learningRate must be ",
                        r -> r.metadata.addProperty("learning_rate_factors", "{\"2\": 1e300}")));
    }

    private static Arguments change(String reason, Consumer<SyntheticRecording> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutCounterpart")
    void whatHasNoCounterpartIsSkippedByName(String reason, Consumer<SyntheticRecording> change) throws IOException {
        try (Recording recording = Recording.open(new SyntheticRecording().with(change).in(folder))) {
            Comparison comparison = Comparison.of(recording);
            assertEquals(0, comparison.size());
            Skipped skipped = comparison.skipped().getFirst();
            assertEquals("sgd", skipped.name());
            assertTrue(skipped.reason().startsWith(reason), skipped::reason);
        }
    }

    @Test
    void namesFromTheFileDoNotReachTheTerminalAsTheyAre() throws IOException {
        try (Recording recording = Recording.open(new SyntheticRecording().with(r -> {
            r.sgd.addProperty("case", "a\u001b[2Jb");
            r.sgd.addProperty("optimizer", "Muon\u001b[2J");
        }).in(folder))) {
            assertEquals(List.of(new Skipped("a?[2Jb", "no rule follows the optimizer 'Muon?[2J'")), Comparison.of(recording).skipped());
        }
    }

    /** The path chooses how PyTorch computes, not what. */
    @Test
    void argumentsOfThePathAreNoReasonToSkip() throws IOException {
        assertEquals(0, compare(new SyntheticRecording().with(r -> {
            r.arguments().addProperty("foreach", true);
            r.arguments().add("fused", new JsonPrimitive(false));
            r.arguments().addProperty("capturable", false);
        })).differing());
    }

    @Test
    void aCaseThatIsSkippedDoesNotKeepOthersFromBeingCompared() throws IOException {
        SyntheticRecording r = new SyntheticRecording();
        JsonArray cases = new JsonArray();
        cases.add(r.sgd.deepCopy());
        r.sgd.addProperty("optimizer", "Muon");
        r.sgd.addProperty("case", "muon");
        cases.add(r.sgd);
        r.metadata.addProperty("cases", cases.toString());
        try (Recording recording = Recording.open(r.in(folder))) {
            Comparison comparison = Comparison.of(recording);
            assertEquals(List.of(new Skipped("muon", "no rule follows the optimizer 'Muon'")), comparison.skipped());
            assertEquals(0, comparison.run(_ -> {}).getFirst().differing());
        }
    }

    private Compared compare(SyntheticRecording r) throws IOException {
        try (Recording recording = Recording.open(r.in(folder))) {
            Comparison comparison = Comparison.of(recording);
            assertEquals(List.of(), comparison.skipped());
            return comparison.run(_ -> {}).getFirst();
        }
    }
}
