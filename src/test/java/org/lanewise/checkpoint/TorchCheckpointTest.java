package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.RuleTable;

/** Every rule that PyTorch has, with every option, goes there and back; no other does. */
class TorchCheckpointTest {
    private static final String PYTHON = System.getProperty("lanewise.test.python");
    private static final Path SCRIPT = Path.of("src/test/resources/checkpoint/go_on.py").toAbsolutePath();

    /** Names in torch.optim where they are not those of the rules. */
    private static final Map<String, String> NAMES = Map.of("Sgd", "SGD", "RmsProp", "RMSprop", "Asgd", "ASGD");
    private static final Set<String> FOLLOWERS = Set.of("Sgd", "Rprop", "RmsProp", "Adam", "AdamW", "NAdam", "RAdam", "Adamax", "Adagrad",
            "Adadelta", "Asgd", "Adafactor");

    /** Adafactor's sums are in an order of PyTorch's own: relative to the number plus 1. */
    private static final float NEARLY = 2e-6f;

    @TempDir
    private Path folder;

    /** Whether PyTorch has the rule with these options. */
    private static boolean isPyTorchs(Rule rule) {
        return FOLLOWERS.contains(rule.getClass().getSimpleName()) && switch (rule) {
            case Sgd sgd -> !sgd.learningRateInside();
            case RmsProp r -> !r.epsilonInRoot() && r.initialAccumulator() == 0 && !r.learningRateInside() && !r.clampedVariance();
            case Adam adam -> !adam.epsilonHat() && adam.epsilonRoot() == 0 && !adam.correctedMaximum();
            case AdamW adam -> !adam.epsilonHat() && adam.epsilonRoot() == 0 && !adam.correctedMaximum() && !adam.updateClipping();
            case Adamax adamax -> !adamax.epsilonAfterMaximum();
            case Adagrad adagrad -> !adagrad.epsilonInRoot();
            case Adafactor a -> !a.addedEpsilon() && !a.relativeDecay() && a.scaleParameter() && a.relativeStep();
            default -> true;
        };
    }

    static Stream<Rule> rulesOfPyTorch() {
        return RuleTable.all().stream().filter(TorchCheckpointTest::isPyTorchs);
    }

    static Stream<Rule> otherRules() {
        return RuleTable.all().stream().filter(rule -> !isPyTorchs(rule));
    }

    @ParameterizedTest
    @MethodSource("rulesOfPyTorch")
    void goesOnFromItsOwnFileWithTheSameBits(Rule rule) throws IOException {
        Path file = folder.resolve("run.pt"), again = folder.resolve("again.pt");
        try (TorchTraining whole = TorchTraining.of(rule)) {
            whole.run(1, TorchTraining.FIRST_STEPS);
            TorchCheckpoint.save(file, whole.optimizer());
            try (TorchCheckpoint saved = TorchCheckpoint.open(file); TorchTraining second = TorchTraining.of(saved)) {
                assertEquals(List.of(), whole.differences(second, 0));
                TorchCheckpoint.save(again, second.optimizer());
                assertEquals(-1, Files.mismatch(file, again), "the same content");
                whole.run(TorchTraining.FIRST_STEPS + 1, TorchTraining.MORE_STEPS);
                second.run(TorchTraining.FIRST_STEPS + 1, TorchTraining.MORE_STEPS);
                assertEquals(List.of(), whole.differences(second, 0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rulesOfPyTorch")
    void goesOnFromItsBeginning(Rule rule) throws IOException {
        Path file = folder.resolve("run.pt");
        try (TorchTraining whole = TorchTraining.of(rule)) {
            TorchCheckpoint.save(file, whole.optimizer());
            try (TorchCheckpoint saved = TorchCheckpoint.open(file); TorchTraining second = TorchTraining.of(saved)) {
                whole.run(1, TorchTraining.MORE_STEPS);
                second.run(1, TorchTraining.MORE_STEPS);
                assertEquals(List.of(), whole.differences(second, 0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("otherRules")
    void whatPyTorchDoesNotHaveIsRefusedByName(Rule rule) {
        Path file = folder.resolve("run.pt");
        try (TorchTraining training = TorchTraining.of(rule)) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> TorchCheckpoint.save(file, training.optimizer()));
            assertTrue(e.getMessage().startsWith("PyTorch has no ") && e.getMessage().contains(rule.getClass().getSimpleName()),
                    e::getMessage);
            assertTrue(Files.notExists(file));
        }
    }

    /** Where {@code -Dlanewise.test.python=python3} names a Python with torch and numpy. */
    @Test
    void pyTorchGoesOnFromOurFilesWithOurBits() throws Exception {
        assumeTrue(PYTHON != null, "not run: -Dlanewise.test.python names no Python with torch and numpy");
        List<Rule> rules = rulesOfPyTorch().toList();
        for (int k = 0; k < rules.size(); k++) {
            try (TorchTraining training = TorchTraining.of(rules.get(k))) {
                training.run(1, TorchTraining.FIRST_STEPS);
                TorchCheckpoint.save(folder.resolve(k + ".pt"), training.optimizer());
                training.writeGradients(folder.resolve(k + ".gradients"), TorchTraining.FIRST_STEPS + 1, TorchTraining.MORE_STEPS);
                String name = rules.get(k).getClass().getSimpleName();
                Files.writeString(folder.resolve(k + ".json"), "{\"optimizer\": \"" + NAMES.getOrDefault(name, name) + "\"}");
            }
        }
        Process process = new ProcessBuilder(PYTHON, SCRIPT.toString(), folder.toString()).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor() == 0, text);
        List<String> different = new ArrayList<>();
        for (int k = 0; k < rules.size(); k++) {
            try (TorchCheckpoint before = TorchCheckpoint.open(folder.resolve(k + ".pt"));
                    TorchCheckpoint after = TorchCheckpoint.open(folder.resolve(k + ".back.pt"));
                    TorchTraining ours = TorchTraining.of(before); TorchTraining theirs = TorchTraining.of(after)) {
                ours.run(TorchTraining.FIRST_STEPS + 1, TorchTraining.MORE_STEPS);
                String name = rules.get(k).toString();
                ours.differences(theirs, rules.get(k) instanceof Adafactor ? NEARLY : 0)
                        .forEach(difference -> different.add(name + ": " + difference));
            }
        }
        assertEquals(List.of(), different);
    }
}
