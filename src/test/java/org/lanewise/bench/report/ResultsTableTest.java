package org.lanewise.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.bench.result.SyntheticResults.results;
import static org.lanewise.bench.result.SyntheticResults.row;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.SyntheticResults;

class ResultsTableTest {
    @Test
    void columnsEndBelowTheirHeads() {
        List<String> table = print(SyntheticResults.full()).stream().takeWhile(line -> !line.startsWith("ns: ")).toList();
        List<String> lines = table.stream().filter(line -> !line.isEmpty()).toList();
        assertEquals(SyntheticResults.full().rows().size() + 1, lines.size());
        for (String line : lines) {
            assertEquals(lines.getFirst().length(), line.length(), line);
        }
        for (String head : List.of("n  threads", "limit %", "x C2")) {
            int end = lines.getFirst().indexOf(head) + head.length();
            for (String line : lines) {
                assertTrue(line.charAt(end - 1) != ' ' && line.charAt(end) == ' ', line);
            }
        }
    }

    @Test
    void noLineIsLongerThanATerminal() {
        print(SyntheticResults.full()).forEach(line -> assertTrue(line.length() <= 140, line));
    }

    @Test
    void rowsInDoubtAreMarkedAndTheMarkExplained() {
        Row late = new Row("ScheduleFreeAdamW", Form.LANEWISE_POLLUTED, "BF16_STATES_NATIVE", 512, 64 << 10, 2, 5101.2345, 404.7413, 28, 1,
                1, 53840144.00);
        Row busy = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, 4096, 1, 0.5, 0.01, 28, 1, 1, 0.0, Doubt.BUSY);
        List<String> lines = print(results(List.of(late, busy), List.of()));
        int end = lines.getFirst().indexOf("limit %") + "limit %".length();
        assertTrue(lines.get(1).substring(0, end).endsWith("  late") && lines.get(3).substring(0, end).endsWith("  busy"), lines::toString);
        assertTrue(lines.contains("late: C2 had not compiled the loop, or was still at it."), lines::toString);
        assertTrue(lines.contains("busy: other programs had the processors."), lines::toString);
        assertTrue(lines.stream().limit(4).allMatch(line -> line.length() <= 140), lines::toString);
    }

    @Test
    void rowsOfARuleStandTogetherFormsBeforeOtherLibraries() {
        var rows = List.of(
                row("Sgd", new Library("djl"), "F32", 0, 4096, 3), row("Adam", Form.SCALAR, "F32_HEAP", 32, 4096, 2),
                row("Sgd", Form.SCALAR, "F32_HEAP", 32, 4096, 2), row("Sgd", Form.LANEWISE, "F32_HEAP", 512, 4096, 1));
        List<String> starts = print(results(rows, List.of())).stream().skip(1).limit(5)
                .map(line -> line.isEmpty() ? "" : line.substring(0, 17).replaceAll(" +", " ").strip()).toList();
        assertEquals(List.of("Sgd lanewise F", "Sgd scalar F", "Sgd djl F", "", "Adam scalar F"), starts);
    }

    @Test
    void missingNumbersAreDashes() {
        var row = new Row("Adam", new Library("djl"), "F32", 0, 100_003, 2, 0.12345, Double.NaN, 28, 1, 1, null);
        assertEquals("Adam djl F32 - 100,003 2 0.1235 - 226.8 - - - -",
                print(results(List.of(row), List.of())).get(1).replaceAll(" +", " "));
    }

    @Test
    void latenciesAreInMicroseconds() {
        var latency = new Latency("Adam", Form.LANEWISE, "F32_NATIVE", 512, 65536, 8000, 9000.4, 12_345, 1_000_000);
        List<String> lines = print(results(List.of(), List.of(latency)));
        assertEquals("Adam lanewise F32_NATIVE 512 64 Ki 8.00 9.00 12.35 1000.00", lines.get(1).replaceAll(" +", " "));
    }

    @Test
    void withoutResultsOnlyTheMachineIsPrinted() {
        List<String> lines = print(results(List.of(), List.of()));
        assertEquals(List.of(
                "Synthetic CPU (not measured), 2 processors, preferred vectors of 512 bits",
                "OpenJDK 64-Bit Server VM 25.0.3+9, Linux 6.1 amd64, 2026-11-25T01:20:00Z"), lines);
    }

    private static List<String> print(Results results) {
        var out = new StringWriter();
        ResultsTable.print(results, new PrintWriter(out));
        return out.toString().lines().toList();
    }
}
