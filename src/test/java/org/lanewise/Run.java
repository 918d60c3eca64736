package org.lanewise;

import static org.lanewise.Refusals.assertRefused;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.generators.LearningRates;
import org.lanewise.generators.PlannedStore;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;

/** Some steps of an optimizer. */
record Run(StorePlan store, List<Step> steps, Width width, boolean maximize, boolean flushSubnormals, Rule rule) {
    /** A step at a learning rate, from the states as they are or from such as the plan has. */
    record Step(double learningRate, boolean replacesStates) {}

    /** Of stores of at most so many tensors. */
    static Arbitrary<Run> of(Arbitrary<? extends Rule> rules, Arbitrary<TensorPlan> tensors, int most) {
        Arbitrary<Step> step = Combinators.combine(LearningRates.all(), Arbitraries.of(false, false, true)).as(Step::new);
        // Shrinks from left to right and starts anew after each success: what has the most simpler forms comes last.
        return Combinators.combine(StorePlan.of(tensors, most), step.list().ofMinSize(1).ofMaxSize(3), widths(),
                Arbitraries.of(false, true), Arbitraries.of(false, true), rules).as(Run::new);
    }

    /** Those supported here, plain loops first. */
    static Arbitrary<Width> widths() {
        return Arbitraries.of(Width.supported());
    }

    /** Steps with the gradients as they are. */
    static void step(Optimizer optimizer, int steps) {
        for (int step = 0; step < steps; step++) {
            optimizer.step(() -> {});
        }
    }

    /** Steps the store by the library and by plain loops; fails at the first number that differs. */
    void check() {
        check(() -> {});
    }

    /** The same with something done before each step. */
    void check(Runnable beforeStep) {
        PlainOptimizer plain = new PlainOptimizer(rule, maximize, flushSubnormals, store);
        try (PlannedStore planned = store.build()) {
            Optimizer optimizer = Optimizer.builder(planned.store()).rule(rule).width(width).maximize(maximize)
                    .flushSubnormals(flushSubnormals).build();
            for (int k = 0; k < steps.size(); k++) {
                if (steps.get(k).replacesStates) {
                    replaceStates(planned, plain);
                }
                beforeStep.run();
                step(k, planned, optimizer, plain);
                for (int tensor = 0; tensor < store.tensors().size(); tensor++) {
                    plain.assertKept(tensor, planned.tensor(tensor));
                }
                planned.requireCanaries();
            }
        }
    }

    private void step(int number, PlannedStore planned, Optimizer optimizer, PlainOptimizer plain) {
        double asked = steps.get(number).learningRate;
        Optional<String> refusal = LearningRates.refusal(rule, asked);
        if (refusal.isPresent()) {
            assertRefused(IllegalArgumentException.class, refusal.get(), () -> optimizer.setLearningRate(asked));
        } else {
            optimizer.setLearningRate(asked);
        }
        double learningRate = optimizer.learningRate();
        plain.lookAhead(learningRate);
        plain.writeGradients(store, number);
        plain.step(learningRate);
        optimizer.step(() -> planned.writeGradients(number));
    }

    private void replaceStates(PlannedStore planned, PlainOptimizer plain) {
        for (int tensor = 0; tensor < store.tensors().size(); tensor++) {
            for (int k = 0; k < rule.states().size(); k++) {
                Slice state = planned.tensor(tensor).state(rule.states().get(k).name());
                float[] values = store.tensors().get(tensor).states((int) state.size());
                state.copyFrom(values);
                plain.plane(tensor, 2 + k).copyFrom(values, 0);
            }
        }
    }
}
