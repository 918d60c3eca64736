package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.report.SyntheticResults.results;
import static org.lanewise.bench.report.SyntheticResults.row;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.Form;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReadmeTest {
    private static final int N = 64 << 10;

    private static final List<Row> ADAM = List.of(
            new Row("Adam", Form.LANEWISE, "F32_NATIVE", 256, N, 1, 0.25, 0, 28, 112, 0.5, 8.0, 0.8, null),
            new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 0.125, 0, 28, 224, 0.914, 16.0, 1.6, null),
            new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 2, 0.0625, 0, 28, 448, 0.9, 32.0, 3.2, null),
            row("Adam", Form.LANEWISE, "BF16_NATIVE", 512, N, 0.01),
            row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 2),
            row("Adam", Form.AUTO, "F32_HEAP", 32, N, 0.2),
            row("Adam", Form.AUTO_SOA, "F32_HEAP", 32, N, 1.75));

    @Test
    void tableIsOfTheRows() {
        String[] lines = ReadmeTable.markdown(results(ADAM, List.of())).split("\n");
        assertEquals(3, lines.length);
        assertEquals("| Adam | 64 Ki | 28 | 0.125 | 512 | - | 0.0100 | 2.00 | 1.75 | 0.200 | 16.0 | 14.0 | 1.60 | 91 % |", lines[2]);
    }

    @Test
    void tiesAndLossesAreNamed() {
        String table = ReadmeTable.markdown(results(
                List.of(row("Sgd", Form.LANEWISE, "F32_NATIVE", 512, N, 1), row("Sgd", Form.AUTO, "F32_HEAP", 32, N, 0.9),
                        row("Sgd", Form.AUTO_SOA, "F32_HEAP", 32, N, 1.04)), List.of()));
        assertTrue(table.endsWith("| - | - | - | 1.04 | 0.900 | - | 1.04 tie | 0.900 slower | - |\n"), table);
        assertEquals(Verdict.FASTER, Verdict.of(1.05));
        assertEquals(Verdict.TIE, Verdict.of(0.951));
        assertEquals(Verdict.SLOWER, Verdict.of(0.95));
    }

    @Test
    void errorsAboveThreePercentStandBehindTheirTimes() {
        String table = ReadmeTable.markdown(results(List.of(
                new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 0.5, 0.015, 28, 56, null, null, null, null),
                new Row("Adam", Form.LANEWISE, "BF16_STATES_NATIVE", 512, N, 1, 0.4, 0.02, 20, 50, null, null, null, null)), List.of()));
        assertTrue(table.contains("| 0.500 | 512 | 0.400 \u00b15% | - |"), table);
    }

    @Test
    void readmeGetsItsTableAndTwoColumnsOfRules() {
        String readme = """
                # Title

                | rule | step | states | follows |
                |---|---|---|---|
                | `Adam` | a \\| b | | Kingma |
                | `Sgd` | w - lr g | b | Polyak |

                Text.

                | rule | parameters | old |
                |---|---:|---:|
                | Adam | 64 Ki | 7 |

                End.
                """;
        String once = Readme.with(readme, results(ADAM, List.of()));
        assertEquals("""
                # Title

                | rule | step | states | ns, 64 Ki | ns, 16 Mi | follows |
                |---|---|---|---:|---:|---|
                | `Adam` | a \\| b | | 0.125 | - | Kingma |
                | `Sgd` | w - lr g | b | - | - | Polyak |

                Text.

                """ + ReadmeTable.markdown(results(ADAM, List.of())) + "\nEnd.\n", once);
        assertEquals(once, Readme.with(once, results(ADAM, List.of())));
        Results later = results(List.of(row("Sgd", Form.LANEWISE, "F32_NATIVE", 512, 16 << 20, 0.75)), List.of());
        String twice = Readme.with(once, later);
        assertTrue(twice.contains("| `Adam` | a \\| b | | 0.125 | - | Kingma |\n| `Sgd` | w - lr g | b | - | 0.750 | Polyak |\n"), twice);
    }

    @Test
    void readmeWithoutItsTablesIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> Readme.with("text\n", results(ADAM, List.of()))).getMessage();
        assertEquals("README has no table that begins with '| rule | step |'", message);
    }

    @Test
    void theProjectsReadmeHasThem() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String changed = Readme.with(readme, SyntheticResults.full());
        assertTrue(changed.contains("ns, 16 Mi"));
        assertEquals(changed, Readme.with(changed, SyntheticResults.full()));
    }

    @Test
    void tableHasBothSizesOfEveryRule() {
        Results results = SyntheticResults.full();
        List<String> lines = ReadmeTable.markdown(results).lines().skip(2).toList();
        List<String> rules = Cells.of(results).rules();
        assertEquals(7, rules.size());
        assertEquals(2 * rules.size(), lines.size());
        for (int i = 0; i < rules.size(); i++) {
            assertTrue(lines.get(i).startsWith("| " + rules.get(i) + " | 64 Ki |"), lines.get(i));
            assertTrue(lines.get(rules.size() + i).startsWith("| " + rules.get(i) + " | 16 Mi |"), lines.get(i));
        }
    }

    @Test
    void barsBeginAtOneAndLossesGoLeftInTheirOwnColour() throws Exception {
        NodeList bars = elements(ReadmeChart.svg(results(List.of(
                row("A < B", Form.LANEWISE, "F32_NATIVE", 512, N, 1), row("A < B", Form.SCALAR, "F32_HEAP", 32, N, 10),
                row("A < B", Form.AUTO, "F32_HEAP", 32, N, 0.8)), List.of())).orElseThrow(), "rect");
        List<Element> drawn = IntStream.range(Comparison.values().length, bars.getLength()).mapToObj(i -> (Element) bars.item(i)).toList();
        assertEquals(List.of("scalar", "slower"), drawn.stream().map(bar -> bar.getAttribute("class")).toList());
        double one = number(drawn.get(0), "x");
        assertEquals(one, number(drawn.get(1), "x") + number(drawn.get(1), "width"), 0.11, "coordinates have one decimal");
        double scalarRatio = number(drawn.get(0), "width") / number(drawn.get(1), "width");
        assertEquals(Math.log(10) / -Math.log(0.8), scalarRatio, 0.1, "widths of some 20 and 200 with one decimal");
    }

    @Test
    void chartIsWellFormedAndLoadsNothing() throws Exception {
        String svg = ReadmeChart.svg(SyntheticResults.full()).orElseThrow();
        assertEquals(Comparison.values().length * (1 + 7), elements(svg, "rect").getLength());
        assertFalse(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").contains("http"));
        assertFalse(svg.contains("url("));
    }

    @Test
    void chartNeedsARow() {
        assertEquals(Optional.empty(), ReadmeChart.svg(results(List.of(), List.of())));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static NodeList elements(String svg, String name) throws ParserConfigurationException, IOException, SAXException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg))).getElementsByTagName(name);
    }
}
