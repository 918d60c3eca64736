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
import org.lanewise.bench.Form;
import org.lanewise.bench.work.Workload;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

class PlanTest {
    private static final Set<String> RULES = RuleTable.firstOfEach().keySet();

    private static final Set<String> ELEMENTWISE = RULES.stream()
            .filter(rule -> Workload.isElementwise(RuleTable.firstOfEach().get(rule))).collect(Collectors.toSet());

    /** With the quick run's settings; a JVM that is run again comes on top. */
    @Test
    void aQuickRunTakesFourMinutesAndAHalfAtMost() {
        List<Cell> cells = Plan.quick(_ -> true, false);
        assertTrue(cells.size() <= 255, "JVMs: " + cells.size());
        Duration estimate = new Measurement(1, 100, 3, 60).estimate(cells);
        assertTrue(estimate.compareTo(Duration.ofSeconds(270)) <= 0, estimate::toString);
    }

    @Test
    void everyRuleOfTheTableIsMeasuredAgainstItsPlainLoops() {
        for (List<Cell> cells : List.of(Plan.quick(_ -> true, false), Plan.full(_ -> true, false))) {
            for (String form : List.of(Form.SCALAR, Form.AUTO, Form.AUTO_SOA, Form.LANEWISE)) {
                Set<String> rules = cells.stream().filter(cell -> cell.form().equals(form)).map(Cell::rule).collect(Collectors.toSet());
                assertEquals(form.equals(Form.AUTO_SOA) ? ELEMENTWISE : RULES, rules, form);
            }
        }
    }

    @Test
    void noCellIsMeasuredTwice() {
        for (List<Cell> cells : List.of(Plan.quick(_ -> true, false), Plan.full(_ -> true, true))) {
            assertEquals(cells.size(), new HashSet<>(cells).size());
            assertEquals(cells.size(), cells.stream().map(Cell::toString).distinct().count());
        }
    }

    @Test
    void aFullRunHasEveryFormStorageWidthAndSizeOfTheRulesInDetail() {
        List<Cell> adam = Plan.full(cell -> cell.rule().equals("Adam"), false);
        assertEquals(EnumSet.complementOf(EnumSet.of(StoreKind.BF16_HEAP)),
                adam.stream().map(Cell::storage).collect(Collectors.toSet()));
        assertTrue(adam.stream().map(Cell::n).collect(Collectors.toSet())
                .containsAll(Set.of(16, 1_000, 4 << 10, 64 << 10, 100_003, 1 << 20, 16 << 20)));
        Set<Integer> widths = adam.stream().filter(cell -> cell.form().equals(Form.LANEWISE)).map(Cell::width)
                .collect(Collectors.toSet());
        assertEquals(Set.of(Width.values()).stream().filter(w -> w != Width.SCALAR && w.isSupported()).map(Width::bits)
                .collect(Collectors.toSet()), widths);
        Set<String> forms = adam.stream().map(Cell::form).collect(Collectors.toSet());
        assertTrue(forms.containsAll(
                        Set.of(Form.SCALAR, Form.AUTO, Form.AUTO_SOA, Form.LANEWISE_POLLUTED, Form.CONTROL, Form.CONTROL_AUTO)),
                forms::toString);
        assertEquals(Width.preferred() == Width.BITS_512, forms.contains(Form.LANEWISE_AVX2));
        assertTrue(adam.stream().anyMatch(Cell::latency));
        assertTrue(adam.stream().anyMatch(cell -> cell.threads() == 2));
    }

    @Test
    void theScalarLoopRunsWithoutSuperWord() {
        assertEquals(List.of("-XX:-UseSuperWord"), Cell.scalar("Adam", 16).jvmFlags());
        assertEquals(List.of(), Cell.auto("Adam", 16).jvmFlags());
    }

    @Test
    void aFilterLeavesOutWhatItDoesNotAccept() {
        assertTrue(Plan.full(cell -> cell.n() == 4 << 10, true).stream().allMatch(cell -> cell.n() == 4 << 10));
    }
}
