package org.lanewise.djl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's example is a program that runs. */
class ExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("lanewise.root", "../../.."));

    @Test
    void thePageShowsTheProgram() throws IOException {
        String program = Files.readString(Path.of("src/test/java/org/lanewise/djl/LearnsToMultiply.java"));
        assertTrue(Files.readString(ROOT.resolve("src/docs/djl.md")).contains("```java\n" + program + "```"),
                "src/docs/djl.md must have LearnsToMultiply.java word by word");
    }

    @Test
    void easyTrainLearns() throws IOException, TranslateException {
        float loss = LearnsToMultiply.withEasyTrain();
        assertTrue(loss < 0.01, "loss " + loss);
    }

    @Test
    void stepsInPlaceLearnAndGoOnFromTheirFile(@TempDir Path folder) throws IOException, TranslateException {
        Path file = folder.resolve("run.safetensors");
        float first = LearnsToMultiply.inPlace(file, 160), second = LearnsToMultiply.inPlace(file, 320);
        assertTrue(first < 0.02, "loss " + first);
        assertTrue(second < first, "loss " + second + " after " + first);
    }
}
