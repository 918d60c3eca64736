package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;
import static org.lanewise.bench.result.SyntheticResults.row;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.SyntheticResults;

class ReportTest {
    private static final Pattern LOADS = Pattern.compile(
            "(?i)<link|@import|<(script|img|iframe)[^>]*\\s(src|href)\\s*=|url\\(|//[a-z]+\\.");
    private static final Pattern DATA = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);
    private static final Pattern PLOTLY = Pattern.compile("<script>/\\*\\*.*?</script>", Pattern.DOTALL);

    @Test
    void pageLoadsNothing() throws IOException {
        String page = Report.html(SyntheticResults.full(), List.of());
        assertTrue(page.contains("plotly.js (cartesian - minified)"));
        String own = PLOTLY.matcher(page).replaceFirst("");
        assertTrue(own.length() < page.length() - 100_000, "the plotting library was not found");
        Matcher loads = LOADS.matcher(own);
        assertFalse(loads.find(), () -> own.substring(loads.start(), Math.min(loads.start() + 100, own.length())));
        assertFalse(own.contains("{{"), "a slot is empty");
    }

    @Test
    void pageHoldsEveryRowWithItsDerivedNumbersAndTexts() throws IOException {
        Results results = SyntheticResults.full();
        JsonArray rows = data(Report.html(results, List.of())).getAsJsonArray("rows");
        assertEquals(results.rows().size(), rows.size());
        for (JsonElement element : rows) {
            JsonObject row = element.getAsJsonObject();
            if (row.get("form").getAsString().equals("lanewise") && row.get("threads").getAsInt() == 1) {
                assertTrue(row.getAsJsonObject("speeds").keySet().containsAll(List.of("SCALAR", "AUTO", "AUTO_SOA")), row::toString);
                assertEquals(row.get("limitNs").getAsDouble() / row.get("ns").getAsDouble(), row.get("share").getAsDouble(), 1e-12);
            }
        }
        JsonObject adam = rows.asList().stream().map(JsonElement::getAsJsonObject)
                .filter(row -> row.get("rule").getAsString().equals("Adam") && row.get("form").getAsString().equals("tensorflow")
                        && row.get("n").getAsInt() == 65_536).findFirst().orElseThrow();
        assertTrue(adam.getAsJsonObject("overLanewise").get("value").getAsDouble() > 1, adam::toString);
        assertEquals("64 Ki", adam.get("sizeLabel").getAsString());
    }

    @Test
    void pageHoldsFindings() throws IOException {
        assertEquals("[\"one\",\"two\"]",
                data(Report.html(SyntheticResults.full(), List.of("one", "two"))).get("findings").toString());
        assertEquals("[]", data(Report.html(results(List.of(), List.of()), List.of())).get("findings").toString());
    }

    @Test
    void tilesAndVerdictSayWhatTheRowsSay() throws IOException {
        var rows = List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 0.5), row("Adam", Form.AUTO, "F32_HEAP", 32, 65_536, 1),
                row("Lion", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 1), row("Lion", Form.AUTO, "F32_HEAP", 32, 65_536, 1.02));
        JsonObject content = data(Report.html(results(rows, List.of()), List.of()));
        assertEquals(65_536, content.get("usualSize").getAsInt());
        assertEquals("1.02\u00d7 to 2.00\u00d7",
                content.getAsJsonArray("tiles").get(0).getAsJsonObject().get("figure").getAsString());
        assertEquals("At 64 Ki parameters not 5 % faster than what C2 makes of the plain loop at best: Lion (1.02\u00d7).",
                content.get("verdict").getAsString());
    }

    /** The rows of a busy machine that were shown as facts once: 279875 % of the roof, because the roof was late. */
    @Test
    void nothingIsDerivedOfRowsInDoubt() throws IOException {
        Row late = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 256, 65_536, 1, 5_101, 100, 28, 1, 1, 15.7e6);
        Row busy = new Row("Lion", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 1, 0.9, 0.01, 20, 0, 0, 0.0, Doubt.BUSY);
        Row lateRoof = new Row("STREAM_28", Form.ROOF, "F32_NATIVE", 512, 65_536, 1, 1_382, 10, 28, 0, 0, 13.7e6);
        Row unsteady = new Row("Lion", Form.AUTO, "F32_HEAP", 32, 65_536, 1, 4, 1.3, 20, 0, 0, 0.0);
        var doubted = List.of(late, busy, lateRoof, unsteady);
        assertEquals(List.of(Doubt.LATE, Doubt.BUSY, Doubt.LATE, Doubt.UNSTEADY), doubted.stream().map(Row::doubt).toList());
        var good = List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 0.5), row("Adam", Form.AUTO, "F32_HEAP", 32, 65_536, 1),
                row("Adam", Form.SCALAR, "F32_HEAP", 32, 65_536, 2));
        JsonObject alone = data(Report.html(results(good, List.of()), List.of()));
        JsonObject both = data(Report.html(results(Stream.concat(good.stream(), doubted.stream()).toList(), List.of()), List.of()));
        for (String derived : List.of("tiles", "verdict", "usualSize")) {
            assertEquals(alone.get(derived), both.get(derived), derived);
        }
        assertEquals(7, both.getAsJsonArray("rows").size());
        for (JsonElement element : both.getAsJsonArray("rows")) {
            JsonObject row = element.getAsJsonObject();
            boolean trusted = row.get("isTrusted").getAsBoolean();
            assertEquals(trusted, row.getAsJsonArray("cells").get(14).getAsString().isEmpty(), row::toString);
            if (!trusted) {
                assertTrue(row.getAsJsonObject("speeds").isEmpty() && row.get("limitNs").isJsonNull() && row.get("overF32").isJsonNull()
                        && !row.get("isFastest").getAsBoolean(), row::toString);
            }
        }
        String warnings = both.get("warnings").toString();
        assertTrue(warnings.startsWith("[\"4 of 7 times are in doubt, "), warnings);
        assertEquals("[]", alone.get("warnings").toString());
    }

    @Test
    void singleStepsInDoubtAreNotDrawn() throws IOException {
        var latencies = List.of(new Latency("Adam", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 1, 2, 3, 4),
                new Latency("Lion", Form.LANEWISE, "F32_NATIVE", 512, 65_536, 1e6, 2e6, 3e6, 4e6, Doubt.LATE));
        JsonArray drawn = data(Report.html(results(List.of(), latencies), List.of())).getAsJsonArray("latencies");
        assertEquals(1, drawn.size());
        assertTrue(drawn.get(0).getAsJsonObject().get("name").getAsString().startsWith("Adam"), drawn::toString);
    }

    @Test
    void aRunThatWasEndedEarlySaysSo() throws IOException {
        String warnings = data(Report.html(SyntheticResults.full().withFinished(false), List.of())).get("warnings").toString();
        assertTrue(warnings.startsWith("[\"Unfinished: "), warnings);
        assertEquals("[]", data(Report.html(SyntheticResults.full(), List.of())).get("warnings").toString());
    }

    @Test
    void namesStayText() throws IOException {
        String hostile = "</script><script>alert(1)<!--";
        String page = Report.html(results(List.of(row(hostile, Form.LANEWISE, "F32_NATIVE", 512, 4096, 1)), List.of()), List.of(hostile));
        assertFalse(page.contains("<script>alert"));
        JsonObject content = data(page);
        assertEquals(hostile, content.getAsJsonArray("rows").get(0).getAsJsonObject().get("rule").getAsString());
        assertEquals(hostile, content.getAsJsonArray("findings").get(0).getAsString());
    }

    @Test
    void librariesStandInTheOrderOfTheRows() throws IOException {
        Library fused = new Library("libtorch-fused"), djl = new Library("djl");
        var rows = List.of(row("Adam", fused, "F32", 0, 4096, 1), row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1),
                row("Adam", djl, "F32", 0, 4096, 1), row("Adam", fused, "F32", 0, 65_536, 1),
                row("STREAM_12", Form.ROOF, "F32_NATIVE", 512, 4096, 1));
        assertEquals("[\"libtorch-fused\",\"djl\"]", data(Report.html(results(rows, List.of()), List.of())).get("libraries").toString());
    }

    private static JsonObject data(String page) {
        Matcher data = DATA.matcher(page);
        assertTrue(data.find());
        return JsonParser.parseString(data.group(1)).getAsJsonObject();
    }
}
