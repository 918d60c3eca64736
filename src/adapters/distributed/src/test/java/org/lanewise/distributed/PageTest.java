package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the page compiles and trains. */
class PageTest {
    private static final Path PAGE = Path.of(System.getProperty("lanewise.root", "../../.."), "src/docs/distributed.md");

    @TempDir
    Path folder;

    @Test
    void theProgramFindsTheWeights() throws Exception {
        Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(code.find());
        Path source = Files.writeString(folder.resolve("Fit.java"), code.group(1));
        String classPath = System.getProperty("java.class.path");
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "--add-modules", "jdk.incubator.vector", "-proc:none",
                "-nowarn", "-cp", classPath, "-d", folder.toString(), source.toString()));
        Job.requireMpi();
        for (int ranks = 2; ranks >= 1; ranks--) {
            try (Job job = new Job(folder + File.pathSeparator + classPath, "Fit", ranks, List.of("-XX:TieredStopAtLevel=1"),
                    folder.resolve("checkpoints").toString())) {
                for (int rank = 0; rank < ranks; rank++) {
                    assertEquals(7, Double.parseDouble(job.await("rank " + rank + ": weight 7 is ")), 0.1, job::output);
                }
                assertEquals(0, job.end(), job::output);
            }
        }
    }
}
