package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartResultsTest {
    @TempDir
    private Path folder;

    @Test
    void resultsComeBackWithWhatIsMissing() throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(file, SyntheticStarts.RESULTS.text());
        assertEquals(SyntheticStarts.RESULTS, StartResults.read(file));
        Start missing = new Start("djl", 16, 1, 1, 1, 1, 1, Double.NaN, Double.NaN, 1, 1, 1, List.of(), Doubt.BUSY);
        Files.writeString(file, SyntheticStarts.results(List.of(missing)).text());
        assertEquals(List.of(missing), StartResults.read(file).starts());
        assertEquals(1, StartResults.read(file).doubted());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '^', value = {
        "\"format\": 1, \"format\": 2, ^format must be 1, which this version reads, got 2^",
        "\"way\": \"djl\", \"way\": \"<b>\", ^starts[2].way must be a name of letters, digits, _ and -, got '<b>'^",
        "\"make\": 70.0, \"make\": -1, ^starts[0].make must be from 0.0 to 1.0E12, got -1.0^",
        "\"jvms\": 15, \"jvms\": 0, ^starts[0].jvms must be from 1 to 100, got 0^",
        "\"millis\": 1.0, \"millis\": 0, ^starts[0].curve[0].millis must be from 1.0E-6 to 1.0E12, got 0.0^",
        "\"p999\": 30000.0, \"p999\": 1e300, ^spreads[0].steps.p999 must be from 1.0E-6 to 1.0E12, got 1.0E300^",
        "\"spreads\", \"other\", ^it needs machine, settings, starts and spreads, which bench --start writes^"})
    void refusesWhatBenchCannotHaveWritten(String old, String changed, String reason) throws IOException {
        Path file = folder.resolve("results.json");
        String text = SyntheticStarts.RESULTS.text();
        assertTrue(text.contains(old), text);
        Files.writeString(file, text.replaceFirst(old, changed));
        assertEquals(file + " does not hold results of first steps: " + reason,
                assertThrows(IOException.class, () -> StartResults.read(file)).getMessage());
    }
}
