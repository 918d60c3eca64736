package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
    @TempDir
    private Path folder;

    @Test
    void whatWasMeasuredSoFarIsThereBeforeTheEnd() throws IOException {
        RunFiles files = new RunFiles(folder);
        try (PrintStream log = files.log()) {
            log.println("JMH");
        }
        files.writeSoFar(() -> Map.of(RunFiles.RESULTS, "half"));
        assertEquals("half", Files.readString(folder.resolve(RunFiles.RESULTS)));
        files.write(() -> Map.of(RunFiles.RESULTS, "all"));
        assertEquals("all", Files.readString(folder.resolve(RunFiles.RESULTS)));
        assertEquals(Set.of(RunFiles.RESULTS, "jmh.log"), names(folder));
    }

    @Test
    void writingAgainWaitsFiftyTimesAsLongAsTheLastTook() throws Exception {
        RunFiles files = new RunFiles(folder);
        files.writeSoFar(() -> {
            sleep();
            return Map.of(RunFiles.RESULTS, "first");
        });
        files.writeSoFar(() -> Map.of(RunFiles.RESULTS, "second"));
        assertEquals("first", Files.readString(folder.resolve(RunFiles.RESULTS)));
    }

    @Test
    void oneTextThatCannotBeMadeLeavesAllFilesAsTheyAre() throws IOException {
        RunFiles files = new RunFiles(folder);
        files.writeSoFar(() -> Map.of(RunFiles.RESULTS, "half"));
        assertThrows(IOException.class, () -> files.write(() -> {
            throw new IOException("no page");
        }));
        assertEquals("half", Files.readString(folder.resolve(RunFiles.RESULTS)));
        assertFalse(Files.exists(folder.resolve(RunFiles.REPORT)));
        assertTrue(List.of(RunFiles.RESULTS).containsAll(names(folder)));
    }

    private static void sleep() throws IOException {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
