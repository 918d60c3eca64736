package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;
import static org.lanewise.bench.result.SyntheticResults.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.SyntheticResults;

/** What the page's scripts make of results, in the Chromium that {@code -Dlanewise.test.browser} names. */
@EnabledIfSystemProperty(named = "lanewise.test.browser", matches = ".+")
class ReportInBrowserTest {
    private static final Library DJL = new Library("djl");
    private static final Pattern SECTION = Pattern.compile("<section id=\"([a-z]+)\"");
    private static final List<String> ALL = List.of(
            "reading", "findings", "speedups", "sizes", "storages", "libraries", "latencies", "overhead", "facts", "all");

    @TempDir
    private Path directory;

    @Test
    void fullResultsFillEverySection() throws Exception {
        String page = show(SyntheticResults.full(), List.of("A finding."));
        assertEquals(ALL, sections(page));
        int rows = SyntheticResults.full().rows().size();
        assertTrue(page.contains(rows + " of " + rows + " rows"));
        assertEquals(3 + 2 + 1 + 2 + 1 + 2, page.split("class=\"main-svg\"").length / 3, "plots");
    }

    @Test
    void oneCellNeedsNoComparison() throws Exception {
        var rows = List.of(row("Adam", Form.LANEWISE, "F32_HEAP", 256, 4096, 0.5));
        assertEquals(List.of("reading", "facts", "all"), sections(show(results(rows, List.of()), List.of())));
    }

    @Test
    void withoutResultsMachineAndSettingsRemain() throws Exception {
        assertEquals(List.of("reading", "facts"), sections(show(results(List.of(), List.of()), List.of())));
    }

    @Test
    void missingNumbersAreNoError() throws Exception {
        var rows = List.of(
                new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, 0.1, Double.NaN, 28, 1, 1, null),
                new Row("Adam", Form.SCALAR, "F32_HEAP", 32, 4096, 1, Double.NaN, Double.NaN, 28, 1, 1, null),
                new Row("Adam", Form.AUTO, "F32_HEAP", 32, 4096, 1, 0.2, Double.NaN, 28, 1, 1, null),
                new Row("Adam", DJL, "F32", 0, 4096, 2, 0.9, Double.NaN, 28, 1, 1, null));
        var latency = new Latency("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 500, 600, Double.NaN, 9000);
        assertEquals(List.of("reading", "speedups", "libraries", "latencies", "facts", "all"),
                sections(show(results(rows, List.of(latency)), List.of())));
    }

    @Test
    void rowsInDoubtStandInTheTableOnly() throws Exception {
        var rows = List.of(new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 65536, 1, 5101, 100, 28, 1, 1, 15.7e6),
                new Row("Adam", Form.AUTO, "F32_HEAP", 32, 65536, 1, 1, 0.1, 28, 1, 1, 0.0, Doubt.BUSY));
        String page = show(results(rows, List.of()).withFinished(false), List.of());
        assertEquals(List.of("reading", "facts", "all"), sections(page));
        assertTrue(page.contains("<p>Unfinished: ") && page.contains("<p>2 of 2 times are in doubt, "), page);
        assertTrue(page.contains("<td class=\"words\">late</td>") && page.contains("<td class=\"words\">busy</td>"), page);
    }

    @Test
    void onlyOtherLibraries() throws Exception {
        var rows = List.of(row("Adam", DJL, "F32", 0, 4096, 1), row("Adam", DJL, "F32", 0, 65536, 1));
        assertEquals(List.of("reading", "facts", "all"), sections(show(results(rows, List.of()), List.of())));
    }

    private static List<String> sections(String page) {
        return SECTION.matcher(page).results().map(found -> found.group(1)).toList();
    }

    /** The document after its scripts, which must not have failed. */
    private String show(Results results, List<String> findings) throws IOException, InterruptedException {
        Path page = Files.writeString(directory.resolve("report.html"), Report.html(results, findings));
        Path shown = directory.resolve("shown.html");
        Path log = directory.resolve("log.txt");
        Process browser = new ProcessBuilder(System.getProperty("lanewise.test.browser"), "--headless", "--no-sandbox", "--disable-gpu",
                "--enable-logging=stderr", "--user-data-dir=" + directory.resolve("profile"), "--virtual-time-budget=5000", "--dump-dom",
                page.toUri().toString()).redirectOutput(shown.toFile()).redirectError(log.toFile()).start();
        try {
            assertTrue(browser.waitFor(2, TimeUnit.MINUTES), "the browser hangs");
        } finally {
            browser.destroyForcibly().waitFor();
        }
        List<String> console = Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList();
        assertEquals(List.of(), console);
        return Files.readString(shown);
    }
}
