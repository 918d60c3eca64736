package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.StartResults;
import org.lanewise.bench.result.SyntheticStarts;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Tables and chart of first steps. */
class StartTableTest {
    private static final StartResults RESULTS = SyntheticStarts.RESULTS;

    @TempDir
    private Path project;

    @Test
    void aLineHasAllTimesAndNanosecondsPerParameter() {
        String page = StartTable.page(RESULTS);
        assertTrue(page.contains("\n| 1,000 | lanewise-heap | 70.0 | 0.900 | 3.00 | 0.500 | 0.250 | 47.0 | 600 | 2.00 | 0.250 |\n"), page);
        assertTrue(page.contains("\n| 64 Ki | lanewise-heap | 20.0 | 25.0 | 30.0 | 500 | 1.50 | 21.0 | 24.0 | 400 | 1.20 |\n"), page);
        StringWriter text = new StringWriter();
        StartTable.print(RESULTS, new PrintWriter(text, true));
        assertTrue(text.toString().lines().anyMatch(line -> line.matches("1 Mi +plain-java\\? +70\\.0 .*")), text::toString);
    }

    @Test
    void doubtsAndAnEarlyEndAreSaid() {
        StartResults unfinished = new StartResults(false, RESULTS.machine(), RESULTS.settings(), RESULTS.starts(), RESULTS.spreads());
        assertTrue(StartTable.page(unfinished).startsWith("Unfinished: "));
        assertTrue(StartTable.page(RESULTS).startsWith("1 of 6 lines are in doubt"), StartTable.page(RESULTS));
        assertTrue(StartTable.page(RESULTS).contains("| 1 Mi | plain-java? |"));
    }

    @Test
    void theChartHasAPanelForEachSizeAndALineThatFallsForEachWayWithoutADoubt() throws Exception {
        String svg = StartChart.svg(RESULTS).orElseThrow();
        NodeList lines = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)))
                .getElementsByTagName("polyline");
        assertEquals(List.of("line heap", "line plain", "line other", "line heap"), IntStream.range(0, lines.getLength())
                .mapToObj(k -> ((Element) lines.item(k)).getAttribute("class")).toList());
        List<double[]> points = Stream.of(((Element) lines.item(0)).getAttribute("points").split(" "))
                .map(point -> Stream.of(point.split(",")).mapToDouble(Double::parseDouble).toArray()).toList();
        assertEquals(10, points.size());
        for (int k = 1; k < points.size(); k++) {
            assertEquals(points.get(1)[0] - points.get(0)[0], points.get(k)[0] - points.get(k - 1)[0], 0.11, "twice the time");
            assertEquals(points.get(1)[1] - points.get(0)[1], points.get(k)[1] - points.get(k - 1)[1], 0.11, "half as long, so lower");
            assertTrue(points.get(k)[1] > points.get(k - 1)[1]);
        }
        assertTrue(svg.contains(">1,000 parameters<") && svg.contains(">1 Mi parameters<") && svg.contains(">100 \u00b5s<"), svg);
        assertFalse(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").contains("http"));
    }

    @Test
    void nothingIsDrawnIfAllIsInDoubt() {
        assertEquals(Optional.empty(), StartChart.svg(SyntheticStarts.results(
                List.of(SyntheticStarts.start("plain-java", 16, Doubt.BUSY)))));
    }

    @Test
    void theDocumentGetsTheTablesBetweenItsMarks() throws Exception {
        Path measured = project.resolve("src/docs/measured.md");
        Files.createDirectories(measured.getParent());
        String before = Documents.BEGIN + "\nrules\n" + Documents.END + "\n";
        Files.writeString(measured, before + Documents.BEGIN_START + "\nold\n" + Documents.END + "\nEnd.\n");
        Map<Path, String> texts = Documents.withStart(project, RESULTS);
        assertEquals(before + Documents.BEGIN_START + "\n![How long a step takes by the time since the start](start.svg)\n\n"
                + StartTable.page(RESULTS) + Documents.END + "\nEnd.\n", texts.get(measured));
        assertEquals(StartChart.svg(RESULTS).orElseThrow(), texts.get(project.resolve("src/docs/start.svg")));
        Files.writeString(measured, texts.get(measured));
        assertEquals(texts, Documents.withStart(project, RESULTS), "a second time");
        Files.writeString(measured, before);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Documents.withStart(project, RESULTS)).getMessage()
                .contains(" has no line '" + Documents.BEGIN_START + "'"));
    }
}
