package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.generators.PlannedStore;
import org.lanewise.generators.Rules;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;

/** A store steps each of its tensors as if it were alone. */
class ParameterStoreProperties {
    private static final int STEPS = 3;

    @Provide
    Arbitrary<StorePlan> plans() {
        return StorePlan.of(TensorPlan.small(70), 10);
    }

    @Provide
    Arbitrary<Rule> rules() {
        return Rules.all();
    }

    @Provide
    Arbitrary<Width> widths() {
        return Run.widths();
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void stepsEachTensorAsIfItWereAlone(@ForAll("plans") StorePlan plan, @ForAll("widths") Width width, @ForAll("rules") Rule rule) {
        try (PlannedStore together = plan.build()) {
            Run.step(Optimizer.of(rule, together.store(), width), STEPS);
            for (int tensor = 0; tensor < plan.tensors().size(); tensor++) {
                try (PlannedStore alone = plan.buildOnly(tensor)) {
                    Run.step(Optimizer.of(rule, alone.store(), width), STEPS);
                    assertSame(rule, alone.tensor(tensor), together.tensor(tensor));
                    alone.requireCanaries();
                }
            }
            together.requireCanaries();
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void neverWritesGradients(@ForAll("plans") StorePlan plan, @ForAll("widths") Width width, @ForAll("rules") Rule rule) {
        try (PlannedStore planned = plan.build()) {
            List<byte[]> before = gradients(planned.store());
            Run.step(Optimizer.of(rule, planned.store(), width), STEPS);
            List<byte[]> after = gradients(planned.store());
            for (int tensor = 0; tensor < before.size(); tensor++) {
                assertArrayEquals(before.get(tensor), after.get(tensor), "gradients of " + planned.tensor(tensor));
            }
        }
    }

    private static List<byte[]> gradients(ParameterStore store) {
        return store.tensors().stream().map(tensor -> tensor.gradient().segment().toArray(ValueLayout.JAVA_BYTE)).toList();
    }

    private static void assertSame(Rule rule, Tensor expected, Tensor actual) {
        assertEquals(-1, Floats.mismatch(Floats.of(expected.parameter()), Floats.of(actual.parameter())), "parameters of " + actual);
        assertEquals(-1, Floats.mismatch(Floats.of(expected.gradient()), Floats.of(actual.gradient())), "gradients of " + actual);
        for (Rule.State state : rule.states()) {
            assertEquals(-1, Floats.mismatch(Floats.of(expected.state(state.name())), Floats.of(actual.state(state.name()))),
                    state + " of " + actual);
        }
    }
}
