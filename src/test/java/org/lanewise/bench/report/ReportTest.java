package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.report.SyntheticResults.results;
import static org.lanewise.bench.report.SyntheticResults.row;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.Form;
import org.lanewise.bench.Results;
import org.lanewise.tool.Json;

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
    void pageHoldsResultsAndRemarks() throws IOException {
        Results results = SyntheticResults.full();
        JsonObject content = data(Report.html(results, List.of("one", "two")));
        assertEquals(Json.FOR_FILE.toJsonTree(results), content.get("results"));
        assertEquals("[\"one\",\"two\"]", content.get("remarks").toString());
        assertEquals("[]", data(Report.html(results(List.of(), List.of()), List.of())).get("remarks").toString());
    }

    @Test
    void namesStayText() throws IOException {
        String hostile = "</script><script>alert(1)<!--";
        String page = Report.html(results(List.of(row(hostile, Form.LANEWISE, "F32_NATIVE", 512, 4096, 1)), List.of()), List.of(hostile));
        assertFalse(page.contains("<script>alert"));
        JsonObject content = data(page);
        assertEquals(hostile, content.getAsJsonObject("results").getAsJsonArray("rows").get(0).getAsJsonObject().get("rule").getAsString());
        assertEquals(hostile, content.getAsJsonArray("remarks").get(0).getAsString());
    }

    @Test
    void formsThatAreNotOursAreRivals() throws IOException {
        var rows = List.of(
                row("Adam", "libtorch-fused", "F32", 0, 4096, 1), row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1),
                row("Adam", "djl", "F32", 0, 4096, 1), row("Adam", "libtorch-fused", "F32", 0, 65536, 1),
                row("12 B", Form.ROOF, "F32_NATIVE", 512, 4096, 1));
        assertEquals("[\"libtorch-fused\",\"djl\"]", data(Report.html(results(rows, List.of()), List.of())).get("rivals").toString());
    }

    @Test
    void everyConstantOfFormHasItsPlaceAndItsName() throws IOException {
        String page = Report.html(results(List.of(), List.of()), List.of());
        JsonObject forms = data(page).getAsJsonObject("forms");
        assertEquals(Set.copyOf(Forms.all()), forms.keySet());
        assertEquals(Form.all(), List.copyOf(forms.keySet()));
    }

    private static JsonObject data(String page) {
        Matcher data = DATA.matcher(page);
        assertTrue(data.find());
        return JsonParser.parseString(data.group(1)).getAsJsonObject();
    }
}
