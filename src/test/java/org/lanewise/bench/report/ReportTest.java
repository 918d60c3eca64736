package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.Form;
import org.lanewise.bench.Results;
import org.lanewise.tool.Json;

class ReportTest {
    private static final Pattern LOADS = Pattern.compile("(?i)<link|@import|<(script|img|iframe)[^>]*\\s(src|href)\\s*=|url\\((?!#|\")");
    private static final Pattern DATA = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

    @Test
    void loadsNothing() throws IOException {
        String page = Report.html(SyntheticResults.full(), List.of("One cell falls short."));
        String own = page.replaceFirst("(?s)<script>/\\*\\*.*?</script>", "");
        assertTrue(page.length() - own.length() > 500_000);
        Matcher loads = LOADS.matcher(own);
        assertFalse(loads.find(), () -> own.substring(loads.start(), Math.min(loads.start() + 100, own.length())));
        assertFalse(own.contains("http"), "an address in the report's own parts");
        assertFalse(own.contains("{{"), "a slot that was not filled");
    }
}
