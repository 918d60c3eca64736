package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;

class ResultsFileTest {
    @TempDir
    private Path directory;

    @Test
    void resultsComeBack() throws IOException {
        Results results = SyntheticResults.full();
        Path file = directory.resolve("results.json");
        ResultsFile.write(file, results);
        assertEquals(results, ResultsFile.read(file));
    }

    @Test
    void missingNumbersAreNullAndComeBackMissing() throws IOException {
        var row = new Row("Adam", "djl", "F32", 0, 4096, 1, 2, Double.NaN, 28, Double.POSITIVE_INFINITY, null, Double.NaN, null, 0.5);
        Path file = directory.resolve("results.json");
        ResultsFile.write(file, SyntheticResults.results(List.of(row), List.of()));
        JsonObject written = JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                .getAsJsonArray("rows").get(0).getAsJsonObject();
        for (String name : List.of("error", "gbPerSecond", "roofFraction", "ratioToScalar", "ratioToAuto")) {
            assertTrue(written.has(name) && written.get(name).isJsonNull(), name);
        }
        Row read = ResultsFile.read(file).rows().getFirst();
        assertTrue(Double.isNaN(read.error()));
        assertTrue(Double.isNaN(read.gbPerSecond()));
        assertNull(read.ratioToScalar());
        assertEquals(0.5, read.bytesAllocatedPerStep());
        assertFalse(Files.readString(file).contains("NaN"));
    }

    @Test
    void refusesOtherFiles() throws IOException {
        assertRefused("", "results.json does not hold results: it needs machine, settings, rows and latencies");
        assertRefused("{\"rows\": []}", "results.json does not hold results: it needs machine, settings, rows and latencies");
        assertRefused("[1, 2", "results.json does not hold results: ");
        assertThrows(NoSuchFileException.class, () -> ResultsFile.read(directory.resolve("none.json")));
    }

    private void assertRefused(String text, String reason) throws IOException {
        Path file = Files.writeString(directory.resolve("results.json"), text);
        String message = assertThrows(IOException.class, () -> ResultsFile.read(file)).getMessage();
        assertTrue(message.contains(reason), message);
    }
}
