package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Row;

class ChangesTableTest {
    @Test
    void cellsOfBothStandInALineThoseOfOneBelow() {
        List<String> lines = print(List.of(row("Adam", 1), row("Lion", 1), row("Yogi", 1)), List.of(row("Adam", 1.5), row("Lion", 1.001)));
        List<String> cells = lines.stream().map(line -> line.replaceAll(" +", " ")).toList();
        assertTrue(lines.get(0).startsWith("A: a.json, Synthetic CPU") && lines.get(1).startsWith("B: b.json, "), lines::toString);
        // Each median of 5 JVMs has an error of 0.001 / 0.6745 * 1.2533 / sqrt(5); noise is 2.576 sqrt(2) times that.
        assertTrue(cells.contains("Adam lanewise F32_NATIVE 512 4 Ki 1 1.0000 1.5000 1.500 0.003 slower"), cells::toString);
        assertTrue(cells.contains("Lion lanewise F32_NATIVE 512 4 Ki 1 1.0000 1.0010 1.001 0.003"), cells::toString);
        assertEquals(List.of("Only in A:", "  Yogi lanewise F32_NATIVE 512 4 Ki"),
                lines.stream().dropWhile(line -> !line.startsWith("Only")).limit(2).toList());
        assertEquals("2 cells in both: B is faster in 0 and slower in 1 by more than noise.", lines.getLast());
    }

    @Test
    void withoutCommonCellsOnlyThoseOfOneAreNamed() {
        List<String> lines = print(List.of(row("Adam", 1)), List.of(row("Lion", 1)));
        assertTrue(lines.contains("Only in A:") && lines.contains("Only in B:"), lines::toString);
        assertEquals("0 cells in both: B is faster in 0 and slower in 0 by more than noise.", lines.getLast());
    }

    @Test
    void rowsInDoubtAreNamedAndNotCompared() {
        Row busy = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, 9, 0.001, 28, 1, 1, null, Doubt.BUSY);
        List<String> lines = print(List.of(row("Adam", 1)), List.of(busy));
        assertEquals(List.of("Not compared, because in doubt in B:", "  Adam lanewise F32_NATIVE 512 4 Ki: busy"),
                lines.stream().dropWhile(line -> !line.startsWith("Not")).limit(2).toList());
        assertEquals("0 cells in both: B is faster in 0 and slower in 0 by more than noise.", lines.getLast());
        assertFalse(lines.toString().contains("Only in"), lines::toString);
    }

    private static List<String> print(List<Row> first, List<Row> second) {
        var out = new StringWriter();
        ChangesTable.print("a.json", results(first, List.of()), "b.json", results(second, List.of()), new PrintWriter(out));
        return out.toString().lines().toList();
    }

    private static Row row(String rule, double ns) {
        return new Row(rule, Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, ns, 0.001, 28, 1, 1, null);
    }
}
