package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.SyntheticResults;

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
        Path first = results("a.json", 1), none = directory.resolve("none.json"), other = directory.resolve("other.json");
        Files.writeString(other, "{}");
        assertEquals(2, run("compare", first.toString(), none.toString()));
        assertEquals(none + ": no such file; see --help", err.toString().strip());
        err.getBuffer().setLength(0);
        assertEquals(2, run("compare", other.toString(), first.toString()));
        assertEquals(other + " does not hold results: it needs machine, settings, rows and latencies; see --help", err.toString().strip());
        assertEquals("", out.toString());
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
        Path file = directory.resolve(name);
        ResultsFile.write(file, SyntheticResults.results(
                List.of(SyntheticResults.row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, ns)), List.of()));
        return file;
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
