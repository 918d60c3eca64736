package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Rule;
import org.lanewise.rule.GradientDescent;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Place;
import org.lanewise.verify.WrongRule;
import picocli.CommandLine;

class VerifyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void aRuleWithoutDifferencesExitsWith0() throws Exception {
        Path json = directory.resolve("verify.json");
        assertEquals(0, run("verify", "--rule", "GradientDescent", "--seed", "7", "--json", json.toString()), err::toString);
        List<Rule> rows = RuleTable.all().stream().filter(GradientDescent.class::isInstance).toList();
        long maximizing = Equivalence.of(rows.getFirst()).withMaximize(true).comparisons();
        long comparisons = rows.stream().mapToLong(rule -> Equivalence.of(rule).comparisons()).sum() + maximizing;
        assertEquals("verified: " + comparisons + " comparisons, 0 differences", lastLine());
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(comparisons, report.get("comparisons").getAsLong());
        assertEquals(0, report.get("differences").getAsLong());
        assertEquals(7, report.get("seed").getAsLong());
        assertEquals((rows.size() + 1) * Place.values().length * Equivalence.widths().size(), report.getAsJsonArray("cells").size());
        for (JsonElement cell : report.getAsJsonArray("cells")) {
            assertTrue(cell.getAsJsonObject().get("comparisons").getAsLong() > 0, cell::toString);
        }
    }

    @Test
    void aDifferenceIsReportedAndExitsWith1() {
        VerifyCommand command = new VerifyCommand(List.of(new WrongRule(0.1)));
        CommandLine line = new CommandLine(command).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        assertEquals(1, line.execute());
        String text = out.toString();
        assertTrue(text.contains("WrongRule[learningRate=0.1] F32_NATIVE BITS_128: parameter[1] of "), text);
        assertTrue(text.contains("WrongRule[learningRate=0.1] maximizing F32_NATIVE BITS_128: parameter[1] of "), text);
        assertTrue(text.matches("(?s).* is [0-9a-f]{8} \\(.+?\\), plain loop [0-9a-f]{8} \\(.+?\\)\\R"
                + "    from parameter [0-9a-f]{8} \\(.*"), text);
        assertTrue(text.contains(" more of this rule on F32_NATIVE at BITS_128"), text);
        assertTrue(lastLine().matches("verified: \\d+ comparisons, [1-9]\\d* differences"), lastLine());
    }

    @Test
    void anUnknownRuleIsNamedAndExitsWith2() {
        assertEquals(2, run("verify", "--rule", "Adagrad2"));
        assertEquals("--rule must be one of " + String.join(", ", RuleTable.firstOfEach().keySet()) + ", got Adagrad2; see --help",
                err.toString().strip());
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedAndExitsWith2() {
        Path json = directory.resolve("none/verify.json");
        assertEquals(2, run("verify", "--rule", "GradientDescent", "--json", json.toString()));
        assertTrue(err.toString().contains(json + ": its directory does not exist or is not writable"), err::toString);
        assertEquals("", out.toString());
    }

    @Test
    void rulesAreSeparatedByCommasInAnyCase() {
        assertEquals(0, run("verify", "--rule", "gradientdescent,GRADIENTDESCENT"), err::toString);
        assertEquals(1, out.toString().lines().filter(line -> line.startsWith("GradientDescent ")).count(), out::toString);
    }

    @Test
    void helpSaysHowToVerifyAvx2() {
        assertEquals(0, run("verify", "--help"));
        assertTrue(out.toString().contains("-XX:UseAVX=2"), out::toString);
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private String lastLine() {
        return out.toString().strip().lines().reduce((_, last) -> last).orElseThrow();
    }
}
