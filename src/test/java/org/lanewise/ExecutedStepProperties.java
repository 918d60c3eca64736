package org.lanewise;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.lanewise.generators.Rules;
import org.lanewise.tool.RuleTable;

/** Executed steps against plain loops, over whatever can be chosen. */
class ExecutedStepProperties {
    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.all());
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAndTouchNothingElse(@ForAll("runs") Run run) {
        Statistics.label("rule").collect(RuleTable.all().contains(run.rule()) ? "a row" : "other options");
        run.check();
    }
}
