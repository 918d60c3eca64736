package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.SyntheticResults;
import org.lanewise.tool.ExitCode;

/** The commands that read results. */
class CompareCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void twoResultsAreShownAndExitWith0WhateverTheDifference() throws IOException {
        Path first = results("a.json", 1), second = results("b.json", 2);
        assertEquals(0, run("compare", first.toString(), second.toString()), err::toString);
        assertTrue(out.toString().contains("A: " + first) && out.toString().contains("B: " + second), out::toString);
        assertTrue(out.toString().contains("1 cells in both: B is faster in 0 and slower in 1 by more than noise."), out::toString);
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws IOException {
        Path none = directory.resolve("none.json"), other = directory.resolve("other.json");
        Files.writeString(other, "{}");
        Path empty = Files.createFile(directory.resolve("empty.json"));
        Path folder = Files.createDirectories(directory.resolve("folder/results.json"));
        results(Files.createDirectories(folder.resolve("latest")).resolve("results.json"), 1);
        assertRefused(none + ": no such file", none);
        assertRefused(other + " does not hold results: it needs machine, settings, rows and latencies", other);
        assertRefused(empty + " does not hold results: ", empty);
        assertRefused(folder + ": no results.json in this folder, nor in one of its folders that is named by a time", folder);
        assertRefused(folder.getParent() + ": no results.json in this folder, nor in one of its folders that is named by a time",
                folder.getParent());
        byte[] random = new byte[1000];
        new Random(1).nextBytes(random);
        Path binary = Files.write(directory.resolve("binary.json"), random);
        assertRefused(binary + ": cannot be read: ", binary);
        assertEquals("", out.toString());
    }

    private void assertRefused(String beginning, Path file) {
        for (String[] args : new String[][] {{"compare", file.toString(), file.toString()}, {"readme", file.toString()}}) {
            err.getBuffer().setLength(0);
            assertEquals(ExitCode.FILE, run(args), err::toString);
            assertTrue(err.toString().startsWith(beginning), err::toString);
            assertEquals(1, err.toString().lines().count(), err::toString);
            assertFalse(err.toString().contains("null"), err::toString);
        }
    }

    @Test
    void aFolderStandsForTheResultsInItOrForItsLatestRun() throws IOException {
        Path runs = directory.resolve("runs"), earlier = runs.resolve("2026-11-28T05-47-16Z"), later = runs.resolve("2026-11-28T15-00-00Z");
        for (Path run : List.of(later, earlier)) {
            results(Files.createDirectories(run).resolve("results.json"), 1);
        }
        Files.createDirectories(runs.resolve("2026-11-29T00-00-00Z"));
        assertEquals(0, run("compare", earlier.toString(), runs.toString()), err::toString);
        assertTrue(out.toString().contains("A: " + earlier.resolve("results.json")), out::toString);
        assertTrue(out.toString().contains("B: " + later.resolve("results.json")), out::toString);
    }

    @Test
    void helpSaysWhatNoiseIs() {
        assertEquals(0, run("compare", "--help"));
        assertTrue(out.toString().contains("0.6745"), out::toString);
    }

    @Test
    void readmeRefusesResultsWithoutItsRulesAndChangesNothing() throws IOException {
        Path first = results("a.json", 1);
        Files.createDirectories(directory.resolve("src/docs"));
        for (String file : List.of("README.md", "src/docs/measured.md", "src/docs/rules.md")) {
            Files.copy(Path.of(file), directory.resolve(file));
        }
        assertEquals(2, run("readme", first.toString(), "--project", directory.toString()));
        assertEquals("results lack Adam in native memory or its plain loops at 64 Ki parameters; bench --full measures them; see --help",
                err.toString().strip());
        for (String file : List.of("README.md", "src/docs/measured.md", "src/docs/rules.md")) {
            assertEquals(-1, Files.mismatch(Path.of(file), directory.resolve(file)), file);
        }
        assertEquals(2, directory.resolve("src/docs").toFile().list().length);
    }

    @Test
    void readmeTakesUnfinishedResultsOnlyIfAsked() throws IOException {
        Path first = directory.resolve("unfinished.json");
        ResultsFile.write(first, SyntheticResults.full().withFinished(false));
        assertEquals(2, run("readme", first.toString(), "--project", directory.toString()));
        assertEquals(first + " is of a run that was ended early or whose JVMs failed; --unfinished takes it; see --help",
                err.toString().strip());
        err.getBuffer().setLength(0);
        assertEquals(2, run("readme", first.toString(), "--unfinished", "--project", directory.toString()));
        assertTrue(err.toString().startsWith("results lack AdamW "), err::toString);
    }

    private Path results(String name, double ns) throws IOException {
        return results(directory.resolve(name), ns);
    }

    private static Path results(Path file, double ns) throws IOException {
        ResultsFile.write(file, SyntheticResults.results(
                List.of(SyntheticResults.row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, ns)), List.of()));
        return file;
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
