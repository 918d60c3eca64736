package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.result.SyntheticResults;
import org.lanewise.tool.Machine;
import org.lanewise.tool.RuleTable;

class DocumentsTest {
    private static final String RULES = """
            # Rules

            | rule | step | states | follows |
            |---|---|---|---|
            | `Adam` | a \\| b | | Kingma |
            | `Yogi` | w - lr g | b | Zaheer |

            End.
            """;

    private static final String PLACE = "Text.\n" + Documents.BEGIN + "\nold\n" + Documents.END + "\nEnd.\n";

    @TempDir
    private Path project;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(project.resolve("src/docs"));
        Files.writeString(project.resolve("README.md"), PLACE);
        Files.writeString(project.resolve("src/docs/measured.md"), PLACE);
        Files.writeString(project.resolve("src/docs/rules.md"), RULES);
    }

    @Test
    void documentsGetTheirTablesBetweenTheirMarks() throws IOException {
        Results results = results("CPU A");
        Map<Path, String> texts = Documents.with(project, List.of(results));
        assertEquals("Text.\n" + Documents.BEGIN + "\n" + MeasuredTable.machine(results) + "\n"
                + MeasuredTable.markdown(results, Documents.IN_README) + Documents.END + "\nEnd.\n",
                texts.get(project.resolve("README.md")));
        String measured = texts.get(project.resolve("src/docs/measured.md"));
        assertTrue(measured.contains("Measured on CPU A (2 processors, vectors of 512 bits, "), measured);
        assertTrue(measured.contains("\n" + MeasuredTable.markdown(results)), measured);
        assertTrue(texts.get(project.resolve("src/docs/chart.svg")).contains("CPU A"));
        assertEquals(ResultsFile.text(results), texts.get(project.resolve("src/docs/results/cpu-a.json")));
        assertEquals(5, texts.size());
        for (Map.Entry<Path, String> text : texts.entrySet()) {
            Files.createDirectories(text.getKey().getParent());
            Files.writeString(text.getKey(), text.getValue());
        }
        assertEquals(texts, Documents.with(project, List.of(results)), "a second time");
    }

    @Test
    void rulesGetTwoColumnsAndKeepTheTimesOfThoseThatWereNotMeasured() throws IOException {
        Path rules = project.resolve("src/docs/rules.md");
        Results results = results("CPU A");
        String text = Documents.with(project, List.of(results)).get(rules);
        assertEquals("""
                # Rules

                | rule | step | states | ns, 64 Ki | ns, 16 Mi | follows |
                |---|---|---|---:|---:|---|
                | `Adam` | a \\| b | | 1.00 | 1.00 | Kingma |
                | `Yogi` | w - lr g | b | - | - | Zaheer |

                End.
                """, text);
        Files.writeString(rules, text.replace("b | - | - |", "b | 7 | 8 |"));
        assertTrue(Documents.with(project, List.of(results)).get(rules).contains("| b | 7 | 8 | Zaheer |"));
    }

    @Test
    void twoResultsShareTheChart() throws IOException {
        Map<Path, String> texts = Documents.with(project, List.of(results("CPU A"), results("CPU B")));
        String chart = texts.get(project.resolve("src/docs/chart.svg"));
        assertTrue(chart.contains("Left: CPU A") && chart.contains("Right: CPU B"), chart);
        assertTrue(texts.containsKey(project.resolve("src/docs/results/cpu-b.json")));
        assertRefused("both results are of one CPU, CPU A", List.of(results("CPU A"), results("CPU A")));
    }

    @Test
    void whatLacksRowsIsRefused() {
        assertRefused("results lack Adam in native memory or its plain loops at 64 Ki parameters; bench --full measures them",
                List.of(SyntheticResults.results(List.of(), List.of())));
        assertRefused("results have no row of Lanewise at 64 Ki parameters",
                List.of(results("CPU A"), SyntheticResults.results(List.of(), List.of())));
    }

    @Test
    void documentsWithoutThePlaceAreRefused() throws IOException {
        Path readme = project.resolve("README.md");
        Files.writeString(readme, "Text.\n" + Documents.BEGIN + "\n");
        assertRefused(readme + " has no line '" + Documents.BEGIN + "' with a line '" + Documents.END + "' after it",
                List.of(results("CPU A")));
        Files.writeString(readme, PLACE);
        Path rules = project.resolve("src/docs/rules.md");
        Files.writeString(rules, "none\n");
        assertRefused(rules + " has no table that begins with '| rule | step |'", List.of(results("CPU A")));
        Files.delete(rules);
        assertEquals(rules + ": no such file",
                assertThrows(IOException.class, () -> Documents.with(project, List.of(results("CPU A")))).getMessage());
    }

    @Test
    void theProjectsDocumentsHaveTheirPlaces() throws IOException {
        Map<Path, String> texts = Documents.with(Path.of("."), List.of(results("CPU A", RuleTable.firstOfEach().keySet())));
        assertTrue(texts.values().stream().noneMatch(String::isBlank));
    }

    @Test
    void figuresThatResultsLackAreNotDeleted() throws IOException {
        Path measured = project.resolve("src/docs/measured.md");
        Results full = results("CPU A", RuleTable.firstOfEach().keySet());
        Files.writeString(measured, Documents.with(project, List.of(full)).get(measured));
        assertRefused(measured + " has figures that results lack or that are in doubt: GradientDescent 64 Ki; Momentum 64 Ki; "
                + "Rprop 64 Ki; RmsProp 64 Ki; NAdam 64 Ki; and of 39 more lines; bench --full measures them", List.of(results("CPU A")));
        assertRefused(measured + " has figures that results lack or that are in doubt: Yogi 16 Mi (scalar, x scalar); "
                + "bench --full measures them", List.of(without(full, row -> row.rule().equals("Yogi") && row.form() == Form.SCALAR
                        && row.n() == Sizes.IN_MEMORY)));
        assertEquals(5, Documents.with(project, List.of(full)).size());
    }

    @Test
    void aColumnWithoutAnyFigureIsMissingToo() throws IOException {
        Path measured = project.resolve("src/docs/measured.md");
        Results full = results("CPU A");
        Files.writeString(measured, Documents.with(project, List.of(full)).get(measured));
        assertRefused(measured + " has figures that results lack or that are in doubt: Adam 64 Ki (all BF16); AdamW 64 Ki (all BF16); "
                + "Sgd 64 Ki (all BF16); Lion 64 Ki (all BF16); Lamb 64 Ki (all BF16); and of 7 more lines; bench --full measures them",
                List.of(without(full, row -> row.storage().equals("BF16_NATIVE"))));
        // A column that has another title now is no figure that was lost.
        Files.writeString(measured, Files.readString(measured).replace("all BF16 |", "half |"));
        assertEquals(5, Documents.with(project, List.of(without(full, row -> row.storage().equals("BF16_NATIVE")))).size());
    }

    @Test
    void rulesThatLanewiseHasNotAreRefused() {
        List<String> rules = new ArrayList<>(Documents.IN_README);
        rules.addAll(List.of("Adamm", "Evil"));
        assertRefused("results of CPU A have rules that Lanewise has not: Adamm, Evil", List.of(results("CPU A", rules)));
    }

    /** The mark of the end that is found is another section's. */
    @Test
    void aSectionWithoutItsEndTakesNoOtherText() throws IOException {
        for (String foreign : List.of("# Title", "## Title", "```java", "![picture](a.svg)", Documents.BEGIN, "<!-- other -->")) {
            Path readme = Files.writeString(project.resolve("README.md"), PLACE.replace("old", "old\n\n" + foreign + "\nnew"));
            assertRefused(readme + " has a line between '" + Documents.BEGIN + "' and '" + Documents.END + "' that the command readme "
                    + "does not write, so that one of both seems to be missing: '" + foreign + "'", List.of(results("CPU A")));
        }
    }

    @Test
    void linesEndAsTheyDid() throws IOException {
        Map<Path, String> expected = Documents.with(project, List.of(results("CPU A")));
        for (String file : List.of("README.md", "src/docs/measured.md", "src/docs/rules.md")) {
            Path path = project.resolve(file);
            Files.writeString(path, Files.readString(path).replace("\n", "\r\n"));
            assertEquals(expected.get(path).replace("\n", "\r\n"), Documents.with(project, List.of(results("CPU A"))).get(path));
        }
    }

    @Test
    void aTableOfRulesThatIsNoneIsRefused() throws IOException {
        Path rules = Files.writeString(project.resolve("src/docs/rules.md"), "| rule | step | follows |\n");
        assertRefused(rules + " has no line below the head of its table", List.of(results("CPU A")));
        Files.writeString(rules, "\n| rule | step | follows |\n|---|---|---|\n| `Adam` |\n");
        assertRefused(rules + ":4: line has 1 cells, the table's head 3", List.of(results("CPU A")));
    }

    /** A pipe whose writer never comes, and a device without end. */
    @Test
    @Timeout(20)
    void documentsThatAreNoRegularFilesAreRefused() throws Exception {
        Path zeros = Path.of("/dev/zero"), readme = project.resolve("README.md"), rules = project.resolve("src/docs/rules.md");
        Files.delete(readme);
        Files.delete(rules);
        assumeTrue(Files.exists(zeros) && new ProcessBuilder("mkfifo", readme.toString()).start().waitFor() == 0);
        assertEquals(readme + ": cannot be read: is no regular file",
                assertThrows(IOException.class, () -> Documents.with(project, List.of(results("CPU A")))).getMessage());
        Files.delete(readme);
        Files.writeString(readme, PLACE);
        Files.createSymbolicLink(rules, zeros);
        assertEquals(rules + ": cannot be read: is no regular file",
                assertThrows(IOException.class, () -> Documents.with(project, List.of(results("CPU A")))).getMessage());
        Files.delete(rules);
        Files.writeString(rules, RULES);
        Path chart = Files.createSymbolicLink(project.resolve("src/docs/chart.svg"), zeros);
        assertEquals(chart + ": is no regular file",
                assertThrows(IOException.class, () -> Documents.with(project, List.of(results("CPU A")))).getMessage());
    }

    @Test
    void addressesInNamesAreNoLinks() {
        assertEquals("http\\://a.b ftp\\://c www\\.d.e f\\@g.h CPU @ 2.00GHz 05:23 ???",
                Markdown.escape("http://a.b ftp://c www.d.e f@g.h CPU @ 2.00GHz 05:23 \u202e\u001b\u200b"));
    }

    @Test
    void aRowInDoubtIsNoFigure() {
        Results results = results("CPU A");
        List<Row> rows = results.rows().stream().map(row -> row.rule().equals("Lamb") && row.form() == Form.LANEWISE
                ? new Row(row.rule(), row.form(), row.storage(), row.width(), row.n(), 1, 5_101, 1, 44, 1, 1, 0.0, Doubt.BUSY) : row)
                .toList();
        assertRefused("results lack Lamb in native memory or its plain loops at 64 Ki parameters; bench --full measures them",
                List.of(new Results(results.machine(), results.settings(), rows, List.of())));
    }

    @Test
    void theSecondOfTwoResultsHasAllRulesOfTheFirst() {
        Results other = results("CPU B");
        assertRefused("results of CPU B lack Lion at 64 Ki parameters; bench --full measures them", List.of(results("CPU A"),
                without(other, row -> row.rule().equals("Lion") && row.form() == Form.LANEWISE && row.n() == Sizes.LAYER)));
    }

    @Test
    void whatTheMachineIsCalledIsNoMarkup() {
        String sentence = MeasuredTable.machine(results("<b>CPU</b> [A](x) | &amp; *"));
        assertTrue(sentence.startsWith("Measured on \\<b\\>CPU\\</b\\> \\[A\\](x) \\| \\&amp; \\* ("), sentence);
    }

    private void assertRefused(String message, List<Results> results) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> Documents.with(project, results)).getMessage());
    }

    private static Results without(Results results, Predicate<Row> missing) {
        return new Results(results.machine(), results.settings(), results.rows().stream().filter(missing.negate()).toList(), List.of());
    }

    private static Results results(String cpu) {
        return results(cpu, Documents.IN_README);
    }

    private static Results results(String cpu, Collection<String> rules) {
        List<Row> rows = new ArrayList<>();
        for (String rule : rules) {
            for (int n : MeasuredTable.SIZES) {
                rows.add(SyntheticResults.row(rule, Form.LANEWISE, "F32_NATIVE", 512, n, 1));
                rows.add(SyntheticResults.row(rule, Form.LANEWISE, "BF16_STATES_NATIVE", 512, n, 1));
                rows.add(SyntheticResults.row(rule, Form.LANEWISE, "BF16_NATIVE", 512, n, 1));
                rows.add(SyntheticResults.row(rule, Form.SCALAR, "F32_HEAP", 32, n, 4));
                rows.add(SyntheticResults.row(rule, Form.AUTO_SOA, "F32_HEAP", 32, n, 3));
                rows.add(SyntheticResults.row(rule, Form.AUTO, "F32_HEAP", 32, n, 2));
            }
        }
        Results made = SyntheticResults.results(rows, List.of());
        Machine machine = made.machine();
        return new Results(new Machine(cpu, machine.flags(), machine.caches(), machine.cores(), machine.preferredBits(), machine.os(),
                machine.jvm(), machine.date()), made.settings(), rows, List.of());
    }
}
