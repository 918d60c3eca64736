package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;
import static org.lanewise.bench.result.SyntheticResults.row;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.SyntheticResults;
import org.lanewise.bench.result.Verdict;

class MeasuredTableTest {
    private static final int N = 64 << 10;

    private static final List<Row> ADAM = List.of(
            row("Adam", Form.LANEWISE, "F32_NATIVE", 256, N, 0.25), row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.125),
            new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 2, 0.0625, 0, 28, 1, 1, null),
            row("Adam", Form.LANEWISE, "BF16_NATIVE", 512, N, 0.01),
            row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 2),
            row("Adam", Form.AUTO, "F32_HEAP", 32, N, 0.2),
            row("Adam", Form.AUTO_SOA, "F32_HEAP", 32, N, 1.75),
            row("STREAM_28", Form.ROOF, "F32_NATIVE", 512, N, 0.08),
            row("ROOT_AND_DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, 4096, 0.1));

    @Test
    void tableIsOfTheRows() {
        String[] lines = MeasuredTable.markdown(results(ADAM, List.of())).split("\n");
        assertEquals(3, lines.length);
        assertEquals("| Adam | 64 Ki | 28 | 0.125 | 512 | - | 0.0100 | 2.00 | 1.75 | 0.200 | 16.0 | 14.0 | 1.60 | 80 |", lines[2]);
    }

    @Test
    void tiesAndLossesAreNamed() {
        String table = MeasuredTable.markdown(results(
                List.of(row("Sgd", Form.LANEWISE, "F32_NATIVE", 512, N, 1), row("Sgd", Form.AUTO, "F32_HEAP", 32, N, 0.9),
                        row("Sgd", Form.AUTO_SOA, "F32_HEAP", 32, N, 1.04)), List.of()));
        assertTrue(table.endsWith("| - | - | - | 1.04 | 0.900 | - | 1.04 tie | 0.900 slower | - |\n"), table);
        assertEquals(Verdict.FASTER, Verdict.of(1.05));
        assertEquals(Verdict.TIE, Verdict.of(0.951));
        assertEquals(Verdict.SLOWER, Verdict.of(0.95));
    }

    @Test
    void errorsAboveThreePercentStandBehindTheirTimes() {
        String table = MeasuredTable.markdown(results(List.of(
                new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 0.5, 0.015, 28, 1, 1, null),
                new Row("Adam", Form.LANEWISE, "BF16_STATES_NATIVE", 512, N, 1, 0.4, 0.02, 20, 1, 1, null)), List.of()));
        assertTrue(table.contains("| 0.500 | 512 | 0.400 \u00b15% | - |"), table);
    }

    @Test
    void namesAreNoMarkup() {
        String table = MeasuredTable.markdown(results(List.of(row("A|*b*<c>", Form.LANEWISE, "F32_NATIVE", 512, N, 1)), List.of()));
        assertTrue(table.contains("| A\\|\\*b\\*\\<c\\> | 64 Ki |"), table);
    }

    @Test
    void tableHasBothSizesOfEveryRule() {
        Results results = SyntheticResults.full();
        List<String> lines = MeasuredTable.markdown(results).lines().skip(2).toList();
        List<String> rules = Rows.of(results).rules();
        assertEquals(7, rules.size());
        assertEquals(2 * rules.size(), lines.size());
        for (int i = 0; i < rules.size(); i++) {
            assertTrue(lines.get(i).startsWith("| " + rules.get(i) + " | 64 Ki |"), lines.get(i));
            assertTrue(lines.get(rules.size() + i).startsWith("| " + rules.get(i) + " | 16 Mi |"), lines.get(i));
        }
    }

    @Test
    void aShortTableNeedsEveryRuleAtBothSizes() {
        List<String> lines = MeasuredTable.markdown(SyntheticResults.full(), List.of("Adam")).lines().toList();
        assertEquals(3, lines.size());
        assertEquals("| rule | 64 Ki | x scalar | x C2 SoA | x C2 best | 16 Mi | x scalar | x C2 SoA | x C2 best |", lines.getFirst());
        assertEquals(9, lines.getLast().chars().filter(c -> c == '|').count() - 1);
        String message = assertThrows(IllegalArgumentException.class,
                () -> MeasuredTable.markdown(results(ADAM, List.of()), List.of("Adam"))).getMessage();
        assertEquals("results lack Adam in native memory or its plain loops at 16 Mi parameters; bench --full measures them", message);
    }
}
