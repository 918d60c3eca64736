package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Values;

/** Steps in which a tensor has no gradient. */
class MissingGradientTest {
    static List<Rule> rules() {
        return List.copyOf(RuleTable.firstOfEach().values());
    }

    /** Of three tensors that lie one after the other, the one in the middle has none in two steps of four. */
    @ParameterizedTest
    @MethodSource("rules")
    void theTensorIsSteppedAsIfTheseStepsWereNot(Rule rule) {
        try (ParameterStore store = store(3); ParameterStore only = store(1)) {
            Optimizer optimizer = Optimizer.of(rule, store), alone = Optimizer.of(rule, only);
            Tensor middle = store.tensor("t1"), single = only.tensor("t0");
            for (int step = 0; step < 4; step++) {
                middle.setHasGradient(step % 2 == 1);
                optimizer.step(() -> {});
                if (step % 2 == 1) {
                    alone.step(() -> {});
                }
                assertArrayEquals(Floats.of(single.parameter()), Floats.of(middle.parameter()), "step " + step);
            }
            for (Rule.State state : rule.states()) {
                assertArrayEquals(Floats.of(single.state(state.name())), Floats.of(middle.state(state.name())), state.name());
            }
            assertEquals(List.of(4L, 2L), List.of(optimizer.groups().steps(store.tensor("t0")), optimizer.groups().steps(middle)));
        }
    }

    private static ParameterStore store(int tensors) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (int k = 0; k < tensors; k++) {
            builder.tensor("t" + k, 5, 7);
        }
        ParameterStore store = builder.build();
        store.tensors().forEach(tensor -> {
            tensor.parameter().copyFrom(Values.NORMAL.array(35, 1));
            tensor.gradient().copyFrom(Values.NORMAL.array(35, 2));
        });
        return store;
    }

    @Test
    void theRateOfTheStepBeforeIsThatOfItsOwn() {
        try (ParameterStore store = store(2); ParameterStore only = store(1)) {
            Rule rule = new Asgd(0.1).withLambda(0.1);
            Optimizer optimizer = Optimizer.of(rule, store), alone = Optimizer.of(rule, only);
            for (double rate : new double[] {0.1, 0.4, 0.7, 0.2}) {
                boolean has = rate != 0.4 && rate != 0.7;
                store.tensor("t1").setHasGradient(has);
                optimizer.setLearningRate(rate);
                optimizer.step();
                if (has) {
                    alone.setLearningRate(rate);
                    alone.step();
                }
            }
            assertArrayEquals(Floats.of(only.tensor("t0").parameter()), Floats.of(store.tensor("t1").parameter()));
        }
    }

    @Test
    void theNormIsThatOfTheOthers() {
        try (ParameterStore store = store(2)) {
            store.tensor("t0").gradient().fill(2);
            store.tensor("t1").setHasGradient(false);
            StepReport report = Optimizer.builder(store).rule(new Sgd(1)).clipNorm(1000).build().step();
            assertEquals(2 * Math.sqrt(35), report.gradientNorm());
        }
    }
}
