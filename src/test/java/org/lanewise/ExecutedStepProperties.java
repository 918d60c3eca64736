package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.lanewise.generators.Element;
import org.lanewise.generators.Rules;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Extent;
import org.lanewise.tool.RuleTable;

/** Executed steps, over whatever can be chosen. */
class ExecutedStepProperties {
    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.all());
    }

    @Provide
    Arbitrary<Rule> elementwiseRules() {
        return Rules.all().filter(rule -> rule.measures().isEmpty()
                && rule.states().stream().allMatch(state -> state.extent() == Extent.PARAMETER));
    }

    @Provide
    Arbitrary<Width> widths() {
        return Run.widths();
    }

    @Provide
    Arbitrary<List<Element>> elements() {
        return Element.lists(40);
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAndTouchNothingElse(@ForAll("runs") Run run) {
        run.check();
        Statistics.label("rule").collect(RuleTable.all().contains(run.rule()) ? "a row" : "other options")
                .coverage(coverage -> coverage.check("other options").percentage(percentage -> percentage >= 50));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfStepsOverTwoParts(
            @ForAll("elements") List<Element> elements, @ForAll @IntRange(max = 150) int first, @ForAll @IntRange(max = 150) int second,
            @ForAll("widths") Width width, @ForAll("elementwiseRules") Rule rule) {
        TensorPlan plan = new TensorPlan(TensorPlan.Memory.ARRAY, 1, 1, first + second, 0, 0, elements);
        float[] whole = plan.parameters(), parts = plan.parameters(), g = plan.gradients(0);
        try (ParameterStore one = ParameterStore.wrap(whole, g);
                ParameterStore before = ParameterStore.builder().wrap("w", parts, 0, g, 0, first).build();
                ParameterStore after = ParameterStore.builder().wrap("w", parts, first, g, first, second).build()) {
            for (ParameterStore store : List.of(one, before, after)) {
                Optimizer optimizer = Optimizer.of(rule, store, width);
                for (int step = 0; step < 4; step++) {
                    optimizer.step(() -> {});
                }
            }
            assertEquals(-1, Floats.mismatch(whole, parts), "cut at " + first);
        }
    }
}
