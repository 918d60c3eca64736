package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    private Path parent;

    @Test
    void runsOfOneSecondHaveFoldersOfTheirOwn() {
        Set<Path> folders = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 3).parallel().forEach(_ -> {
            try {
                assertTrue(folders.add(RunFolder.create(parent.resolve("runs"))));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(3, folders.size());
        for (Path folder : folders) {
            assertTrue(folder.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ"), folder::toString);
            assertTrue(Files.isDirectory(folder), folder::toString);
        }
    }

    @Test
    void whereNoFolderCanBeMadeTheReasonIsSaid() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        assertEquals(file + ": cannot be made a folder: " + file + " is no directory",
                assertThrows(IOException.class, () -> RunFolder.create(file)).getMessage());
        String message = assertThrows(IOException.class, () -> RunFolder.create(file.resolve("runs"))).getMessage();
        assertTrue(message.startsWith(file.resolve("runs") + ": cannot be made a folder: "), message);
    }

    @Test
    void aPathStandsForAFileAFolderOrTheLatestRun() throws IOException {
        Path early = Files.createDirectories(parent.resolve("2026-09-30T23-59-59Z"));
        Path late = Files.createDirectories(parent.resolve("2026-10-01T00-00-00Z"));
        Files.createDirectories(parent.resolve("2026-10-02T00-00-00Z"));
        for (String other : List.of("latest", "zzz", "2026-10-03T00-00-00Z.old", "9")) {
            Files.createFile(Files.createDirectories(parent.resolve(other)).resolve("results.json"));
        }
        Path lateFile = Files.createFile(late.resolve("results.json"));
        Path earlyFile = Files.createFile(early.resolve("results.json"));
        assertEquals(earlyFile, RunFolder.file(earlyFile, "results.json"));
        assertEquals(earlyFile, RunFolder.file(early, "results.json"));
        assertEquals(lateFile, RunFolder.file(parent, "results.json"));
        Path none = parent.resolve("none.json");
        assertEquals(none, RunFolder.file(none, "results.json"));
    }
}
