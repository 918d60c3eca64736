package org.lanewise.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Width;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Json;
import org.lanewise.tool.Machine;

class DemoTest {
    private static final Timing HASTY = new Timing(1, 1, 1, false);
    private static final Pattern LOADS = Pattern.compile("(?i)<link|@import|<(script|img|iframe)[^>]*\\s(src|href)\\s*=");
    private static final Pattern DATA = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void reportsEveryRule() throws IOException {
        assertEquals(0, run("--csv", someDigits().toString(), "--epochs", "1", "--out", directory.resolve("a/b").toString()));
        for (Contender contender : Contender.forDigits()) {
            assertTrue(out.toString().contains("\n" + contender.name() + " "), out::toString);
        }
        assertTrue(out.toString().contains(directory.resolve("a/b/index.html").toString()), out::toString);
        assertTrue(out.toString().contains(directory.resolve("a/b/results.json").toString()), out::toString);
    }

    @Test
    void resultsComeBackFromJson() throws IOException {
        assertEquals(0, run("--csv", someDigits().toString(), "--epochs", "1", "--out", directory.toString()));
        String json = Files.readString(directory.resolve("results.json"));
        DemoResults results = Json.FOR_FILE.fromJson(json, DemoResults.class);
        assertEquals(Contender.forDigits().stream().map(Contender::name).toList(),
                results.rules().stream().map(DemoResults.RuleResult::name).toList());
        assertEquals(Machine.current().cpu(), results.machine().cpu());
        assertEquals(Width.preferred().bits(), results.machine().preferredBits());
        assertTrue(results.allBitsEqual());
        assertEquals(json, Json.FOR_FILE.toJson(results) + "\n");
    }

    @Test
    void pageNeedsNothingButItself() throws IOException {
        assertEquals(0, run("--csv", someDigits().toString(), "--epochs", "1", "--out", directory.toString()));
        String page = Files.readString(directory.resolve("index.html"));
        Matcher loads = LOADS.matcher(page);
        assertFalse(loads.find(), () -> page.substring(loads.start(), Math.min(loads.start() + 100, page.length())));
        assertTrue(page.contains("plotly.js (cartesian - minified)"));
        Matcher data = DATA.matcher(page);
        assertTrue(data.find());
        JsonObject content = JsonParser.parseString(data.group(1)).getAsJsonObject();
        assertEquals(JsonParser.parseString(Files.readString(directory.resolve("results.json"))), content.get("results"));
        assertEquals(Contender.forDigits().size(), content.getAsJsonObject("curves").size());
        assertEquals(Surface.values().length, content.getAsJsonArray("landscapes").size());
        JsonObject course = content.getAsJsonObject("course");
        int steps = content.getAsJsonObject("results").getAsJsonObject("whole").get("steps").getAsInt();
        assertEquals(steps, course.getAsJsonArray("learningRate").size());
        assertEquals(steps, course.getAsJsonArray("norm").size());
        assertFalse(page.contains("{{"), () -> page.substring(page.indexOf("{{"), page.indexOf("{{") + 50));
    }

    @Test
    void pageTellsWithoutScriptsWhatCameOut() throws IOException {
        assertEquals(0, run("--csv", someDigits().toString(), "--epochs", "2", "--out", directory.toString()));
        String page = Files.readString(directory.resolve("index.html"));
        DemoResults results = Json.FOR_FILE.fromJson(Files.readString(directory.resolve("results.json")), DemoResults.class);
        String text = page.replaceAll("(?s)<script.*?</script>", "");
        for (Contender contender : Contender.forDigits()) {
            assertEquals(3, text.split("<td>" + contender.name() + "</td>", -1).length, contender.name());
        }
        assertTrue(text.contains("<pre>" + results.whole().code() + "</pre>"));
        int tested = results.data().testImages();
        long errors = Math.round((1 - results.whole().averagedAccuracy()) * tested);
        assertTrue(errors > 0, "a test of no errors shows nothing");
        assertEquals(errors, text.split("<li class=\"wrong\"", -1).length - 1);
        assertEquals(tested, text.split("<li", -1).length - 1);
        assertTrue(text.contains("reads " + (tested - errors) + " of " + tested + " right and " + errors + " wrong"), text);
    }

    @Test
    void trainingsEndInTheSameNumbersEveryTime() throws IOException {
        String[] args = {"--csv", someDigits().toString(), "--epochs", "2", "--out", directory.toString()};
        assertEquals(0, run(args));
        DemoResults once = Json.FOR_FILE.fromJson(Files.readString(directory.resolve("results.json")), DemoResults.class);
        assertEquals(0, run(args));
        DemoResults again = Json.FOR_FILE.fromJson(Files.readString(directory.resolve("results.json")), DemoResults.class);
        assertEquals(once.whole(), again.whole());
        assertEquals(once.rules().stream().map(DemoResults.RuleResult::finalLoss).toList(),
                again.rules().stream().map(DemoResults.RuleResult::finalLoss).toList());
        assertEquals(once.rules().stream().map(DemoResults.RuleResult::testAccuracy).toList(),
                again.rules().stream().map(DemoResults.RuleResult::testAccuracy).toList());
    }

    @Test
    void tenDigitsAreEnough() throws IOException {
        Path few = Files.write(directory.resolve("few.csv"), Files.readAllLines(someDigits()).subList(0, 10));
        assertEquals(0, run("--csv", few.toString(), "--epochs", "1", "--out", directory.toString()), err::toString);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file has such a name there")
    void hostileFileNameStaysText() throws IOException {
        Path hostile = Files.move(someDigits(), directory.resolve("<script>alert(1)<!--.csv"));
        assertEquals(0, run("--csv", hostile.toString(), "--epochs", "1", "--out", directory.toString()));
        assertFalse(Files.readString(directory.resolve("index.html")).contains("<script>alert"));
    }

    @Test
    void refusesBadInputWithOneLine() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.csv"), "1,2,3\n");
        assertRefused(ExitCode.FILE, bad + ":1: 3 values, expected 65", "--csv", bad.toString());
        assertRefused(ExitCode.USAGE, "--epochs must be 1 to 1000, got 0; see --help", "--epochs", "0");
        assertRefused(ExitCode.USAGE, "Invalid value for option '--seed': must be a whole number, got 'x'; see --help", "--seed", "x");
        assertRefused(ExitCode.USAGE, "--label needs --csv: it says where the label stands in that file; see --help", "--label", "first");
        assertRefused(ExitCode.USAGE, "--ranks must be 2 to 16, got 1; see --help", "--ranks", "1");
        assertRefused(ExitCode.USAGE, "--ranks must be 2 to 16, got 17; see --help", "--ranks", "17");
        assertRefused(ExitCode.USAGE, "--ranks needs Open MPI's no-mpirun (Debian: openmpi-bin), which is not there; see --help",
                "--ranks", "2");
        assertRefused(ExitCode.USAGE, "Unknown option: '--fast'; see --help", "--fast");
        assertRefused(ExitCode.FILE, "--out " + bad + ": cannot be made a directory: " + bad + " is no directory", "--out", bad.toString());
        assertRefused(ExitCode.FILE, directory + ": is a directory, expected a file", "--csv", directory.toString());
    }

    @Test
    void explainsItself() {
        assertEquals(0, run("--help"));
        for (String option : new String[] {"--csv", "--out", "--seed", "--epochs", "--ranks", "--help", "Exit codes"}) {
            assertTrue(out.toString().contains(option), option);
        }
    }

    private void assertRefused(int code, String line, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(code, run(args));
        assertEquals(line + System.lineSeparator(), err.toString());
        assertEquals("", out.toString());
    }

    private int run(String... args) {
        return Demo.run(HASTY, this::ranks, new PrintWriter(out), new PrintWriter(err), args);
    }

    private Ranks ranks(int count) {
        return new Ranks(count, "no-mpirun", "nowhere", directory);
    }

    private Path someDigits() throws IOException {
        try (var zipped = new GZIPInputStream(DigitsCsv.class.getResourceAsStream("digits/digits.csv.gz"))) {
            return Files.write(directory.resolve("digits.csv"), new String(zipped.readAllBytes(), US_ASCII).lines().limit(100).toList());
        }
    }
}
