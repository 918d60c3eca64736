package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.generators.Rules;
import org.lanewise.generators.TensorPlan;
import org.lanewise.rule.Adam;

/** Steps whose kernels begin with plain loops and go over to others at any moment. */
class SwitchedStepProperties {
    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.all(), TensorPlan.small(130), 4);
    }

    @Provide
    Arbitrary<Run> runsAcrossChunks() {
        return Run.of(Rules.all(), TensorPlan.aboutChunks(), 1);
    }

    @Provide
    Arbitrary<WholeStepPlan> plans() {
        return WholeStepPlans.of(TensorPlan.small(20), 3);
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(Width.values());
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAndTouchNothingElse(@ForAll("runs") Run run, @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> run.check(switches::some));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void haveTheBitsOfPlainLoopsAcrossChunks(@ForAll("runsAcrossChunks") Run run, @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> run.check(switches::some));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void wholeStepsHaveTheBitsOfOneThingAfterTheOther(@ForAll("widths") Width width, @ForAll("plans") WholeStepPlan plan,
            @ForAll long seed) {
        Switches switches = new Switches(seed);
        switches.during(() -> WholeStepRun.check(plan, List.of(new WholeStepRun.Place(width, 1), new WholeStepRun.Place(width, 2)),
                switches::some));
    }

    @Example
    void beginWithPlainLoopsAndGoOverToOthers() {
        Switches switches = new Switches(1);
        float[] parameters = new float[40], gradients = new float[40];
        Optimizer optimizer = switches.during(() -> Optimizer.of(new Adam(0.1), ParameterStore.wrap(parameters, gradients)));
        for (int step = 0; step < 20; step++) {
            optimizer.step();
            switches.some();
        }
        assertEquals(1, switches.made());
        assertEquals(1, switches.done());
    }
}
