package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's example is a program that runs. */
class ExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("lanewise.root", "../../.."));

    @Test
    void thePageShowsTheProgram() throws IOException {
        String program = Files.readString(Path.of("src/test/java/org/lanewise/javacpp/TrainsInPlace.java"));
        assertTrue(Files.readString(ROOT.resolve("src/docs/javacpp.md")).contains("```java\n" + program + "```"),
                "src/docs/javacpp.md must have TrainsInPlace.java word by word");
    }

    @Test
    void theProgramLearnsAndGoesOnFromItsFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.pt");
        List<Float> first = TrainsInPlace.train(file, 150), second = TrainsInPlace.train(file, 300);
        assertEquals(150, first.size());
        assertEquals(150, second.size(), "it goes on after step 150");
        assertTrue(first.getLast() < first.getFirst() / 5, first::toString);
        assertTrue(second.getFirst() < first.getFirst() / 5, second::toString);
        assertTrue(second.getLast() < first.getLast(), second::toString);
    }
}
