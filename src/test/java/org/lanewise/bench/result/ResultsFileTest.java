package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.row;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.tool.Machine;

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
        var row = new Row("Adam", new Library("djl"), "F32", 0, 4096, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, 1, 1, null);
        Path file = directory.resolve("results.json");
        ResultsFile.write(file, SyntheticResults.results(List.of(row), List.of()));
        JsonObject written = JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                .getAsJsonArray("rows").get(0).getAsJsonObject();
        for (String name : List.of("error", "bytesPerElement", "bytesAllocatedPerStep")) {
            assertTrue(written.has(name) && written.get(name).isJsonNull(), name);
        }
        Row read = ResultsFile.read(file).rows().getFirst();
        assertTrue(Double.isNaN(read.error()));
        assertTrue(Double.isNaN(read.bytesPerElement()));
        assertNull(read.bytesAllocatedPerStep());
        assertFalse(Files.readString(file).contains("NaN"));
    }

    @Test
    void formsAndLibrariesAreWrittenByTheirNames() throws IOException {
        Path file = directory.resolve("results.json");
        List<Row> rows = Stream.concat(Stream.of(Form.values()), Stream.of(new Library("libtorch-fused")))
                .map(form -> row("Adam", form, "F32_NATIVE", 512, 4096, 1)).toList();
        ResultsFile.write(file, SyntheticResults.results(rows, List.of()));
        assertEquals(rows, ResultsFile.read(file).rows());
        String text = Files.readString(file);
        assertTrue(text.contains("\"form\": \"lanewise-avx2\"") && text.contains("\"form\": \"libtorch-fused\""), text);
    }

    @Test
    void rowsWithColumnsOfEarlierVersionsAreRead() throws IOException {
        Path file = directory.resolve("results.json");
        List<Row> rows = List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1));
        String text = ResultsFile.text(SyntheticResults.results(rows, List.of()));
        Files.writeString(file, text.replaceAll("\"roots\": 1,\\s*\"divisions\": 1", "\"roofFraction\": 0.5"));
        assertEquals(0, ResultsFile.read(file).rows().getFirst().roots());
    }

    @ParameterizedTest
    @CsvSource({
        "'Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz', intel-xeon-gold-6338-cpu-2-00ghz.json",
        "'AMD EPYC 7763 64-Core Processor', amd-epyc-7763-64-core-processor.json",
        "aarch64, aarch64.json"})
    void aFileIsNamedAfterItsCpu(String cpu, String name) {
        assertEquals(name, ResultsFile.nameFor(new Machine(cpu, List.of(), List.of(), 2, 256, "Linux", "JVM", "2026-11-25")));
    }

    @Test
    void refusesOtherFiles() throws IOException {
        assertRefused("", "results.json does not hold results: it needs machine, settings, rows and latencies");
        assertRefused("{\"rows\": []}", "results.json does not hold results: it needs machine, settings, rows and latencies");
        assertRefused("[1, 2", "results.json does not hold results: ");
        Path none = directory.resolve("none.json");
        assertEquals(none + ": no such file", assertThrows(IOException.class, () -> ResultsFile.read(none)).getMessage());
    }

    private void assertRefused(String text, String reason) throws IOException {
        Path file = Files.writeString(directory.resolve("results.json"), text);
        String message = assertThrows(IOException.class, () -> ResultsFile.read(file)).getMessage();
        assertTrue(message.contains(reason), message);
    }
}
