package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lanewise.tool.StoreKind;

class RowsTest {
    private static final int N = Sizes.IN_CACHE;

    private static final List<Row> PROBES = List.of(
            row("STREAM_20", Form.ROOF, "F32_NATIVE", 512, N, 0.2, 20, 0, 0),
            row("STREAM_28", Form.ROOF, "F32_NATIVE", 512, N, 0.35, 28, 0, 0),
            row("STREAM_28", Form.ROOF, "F32_HEAP", 512, N, 0.7, 28, 0, 0),
            row("ROOT", Form.ARITHMETIC, "F32_NATIVE", 512, N, 0.3, 12, 1, 0),
            row("DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, N, 0.2, 12, 0, 1),
            row("ROOT_AND_DIVISION", Form.ARITHMETIC, "F32_NATIVE", 256, N, 0.5, 12, 1, 1),
            row("ROOT_AND_DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, N, 0.4, 12, 1, 1));

    @Test
    void comparesWithThePlainLoopsOfTheSameRuleAndSize() {
        List<Compared> cells = Rows.of(List.of(
                row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.5, 28, 1, 1), row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 4, 28, 1, 1),
                row("Adam", Form.AUTO, "F32_HEAP", 32, N, 1.5, 28, 1, 1), row("Adam", Form.CONTROL_AUTO, "F32_HEAP", 32, N, 1, 28, 1, 1),
                row("Adam", Form.SCALAR, "F32_HEAP", 32, 2 * N, 9, 28, 1, 1), row("Sgd", Form.SCALAR, "F32_HEAP", 32, N, 7, 20, 0, 0)))
                .all();
        assertEquals(8, cells.getFirst().speed(Baseline.SCALAR));
        assertEquals(2, cells.getFirst().speed(Baseline.AUTO), "the faster of the rule's own loop and the one by hand");
        assertNull(cells.getFirst().speed(Baseline.AUTO_SOA));
        assertEquals(1, cells.get(1).speed(Baseline.SCALAR));
        assertNull(cells.get(4).speed(Baseline.AUTO));
    }

    @Test
    void avx2CodeIsComparedWithAvx2CodeOfC2() {
        Rows rows = Rows.of(List.of(row("Adam", Form.LANEWISE_AVX2, "F32_NATIVE", 256, N, 0.5, 28, 1, 1),
                row("Adam", Form.AUTO, "F32_HEAP", 32, N, 1, 28, 1, 1), row("Adam", Form.AUTO_AVX2, "F32_HEAP", 32, N, 2, 28, 1, 1)));
        assertEquals(4, rows.all().getFirst().speed(Baseline.AUTO));
    }

    @Test
    void aRatiosErrorIsThatOfBothTimes() {
        Row lanewise = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 1, 0.03, 28, 1, 1, null);
        Row scalar = new Row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 1, 10, 0.4, 28, 1, 1, null);
        assertEquals(10 * 0.05, Rows.of(List.of(lanewise, scalar)).all().getFirst().speeds().get(Baseline.SCALAR).error(), 1e-12);
    }

    @Test
    void withoutRootsTheLimitIsTheStreamOfNearlyAsManyBytesInTheSameMemory() {
        assertEquals(new Limit(20 * 0.2 / 20, Limit.Resource.MEMORY), limit(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 20, 0, 0)));
        assertEquals(22 * 0.2 / 20, limit(row("Lion", Form.LANEWISE, "BF16_NATIVE", 512, N, 1, 22, 0, 0)).nanos(), 1e-12);
        assertEquals(0.7, limit(row("Lion", Form.LANEWISE, "F32_HEAP", 512, N, 1, 28, 0, 0)).nanos(), 1e-12);
        assertNull(limit(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, 2 * N, 1, 20, 0, 0)));
    }

    @Test
    void rootsAndDivisionsTakeTheTimeOfTheFastestProbesAsManyPairsAsThereAre() {
        assertEquals(new Limit(0.4, Limit.Resource.ARITHMETIC), limit(row("Adam", Form.LANEWISE, "F32_NATIVE", 128, N, 1, 28, 1, 1)));
        assertEquals(0.7, limit(row("Adam", Form.LANEWISE, "F32_HEAP", 128, N, 1, 28, 1, 1)).nanos(), 1e-12, "memory is slower there");
        assertEquals(0.4 + 2 * 0.2, limit(row("NAdam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 28, 1, 3)).nanos(), 1e-12);
        assertEquals(0.4 + 0.3, limit(row("Ftrl", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 28, 2, 1)).nanos(), 1e-12);
    }

    @Test
    void withoutAProbeThatIsNeededThereIsNoLimit() {
        List<Row> rows = List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 28, 1, 1), PROBES.get(1), PROBES.get(3));
        assertNull(Rows.of(rows).all().getFirst().limit());
        assertNull(Rows.of(PROBES).all().getFirst().limit(), "a limit itself");
    }

    @Test
    void ofTwoStreamsThatAreAsNearTheOneOfFewerBytesIsTaken() {
        assertEquals(24 * 0.2 / 20, limit(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 24, 0, 0)).nanos(), 1e-12);
    }

    @Test
    void theFastestWidthIsMarked() {
        Rows rows = Rows.of(List.of(row("Adam", Form.LANEWISE, "F32_NATIVE", 256, N, 0.4, 28, 1, 1),
                row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.5, 28, 1, 1),
                row("Adam", Form.LANEWISE, "F32_HEAP", 512, N, 0.6, 28, 1, 1)));
        assertEquals(List.of(true, false, true), rows.all().stream().map(Compared::isFastest).toList());
    }

    @Test
    void findingsNameCellsBelowNineTenthsOfTheLimitAndWhatTheyCouldTake() {
        assertEquals(List.of("1 of 4 cells of Lanewise (fastest width, one thread) are at 0.9 of the speed that this machine allows, or "
                + "above it. Below, with what limits them, m for moving the bytes and a for roots and divisions:",
                "Adam: F32_NATIVE 4 Ki 0.80a, F32_HEAP 4 Ki 0.70m.", "Adamax: F32_NATIVE 4 Ki 0.70m."),
                findings(row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 0.5, 28, 1, 1),
                        row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 0.21, 20, 0, 0),
                        row("Adamax", Form.LANEWISE, "F32_NATIVE", 512, N, 0.5, 28, 0, 1),
                        row("Adam", Form.LANEWISE, "F32_HEAP", 512, N, 1, 28, 1, 1),
                        row("Adam", Form.SCALAR, "F32_HEAP", 32, N, 9, 28, 1, 1)));
    }

    @Test
    void findingsNameRowsInDoubtAndSayNothingElseOfThem() {
        Row busy = new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, N, 1, 9, 0.1, 28, 1, 1, 24.0, Doubt.BUSY);
        Row late = new Row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 2, 9, 0.1, 20, 0, 0, N + 1.0);
        assertEquals(List.of("1 of 9 rows are marked late: C2 had not compiled the loop, or was still at it. "
                + "Lion lanewise F32_NATIVE 512 4 Ki threads=2.",
                "1 of 9 rows are marked busy: other programs had the processors. Adam lanewise F32_NATIVE 512 4 Ki."),
                findings(busy, late));
    }

    @Test
    void aShareThatIsShownAsNineTenthsIsNotBelow() {
        assertEquals(1, findings(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 0.2 / 0.896, 20, 0, 0)).size());
        assertEquals(2, findings(row("Lion", Form.LANEWISE, "F32_NATIVE", 512, N, 0.2 / 0.894, 20, 0, 0)).size());
    }

    @Test
    void findingsTellGarbageFromWhatTheHarnessAllocates() {
        Row plain = new Row("Adam", Form.SCALAR, "F32_HEAP", 32, 16 << 20, 1, 2, 0, 28, 1, 1, 4_000.0);
        String garbage = Findings.of(Rows.of(List.of(allocating(1_000, 0.9), allocating(16 << 20, 900), allocating(1_000, 24), plain)))
                .getFirst();
        assertTrue(garbage.startsWith("2 of 3 cells of Lanewise allocate nothing"), garbage);
        assertTrue(garbage.endsWith("Not so: Adam lanewise F32_NATIVE 1,000: 24.00 B."), garbage);
    }

    /** As many as a file of results may have. */
    @Test
    void manyRowsAreComparedInNoTime() {
        List<Row> rows = new ArrayList<>(PROBES);
        for (int i = 0; i < 8_000; i++) {
            rows.add(row("Rule" + i, Form.LANEWISE, "F32_NATIVE", 512, N + i, 1 + i, 28, 1, 1));
            rows.add(row("Adam", new Library("library" + i), "F32", 0, N, 1 + i, 28, 1, 1));
            rows.add(row("STREAM_" + i, Form.ROOF, "F32_NATIVE", 512, N, 1, 28 + i, 0, 0));
        }
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Rows compared = Rows.of(rows);
            assertEquals(rows.size(), compared.inOrder().size());
            assertFalse(Findings.of(compared).isEmpty());
            compared.rules().forEach(rule -> assertTrue(compared.lanewise(rule, StoreKind.F32_NATIVE, N + 1).isEmpty()
                    || rule.equals("Rule1")));
        });
    }

    /** Each number as its sentence says it, looked for in all rows. */
    @Property(tries = 200)
    void anyRowsAreComparedAsTheSentencesSay(@ForAll("rows") List<Row> rows) {
        List<Compared> all = Rows.of(rows).all();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Compared cell = all.get(i);
            for (Baseline baseline : Baseline.values()) {
                OptionalDouble loop = row.isTrusted() && !row.isLimit() ? fastest(rows, row, other -> other.threads() == row.threads()
                        && baseline.loopsFor(row.form()).contains(other.form())) : OptionalDouble.empty();
                assertEquals(loop.isPresent() ? loop.getAsDouble() / row.nsPerElement() : null, cell.speed(baseline));
            }
            OptionalDouble sameWidths = fastest(rows, row, other -> other.form().equals(row.form()) && other.threads() == row.threads()
                    && other.storage().equals(row.storage()));
            boolean isFirst = rows.subList(0, i).stream().noneMatch(other -> other.isTrusted() && other.form().equals(row.form())
                    && other.rule().equals(row.rule()) && other.storage().equals(row.storage()) && other.n() == row.n()
                    && other.threads() == row.threads() && other.nsPerElement() == row.nsPerElement());
            assertEquals(row.isTrusted() && isFirst && sameWidths.getAsDouble() == row.nsPerElement(), cell.isFastest());
            OptionalDouble f32 = fastest(rows, row, other -> isF32(other) && other.threads() == row.threads());
            assertEquals(row.form() == Form.LANEWISE && row.isTrusted() && f32.isPresent()
                    ? f32.getAsDouble() / row.nsPerElement() : null, value(cell.overF32()));
            OptionalDouble beside = f32.isPresent() ? f32 : fastest(rows, row, other -> isF32(other) && other.threads() == 1);
            assertEquals(row.form() instanceof Library && row.isTrusted() && beside.isPresent()
                    ? row.nsPerElement() / beside.getAsDouble() : null, value(cell.overLanewise()));
        }
    }

    @Provide
    static Arbitrary<List<Row>> rows() {
        Arbitrary<Stepper> forms = Arbitraries.of(Form.LANEWISE, Form.LANEWISE_AVX2, Form.SCALAR, Form.AUTO, Form.AUTO_SOA,
                Form.CONTROL_AUTO, Form.AUTO_AVX2, Form.ROOF, new Library("djl"));
        return Combinators.combine(Arbitraries.of("Adam", "Lion"), forms, Arbitraries.of("F32_NATIVE", "F32_HEAP"),
                Arbitraries.of(256, 512), Arbitraries.of(16, N), Arbitraries.of(1, 2), Arbitraries.integers().between(1, 9),
                Arbitraries.of(null, null, null, Doubt.BUSY)).as((rule, form, storage, width, n, threads, ns, doubt) ->
                        new Row(rule, form, storage, width, n, threads, ns, 0.01, 28, 0, 0, null, doubt)).list().ofMaxSize(60);
    }

    private static OptionalDouble fastest(List<Row> rows, Row row, Predicate<Row> wanted) {
        return rows.stream().filter(other -> other.isTrusted() && other.rule().equals(row.rule()) && other.n() == row.n()).filter(wanted)
                .mapToDouble(Row::nsPerElement).min();
    }

    private static boolean isF32(Row row) {
        return row.form() == Form.LANEWISE && row.storage().equals("F32_NATIVE");
    }

    private static Double value(Ratio ratio) {
        return ratio == null ? null : ratio.value();
    }

    @Test
    void aStepperIsAFormOrALibrary() {
        assertEquals(Form.AUTO_SOA, Stepper.of("auto-soa"));
        assertEquals(new Library("djl"), Stepper.of("djl"));
        for (Form form : Form.values()) {
            assertEquals(form, Stepper.of(form.id()));
            assertFalse(form.label().isBlank());
        }
    }

    private static List<String> findings(Row... rows) {
        return Findings.of(Rows.of(Stream.concat(Stream.of(rows), PROBES.stream()).toList()));
    }

    private static Limit limit(Row row) {
        return Rows.of(Stream.concat(Stream.of(row), PROBES.stream()).toList()).all().getFirst().limit();
    }

    private static Row allocating(int n, double bytes) {
        return new Row("Adam", Form.LANEWISE, "F32_NATIVE", 512, n, 1, 0.5, 0, 28, 1, 1, bytes);
    }

    private static Row row(String rule, Stepper form, String storage, int width, int n, double ns, double bytes, int roots, int divisions) {
        return new Row(rule, form, storage, width, n, 1, ns, 0.01, bytes, roots, divisions, null);
    }
}
