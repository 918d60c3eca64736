package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.Form;
import org.lanewise.bench.Row;

class RatiosTest {
    private static final int N = Plan.IN_CACHE;

    @Test
    void comparesWithThePlainLoopsOfTheSameRuleAndSize() {
        List<Row> rows = Ratios.of(List.of(
                row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.5, 28), row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 4, 28),
                row("Adam", Form.AUTO, "F32_HEAP", 32, N, 1, 28), row("Adam", Form.SCALAR, "F32_HEAP", 32, 2 * N, 9, 28),
                row("Sgd", Form.SCALAR, "F32_HEAP", 32, N, 7, 20)));
        assertEquals(8, rows.getFirst().ratioToScalar());
        assertEquals(2, rows.getFirst().ratioToAuto());
        assertEquals(1, rows.get(1).ratioToScalar());
        assertNull(rows.get(3).ratioToAuto());
    }

    @Test
    void comparesWithTheStreamOfAboutAsManyBytesInTheSameMemory() {
        List<Row> rows = Ratios.of(List.of(
                row("Adam", Form.LANEWISE, "BF16_STATES_NATIVE", 512, N, 0.4, 20),
                row("STREAM_12", Form.ROOF, "F32_NATIVE", 512, N, 0.1, 12),
                row("STREAM_20", Form.ROOF, "F32_HEAP", 512, N, 0.3, 20), row("STREAM_20", Form.ROOF, "F32_NATIVE", 512, N, 0.2, 20),
                row("STREAM_28", Form.ROOF, "F32_NATIVE", 512, N, 0.35, 28)));
        assertEquals(0.5, rows.getFirst().roofFraction(), 1e-12);
        assertNull(rows.getLast().roofFraction());
    }

    @Test
    void remarksNameCellsThatMissAGoalAndWhatTheyWaitFor() {
        List<Row> rows = Ratios.of(List.of(
                row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.40, 28), row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 2, 28),
                row("Momentum", Form.LANEWISE, "F32_NATIVE", 512, N, 0.05, 20), row("Momentum", Form.SCALAR, "F32_HEAP", 32, N, 0.6, 20),
                row("ROOT_AND_DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, N, 0.38, 12)));
        String tenfold = Remarks.of(rows).stream().filter(remark -> remark.contains("10 times")).findFirst().orElseThrow();
        assertTrue(tenfold.contains("Reached by 1 of 2 cells"), tenfold);
        assertTrue(tenfold.contains("Adam F32_NATIVE 512 bits n=4,096 (5.00; takes 0.400 ns, and root and division alone 0.380)"), tenfold);
    }

    @Test
    void remarksTellGarbageFromWhatTheHarnessAllocates() {
        Row plain = new Row("Adam", Form.SCALAR, "F32_HEAP", 32, 16 << 20, 1, 2, 0, 28, 14, null, null, null, 4_000.0);
        List<Row> rows = List.of(allocating(1_000, 0.9), allocating(16 << 20, 900), allocating(1_000, 24), plain);
        String garbage = Remarks.of(rows).stream().filter(remark -> remark.contains("garbage")).findFirst().orElseThrow();
        assertTrue(garbage.contains("2 of 3 cells"), garbage);
        assertTrue(garbage.contains("24.00"), garbage);
    }

    private static Row allocating(int n, double bytes) {
        return new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, n, 1, 0.5, 0, 28, 56, null, null, null, bytes);
    }

    private static Row row(String rule, String form, String storage, int width, int n, double ns, double bytes) {
        return new Row(rule, form, storage, width, n, 1, ns, 0.01, bytes, bytes / ns, null, null, null, 0.1);
    }
}
