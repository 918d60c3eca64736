package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.work.Workload;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

class PlanTest {
    private static final Set<String> RULES = RuleTable.firstOfEach().keySet();

    private static final Set<String> ELEMENTWISE = RULES.stream()
            .filter(rule -> Workload.isElementwise(RuleTable.firstOfEach().get(rule))).collect(Collectors.toSet());

    /** With the quick run's settings; a JVM that is run again comes on top. */
    @Test
    void aQuickRunTakesFiveMinutesAtMost() {
        List<Cell> cells = Plan.quick(Plan.Asked.ALL);
        assertTrue(cells.size() <= 255, "JVMs: " + cells.size());
        Duration estimate = new Measurement(1, 100, 3, 60).estimate(cells);
        assertTrue(estimate.compareTo(Duration.ofMinutes(5)) <= 0, estimate::toString);
    }

    @Test
    void everyRuleOfTheTableIsMeasuredAgainstItsPlainLoops() {
        for (List<Cell> cells : List.of(Plan.quick(Plan.Asked.ALL), Plan.full(Plan.Asked.ALL))) {
            for (Form form : List.of(Form.SCALAR, Form.AUTO, Form.AUTO_SOA, Form.LANEWISE)) {
                Set<String> rules = cells.stream().filter(cell -> cell.form() == form).map(Cell::rule).collect(Collectors.toSet());
                assertEquals(form == Form.AUTO_SOA ? ELEMENTWISE : RULES, rules, form.label());
            }
        }
    }

    @Test
    void noCellIsMeasuredTwice() {
        for (List<Cell> cells : List.of(Plan.quick(Plan.Asked.ALL), Plan.full(rules(RULES)))) {
            assertEquals(cells.size(), new HashSet<>(cells).size());
            assertEquals(cells.size(), cells.stream().map(Cell::toString).distinct().count());
        }
    }

    @Test
    void aFullRunHasEveryFormStorageWidthAndSizeOfTheRulesInDetail() {
        List<Cell> adam = Plan.full(rules(Set.of("Adam"))).stream().filter(cell -> cell.rule().equals("Adam")).toList();
        assertEquals(EnumSet.complementOf(EnumSet.of(StoreKind.BF16_HEAP)),
                adam.stream().map(Cell::storage).collect(Collectors.toSet()));
        assertTrue(adam.stream().map(Cell::n).collect(Collectors.toSet())
                .containsAll(Set.of(16, 1_000, 4 << 10, 64 << 10, 100_003, 1 << 20, 16 << 20)));
        Set<Integer> widths = adam.stream().filter(cell -> cell.form() == Form.LANEWISE).map(Cell::width)
                .collect(Collectors.toSet());
        assertEquals(Set.of(Width.values()).stream().filter(w -> w != Width.SCALAR && w.isSupported()).map(Width::bits)
                .collect(Collectors.toSet()), widths);
        Set<Form> forms = adam.stream().map(Cell::form).collect(Collectors.toSet());
        assertTrue(forms.containsAll(
                        Set.of(Form.SCALAR, Form.AUTO, Form.AUTO_SOA, Form.LANEWISE_POLLUTED, Form.CONTROL, Form.CONTROL_AUTO)),
                forms::toString);
        assertEquals(Width.preferred() == Width.BITS_512, forms.contains(Form.LANEWISE_AVX2));
        assertTrue(adam.stream().anyMatch(Cell::latency));
        assertTrue(adam.stream().anyMatch(cell -> cell.threads() == 2));
    }

    @Test
    void wholeTrainingStepsAreMeasuredAgainstPassesAndAStreamOfAsManyBytes() {
        List<Cell> cells = Plan.pipeline(Plan.Asked.ALL);
        assertEquals(cells.size(), cells.stream().map(Cell::toString).distinct().count());
        for (int n : List.of(4 << 10, 64 << 10, 1 << 20, 16 << 20)) {
            List<Cell> one = cells.stream().filter(cell -> cell.n() == n && cell.threads() == 1).toList();
            assertEquals(List.of(Form.LANEWISE, Form.CONTROL, Form.TORCH_PASSES, Form.ROOF), one.stream().map(Cell::form).toList());
            assertEquals(List.of(44, 56, 64, 44), one.stream().map(Cell::bytesPerElement).toList());
        }
        List<Cell> two = cells.stream().filter(cell -> cell.threads() == 2 && cell.n() == 1 << 20).toList();
        assertEquals(List.of(1, 2), two.stream().map(Cell::callers).toList());
        assertEquals(List.of("" + (1 << 20), "" + (1 << 19)), two.stream().map(cell -> cell.parameters().get("n")).toList());
        assertEquals(Set.of("pipeline", "pipeline-200x1000", "pipeline-5000x20", "pipeline-5000x20-2-groups", "AdamW"),
                cells.stream().map(Cell::rule).collect(Collectors.toSet()));
    }

    @Test
    void sizesAskedForTakeThePlaceOfTheUsualTrainingSteps() {
        List<Cell> cells = Plan.pipeline(new Plan.Asked(Set.of(), Set.of(), Set.of(4096), Set.of(), Set.of(1)));
        assertEquals(4, cells.size(), cells::toString);
    }

    @Test
    void theScalarLoopRunsWithoutSuperWord() {
        assertEquals(List.of("-XX:-UseSuperWord"), Cell.scalar("Adam", 16).jvmFlags());
        assertEquals(List.of(), Cell.auto("Adam", 16).jvmFlags());
    }

    @Test
    void aFilterLeavesOutWhatItDoesNotAccept() {
        Plan.Asked asked = new Plan.Asked(
                Set.of("Lion"), Set.of(StoreKind.F32_HEAP), Set.of(), Set.of(Width.preferred().bits()), Set.of(1));
        for (Cell cell : Plan.full(asked)) {
            assertTrue(cell.form().isLimit() || cell.rule().equals("Lion"), cell::toString);
            assertEquals(1, cell.threads());
            if (cell.form().isLanewise()) {
                assertEquals(StoreKind.F32_HEAP, cell.storage());
                assertEquals(Width.preferred().bits(), cell.width());
            }
        }
    }

    @Test
    void aSizeAskedForTakesThePlaceOfTheUsualOnesWithItsLimitsAndPlainLoops() {
        Plan.Asked asked = new Plan.Asked(Set.of("Adam"), Set.of(), Set.of(5_001), Set.of(), Set.of());
        for (List<Cell> cells : List.of(Plan.quick(asked), Plan.full(asked))) {
            assertTrue(cells.stream().allMatch(cell -> cell.n() == 5_001 || cell.form() == Form.ARITHMETIC), cells::toString);
            Set<Form> forms = cells.stream().map(Cell::form).collect(Collectors.toSet());
            assertTrue(forms.containsAll(Set.of(Form.LANEWISE, Form.SCALAR, Form.AUTO, Form.AUTO_SOA, Form.CONTROL, Form.ROOF,
                    Form.ARITHMETIC)), forms::toString);
            assertEquals(cells.size(), new HashSet<>(cells).size());
        }
    }

    @Test
    void twoThreadsNeedAnEvenNumberOfParameters() {
        Plan.Asked asked = new Plan.Asked(Set.of("Adam"), Set.of(), Set.of(5_001, 5_002), Set.of(), Set.of(2));
        Set<Integer> sizes = Plan.full(asked).stream().filter(cell -> cell.form() != Form.ARITHMETIC).map(Cell::n)
                .collect(Collectors.toSet());
        assertEquals(Set.of(5_002), sizes);
    }

    @Test
    void ofASmallSizeOnlyTheStepItselfIsMeasured() {
        Plan.Asked asked = new Plan.Asked(Set.of("Adam"), Set.of(), Set.of(100), Set.of(), Set.of());
        assertEquals(List.of("Adam lanewise F32_NATIVE " + Width.preferred().bits() + " n=100"),
                Plan.quick(asked).stream().map(Cell::toString).toList());
    }

    private static Plan.Asked rules(Set<String> rules) {
        return new Plan.Asked(rules, Set.of(), Set.of(), Set.of(), Set.of());
    }
}
