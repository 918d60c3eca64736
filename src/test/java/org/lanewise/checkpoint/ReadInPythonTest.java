package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.AdamW;

/** The lines that read a checkpoint in Python, where {@code -Dlanewise.test.python=python3} names one with torch and safetensors. */
class ReadInPythonTest {
    private static final String PYTHON = System.getProperty("lanewise.test.python");

    private static final String PRINT = """
            weight, state = tensors["fc1.weight"], tensors["state.fc1.weight.exp_avg"]
            print(training["steps"], list(weight.shape), weight[3][4].item().hex(), state[0][1].item().hex())
            """;

    @TempDir
    private Path folder;

    @Test
    void theLinesOfTheDocumentRead() throws Exception {
        assumeTrue(PYTHON != null, "no Python is named");
        Path file = folder.resolve("training.safetensors");
        Optimizer optimizer = Trainings.started(Optimizer.of(new AdamW(0.1), Trainings.tensors(ParameterStore.builder()).build(),
                Width.SCALAR));
        Trainings.step(optimizer, 3);
        Checkpoint.of(optimizer).save(file);
        Matcher lines = Pattern.compile("```python\n((?:(?!```).*\n)*)```").matcher(Files.readString(Path.of("src/docs/checkpoint.md")));
        assertTrue(lines.find());
        Process process = new ProcessBuilder(PYTHON, "-c", lines.group(1).replace("training.safetensors", file.toString()) + PRINT)
                .redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), printed);
        float weight = optimizer.store().tensor("fc1.weight").parameter().get(19);
        float state = optimizer.store().tensor("fc1.weight").state("m").get(1);
        assertEquals("3 [4, 5] " + hex(weight) + " " + hex(state), printed);
    }

    /** As Python writes it: thirteen digits and the sign of the exponent. */
    private static String hex(double value) {
        Matcher parts = Pattern.compile("(-?0x1\\.)([0-9a-f]+)p(-?)([0-9]+)").matcher(Double.toHexString(value));
        assertTrue(parts.matches());
        return parts.group(1) + parts.group(2) + "0".repeat(13 - parts.group(2).length()) + "p" + (parts.group(3).isEmpty() ? "+" : "-")
                + parts.group(4);
    }
}
