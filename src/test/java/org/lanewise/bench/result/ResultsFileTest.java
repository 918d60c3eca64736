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
        assertRefused("", "results.json does not hold results: it is empty");
        assertRefused("{\"rows\": []}", "results.json does not hold results: it needs machine, settings, rows and latencies");
        assertRefused("[1, 2", "results.json does not hold results: its beginning must be an object, got a list (line 1, column 2)");
        assertRefused("{\"rows\": [", "results.json does not hold results: it ends in the middle, at rows[0]");
        assertRefused("{\"rows\": x}", "results.json does not hold results: it is no JSON at rows (line 1, column 10)");
        assertRefused(ResultsFile.text(SyntheticResults.full()) + "{}",
                "results.json does not hold results: it goes on behind its end (line ");
        Path none = directory.resolve("none.json");
        assertEquals(none + ": no such file", assertThrows(IOException.class, () -> ResultsFile.read(none)).getMessage());
    }

    @Test
    void aRunThatWasEndedEarlyComesBackUnfinishedAndFilesWithoutAFormatAreFinished() throws IOException {
        Path file = directory.resolve("results.json");
        Results unfinished = SyntheticResults.full().withFinished(false);
        ResultsFile.write(file, unfinished);
        assertEquals(unfinished, ResultsFile.read(file));
        Files.writeString(file, ResultsFile.text(unfinished).replaceFirst("\"format\": 1,\\s*\"finished\": false,", ""));
        assertEquals(SyntheticResults.full(), ResultsFile.read(file));
    }

    @Test
    void aDoubtThatIsUnknownIsNoneOfALatencyToo() throws IOException {
        Latency latency = new Latency("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, 2, 3, 4, Doubt.BUSY);
        String text = ResultsFile.text(SyntheticResults.results(List.of(), List.of(latency)));
        assertRefused(text.replace("\"busy\"", "\"buzy\""), "latencies[0].doubt must be one of late, busy, unsteady, got 'buzy' (line ");
        assertRefused(text.replace("\"max\": 4.0", "\"max\": 1e300"), "latencies[0].max must be from 1.0E-6 to 1.0E12, got 1.0E300");
    }

    @Test
    void anUnfinishedFileIsNotFinishedForLackOfAFormat() throws IOException {
        String text = ResultsFile.text(SyntheticResults.full().withFinished(false));
        assertRefused(text.replaceFirst("\"format\": 1,", ""), "format must be 1, which this version reads, got 0");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '^', value = {
        "\"format\": 1, \"format\": 0, ^format must be 1, which this version reads, got 0^",
        "\"finished\": true, \"finished\": null, ^finished must be true or false, got null^",
        "\"finished\": true, \"finished\": 1, ^finished must be true or false, got 1 (line 3, column ^",
        "\"format\": 1, \"format\": 2, ^format must be 1, which this version reads, got 2^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": -1, ^rows[0].nsPerElement must be from 1.0E-6 to 1.0E12, got -1.0^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": 0, ^rows[0].nsPerElement must be from 1.0E-6 to 1.0E12, got 0.0^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": 1e999, ^rows[0].nsPerElement must be from 1.0E-6 to 1.0E12, got Infinity^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": 1e300, ^rows[0].nsPerElement must be from 1.0E-6 to 1.0E12, got 1.0E300^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": 1e-300, ^rows[0].nsPerElement must be from 1.0E-6 to 1.0E12, got 1.0E-300^",
        "\"nsPerElement\": 1.0, \"nsPerElement\": \"fast\", ^rows[0].nsPerElement must be a number, got 'fast' (line ^",
        "\"error\": 0.02, \"error\": -0.02, ^rows[0].error must be from 0.0 to 1.0E12, got -0.02^",
        "\"error\": 0.02, \"error\": 1e300, ^rows[0].error must be from 0.0 to 1.0E12, got 1.0E300^",
        "\"error\": 0.02, \"error\": [], ^rows[0].error must be a number, got a list (line ^",
        "\"n\": 4096, \"n\": 0, ^rows[0].n must be from 1 to 1073741824, got 0^",
        "\"n\": 4096, \"n\": 3000000000, ^rows[0].n must be a whole number up to 2147483647, got 3000000000 (line ^",
        "\"n\": 4096, \"n\": null, ^rows[0].n must be a whole number up to 2147483647, got null (line ^",
        "\"n\": 4096, \"n\": 1e999999999, ^rows[0].n must be a whole number up to 2147483647, got 1e999999999 (line ^",
        "\"n\": 4096, \"n\": 2000000000, ^rows[0].n must be from 1 to 1073741824, got 2000000000^",
        "\"threads\": 1, \"threads\": 0, ^rows[0].threads must be from 1 to 65536, got 0^",
        "\"bytesPerElement\": 28.0, \"bytesPerElement\": -28, ^rows[0].bytesPerElement must be from 1.0 to 100000.0, got -28.0^",
        "\"bytesAllocatedPerStep\": 0.0, \"bytesAllocatedPerStep\": -1, "
                + "^rows[0].bytesAllocatedPerStep must be from 0.0 to 1.0E12, got -1.0^",
        "\"rule\": \"Adam\", \"rule\": \"A|<b>\", ^rows[0].rule must be a name of letters, digits, _ and -, got 'A|<b>'^",
        "\"rule\": \"Adam\", \"rule\": \"A\\u001b[2J\", ^rows[0].rule must be a name of letters, digits, _ and -, got 'A?[2J'^",
        "\"rule\": \"Adam\", \"rule\": null, ^rows[0].rule must be a name of letters, digits, _ and -, got null^",
        "\"form\": \"lanewise\", \"form\": \"a b\", ^rows[0].form must be a name of letters, digits, _ and -, got 'a b'^",
        "\"storage\": \"F32_NATIVE\", \"storage\": \"\", ^rows[0].storage must be a name of letters, digits, _ and -, got ''^",
        "\"rows\": [, ^\"rows\": [null,^, ^rows[0] must be an object, got null^",
        "\"forks\": 5, \"forks\": 0, ^settings.forks must be from 1 to 100, got 0^",
        "\"cpu\": \"Synthetic CPU (not measured)\", \"cpu\": \"../..\", ^machine.cpu must be a name with a letter or digit, got '../..'^",
        "\"cpu\": \"Synthetic CPU (not measured)\", \"cpu\": \"a\\nb\", "
                + "^machine.cpu must be a line of at most 200 characters that can be seen, got 'a?b'^",
        "\"cpu\": \"Synthetic CPU (not measured)\", \"cpu\": \"a\u202eb\", "
                + "^machine.cpu must be a line of at most 200 characters that can be seen, got 'a?b'^",
        "\"bench\", \"be\\u001bnch\", "
                + "^settings.command must be a line of at most 10000 characters that can be seen, got 'be?nch'^",
        "\"machine\": {, ^\"machine\": 5, \"other\": {^, ^machine must be a list or an object, got 5 (line ^",
        "\"rows\": [, ^\"rows\": {}, \"other\": [^, ^rows must be a list, got an object (line ^",
        "\"rule\": \"Adam\", \"rule\": [], ^rows[0].rule must be a text, got a list (line ^",
        "\"form\": \"lanewise\", \"form\": {}, ^rows[0].form must be a text, got an object (line ^",
        "\"doubt\": null, \"doubt\": \"buzy\", ^rows[0].doubt must be one of late, busy, unsteady, got 'buzy' (line ^",
        "\"doubt\": null, \"doubt\": false, ^rows[0].doubt must be one of late, busy, unsteady, got false (line ^"})
    void refusesWhatNoRunWrites(String field, String instead, String reason) throws IOException {
        String good = ResultsFile.text(SyntheticResults.results(
                List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1)), List.of()));
        assertTrue(good.contains(field), good);
        assertRefused(good.replace(field, instead), reason);
    }

    @Test
    void refusesWhatIsNoFileOrTooLong() throws IOException {
        assertEquals(directory + ": cannot be read: is no regular file",
                assertThrows(IOException.class, () -> ResultsFile.read(directory)).getMessage());
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0});
        assertEquals(binary + ": cannot be read: is not text in UTF-8",
                assertThrows(IOException.class, () -> ResultsFile.read(binary)).getMessage());
        Path huge = Files.write(directory.resolve("huge"), new byte[(8 << 20) + 1]);
        assertEquals(huge + ": cannot be read: has 8388609 bytes, at most 8388608 are read",
                assertThrows(IOException.class, () -> ResultsFile.read(huge)).getMessage());
    }

    private void assertRefused(String text, String reason) throws IOException {
        Path file = Files.writeString(directory.resolve("results.json"), text);
        String message = assertThrows(IOException.class, () -> ResultsFile.read(file)).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("Exception") || message.contains("\n") || message.contains("http"), message);
    }
}
