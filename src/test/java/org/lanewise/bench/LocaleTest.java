package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.lanewise.Width;
import org.lanewise.bench.peers.Agreement;
import org.lanewise.bench.peers.Peer;
import org.lanewise.bench.peers.PeerTable;
import org.lanewise.bench.report.ChangesTable;
import org.lanewise.bench.report.Chart;
import org.lanewise.bench.report.MeasuredTable;
import org.lanewise.bench.report.ResultsTable;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Findings;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.SyntheticResults;
import org.lanewise.kernel.Shape;
import org.lanewise.rule.Adam;
import org.lanewise.verify.Difference;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Place;
import org.lanewise.verify.Tally;
import org.lanewise.verify.Values;

/** Numbers are printed the same wherever the user lives: programs read them, and documents have them. */
@Isolated("changes the default locale")
class LocaleTest {
    /** With digits, separators and minus signs of its own. */
    private static final Locale EGYPT = Locale.forLanguageTag("ar-EG-u-nu-arab");
    private static final Pattern WITHOUT_LOCALE = Pattern.compile("(printf|String\\.format)\\(\\s*(?!Locale\\.ROOT,)|\\.formatted\\(");

    private final Locale usual = Locale.getDefault();

    @AfterEach
    void restore() {
        Locale.setDefault(usual);
    }

    @Test
    void whatCommandsPrintIsTheSameInEveryLocale() throws IOException {
        Locale.setDefault(Locale.ROOT);
        String expected = printed();
        Locale.setDefault(EGYPT);
        assertNotEquals("1,234.5", String.format(Locale.getDefault(), "%,.1f", 1234.5), "the locale has no digits of its own");
        assertEquals(expected, printed());
    }

    private static String printed() throws IOException {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        Results results = results();
        VerifyTable.print(List.of(verified()), out);
        ResultsTable.print(results, out);
        ChangesTable.print("a", results, "b", results, out);
        PeerTable.print(results.rows(), List.of(Peer.values()), out);
        out.println(MeasuredTable.withWarnings(results) + Chart.svg(List.of(results)) + Findings.of(Rows.of(results)));
        out.println(new Agreement(1_234, 1.5e-3, 1e-6));
        for (String command : List.of("verify", "bench", "compare", "peers", "readme")) {
            Main.run(out, out, command, "--help");
            Main.run(out, out, command, "--rule", "1234567", "--size", "12345678901", "--forks", "-1234567");
        }
        out.flush();
        return text.toString();
    }

    private static Results results() {
        List<Row> rows = new ArrayList<>();
        for (int n : new int[] {64 << 10, 100_003, 16 << 20}) {
            rows.add(SyntheticResults.row("Adam", Form.LANEWISE, "F32_NATIVE", 512, n, 0.5));
            rows.add(SyntheticResults.row("Adam", Form.SCALAR, "F32_HEAP", 32, n, 1234.5));
            rows.add(SyntheticResults.row("Adam", Form.AUTO, "F32_HEAP", 32, n, 1.25));
            rows.add(SyntheticResults.row("STREAM_28", Form.ROOF, "F32_NATIVE", 512, n, 0.2));
        }
        rows.add(new Row("Adam", Form.LANEWISE, "F32_HEAP", 512, 100_003, 2, 9_876.5, 1, 28, 1, 1, 12_345.6, Doubt.BUSY));
        Latency latency = new Latency("Adam", Form.LANEWISE, "F32_NATIVE", 512, 100_003, 1_234.5, 12_345.6, 123_456.7, 1_234_567.8);
        return SyntheticResults.results(rows, List.of(latency));
    }

    private static Verification verified() {
        var rule = new Adam(0.1);
        var difference = new Difference(rule, false, false, false, Place.values()[0], Width.BITS_128, Values.MIXED,
                new Shape(1, 1, 12_345), 1,
                false, "parameter", 1_234, Map.of("parameter", 1.5f), 1.5f, 1234.5f);
        var tally = new Tally(rule, false, false, false, Place.values()[0], Width.BITS_128, 1_234_567, 12_345, List.of(difference),
                Set.of("a.b"));
        return new Verification("Adam", List.of(new Equivalence.Result(List.of(tally), true, Set.of(), Optional.empty())));
    }

    @Test
    void noSourceFormatsNumbersByTheDefaultLocale() throws IOException {
        for (String folder : List.of("jmh", "src/tools", "src/demo", "src/main")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path source : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    assertEquals(List.of(), WITHOUT_LOCALE.matcher(Files.readString(source)).results().map(MatchResult::group).toList(),
                            source::toString);
                }
            }
        }
    }
}
