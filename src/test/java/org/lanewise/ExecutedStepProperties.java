package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.lanewise.generators.Element;
import org.lanewise.generators.Rules;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Extent;
import org.lanewise.rule.Adafactor;
import org.lanewise.tool.RuleTable;

/** Executed steps, over whatever can be chosen. */
class ExecutedStepProperties {
    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.all(), TensorPlan.small(130), 4);
    }

    @Provide
    Arbitrary<Run> runsAcrossChunks() {
        return Run.of(wholeTensorRules(), TensorPlan.aboutChunks(), 1);
    }

    @Provide
    Arbitrary<Run> runsOfNarrowTensors() {
        return Run.of(wholeTensorRules(), TensorPlan.narrow(), 1);
    }

    private static Arbitrary<Rule> wholeTensorRules() {
        Arbitrary<Rule> ofTheTable = Rules.of(RuleTable.all().stream().filter(rule -> !isElementwise(rule)).toList());
        return Arbitraries.oneOf(ofTheTable, Arbitraries.just(new WholeTensors(0.1)), Arbitraries.just(new Adafactor(0.01)));
    }

    @Provide
    Arbitrary<Rule> elementwiseRules() {
        return Rules.all().filter(ExecutedStepProperties::isElementwise);
    }

    private static boolean isElementwise(Rule rule) {
        return rule.measures().isEmpty() && rule.states().stream().allMatch(state -> state.extent() == Extent.PARAMETER);
    }

    @Provide
    Arbitrary<Width> widths() {
        return Run.widths();
    }

    @Provide
    Arbitrary<List<Element>> elements() {
        return Element.lists(40);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void haveTheBitsOfPlainLoopsAndTouchNothingElse(@ForAll("runs") Run run) {
        run.check();
        Statistics.label("options").collect(RuleTable.all().contains(run.rule()) ? "of a row" : "others")
                .coverage(coverage -> coverage.check("others").percentage(percentage -> percentage >= 50));
    }

    /** Loops of these rules see states of rows and columns, and store what is squared, chunk by chunk. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAcrossChunks(@ForAll("runsAcrossChunks") Run run) {
        run.check();
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsOnNarrowTensors(@ForAll("runsOfNarrowTensors") Run run) {
        run.check();
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfStepsOverTwoParts(
            @ForAll("elements") List<Element> elements, @ForAll @IntRange(max = 150) int first, @ForAll @IntRange(max = 150) int second,
            @ForAll("widths") Width width, @ForAll("elementwiseRules") Rule rule) {
        TensorPlan plan = new TensorPlan(TensorPlan.Memory.ARRAY, 1, 1, first + second, 0, 0, elements);
        float[] whole = plan.parameters(), parts = plan.parameters(), g = plan.gradients(0);
        try (ParameterStore one = ParameterStore.wrap(whole, g);
                ParameterStore before = ParameterStore.builder().wrap("w", parts, 0, g, 0, first).build();
                ParameterStore after = ParameterStore.builder().wrap("w", parts, first, g, first, second).build()) {
            for (ParameterStore store : List.of(one, before, after)) {
                Run.step(Optimizer.of(rule, store, width), 4);
            }
            assertEquals(-1, Floats.mismatch(whole, parts), "cut at " + first);
        }
    }
}
