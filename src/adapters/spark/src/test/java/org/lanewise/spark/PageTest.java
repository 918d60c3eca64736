package org.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page shows is what runs. */
class PageTest {
    private static final Path ROOT = Path.of(System.getProperty("lanewise.root", "../../.."));

    @Test
    void theCodeOfThePageIsThatOfTheExample() throws IOException {
        Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(ROOT.resolve("src/docs/spark.md")));
        assertTrue(code.find());
        String example = Files.readString(ROOT.resolve("src/adapters/spark/src/test/java/org/lanewise/spark/SparkExample.java"));
        String source = example.replaceAll("(?m)^ +", "");
        for (String piece : code.group(1).strip().replaceAll("(?m)^ +", "").split("\n\n(?=/\\*\\*|private)")) {
            String shown = piece.startsWith("/** Logistic") ? piece.substring(piece.indexOf('\n') + 1) : piece;
            assertTrue(source.contains(shown), shown);
        }
    }
}
