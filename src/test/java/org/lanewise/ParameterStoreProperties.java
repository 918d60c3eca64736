package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** A store steps each of its tensors as if it were alone. */
class ParameterStoreProperties {
    private static final float CANARY = 12345.678f;
    private static final int STEPS = 3;

    /** A tensor of the store's own, or one that begins at an offset of the caller's arrays. */
    record Plan(int size, boolean wrapped, int parameterOffset, int gradientOffset) {}

    /** A planned tensor's values, in arrays surrounded by canaries. */
    private record Planned(String name, Plan plan, float[] parameters, float[] gradients) {
        static Planned of(int index, Plan plan, long seed) {
            return new Planned("t" + index, plan,
                    surrounded(plan.parameterOffset, Values.NORMAL.array(plan.size, seed + 2L * index)),
                    surrounded(plan.gradientOffset, Values.NORMAL.array(plan.size, seed + 2L * index + 1)));
        }

        private static float[] surrounded(int offset, float[] values) {
            float[] array = new float[offset + values.length + 18];
            Arrays.fill(array, CANARY);
            System.arraycopy(values, 0, array, offset, values.length);
            return array;
        }

        Planned copy() {
            return new Planned(name, plan, parameters.clone(), gradients.clone());
        }

        void addTo(ParameterStoreBuilder builder) {
            if (plan.wrapped) {
                builder.wrap(name, parameters, plan.parameterOffset, gradients, plan.gradientOffset, plan.size);
            } else {
                builder.tensor(name, plan.size);
            }
        }

        void fill(Tensor tensor) {
            if (!plan.wrapped) {
                tensor.parameter().copyFrom(parameters, plan.parameterOffset);
                tensor.gradient().copyFrom(gradients, plan.gradientOffset);
            }
        }
    }

    @Provide
    Arbitrary<List<Plan>> plans() {
        Arbitrary<Integer> offset = Arbitraries.integers().between(0, 20);
        return Combinators.combine(Arbitraries.integers().between(0, 70), Arbitraries.of(true, false), offset, offset).as(Plan::new)
                .list().ofMinSize(1).ofMaxSize(10);
    }

    @Provide
    Arbitrary<Rule> rules() {
        return Arbitraries.of(new GradientDescent(0.1), new Sgd(0.1).withMomentum(0.9).withWeightDecay(0.1),
                new Nesterov(0.1), new Adam(0.1).withAmsgrad(true));
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(List.of(Width.values())).filter(Width::isSupported);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void stepsEachTensorAsIfItWereAlone(
            @ForAll("plans") List<Plan> plans, @ForAll StoreKind kind, @ForAll("rules") Rule rule, @ForAll("widths") Width width,
            @ForAll long seed) {
        List<Planned> together = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            together.add(Planned.of(i, plans.get(i), seed));
        }
        List<Planned> apart = together.stream().map(Planned::copy).toList();
        try (ParameterStore store = stepped(kind, rule, width, together)) {
            for (int i = 0; i < plans.size(); i++) {
                Planned alone = apart.get(i);
                float[] gradients = alone.gradients.clone();
                try (ParameterStore lone = stepped(kind, rule, width, List.of(alone))) {
                    assertSame(rule, lone.tensor(alone.name), store.tensor(alone.name));
                }
                assertArrayEquals(alone.parameters, together.get(i).parameters, "parameters of " + alone.name + " and what surrounds them");
                assertArrayEquals(gradients, together.get(i).gradients, "gradients of " + alone.name);
            }
            assertSurroundingsUntouched(together);
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void neverWritesGradients(
            @ForAll("plans") List<Plan> plans, @ForAll StoreKind kind, @ForAll("rules") Rule rule, @ForAll("widths") Width width) {
        List<Planned> planned = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            planned.add(Planned.of(i, plans.get(i), i));
        }
        try (ParameterStore store = filled(kind, planned)) {
            List<float[]> before = store.tensors().stream().map(tensor -> Floats.of(tensor.gradient())).toList();
            step(Optimizer.of(rule, store, width));
            for (int i = 0; i < before.size(); i++) {
                assertArrayEquals(before.get(i), Floats.of(store.tensors().get(i).gradient()));
            }
        }
    }

    private static ParameterStore stepped(StoreKind kind, Rule rule, Width width, List<Planned> planned) {
        ParameterStore store = filled(kind, planned);
        step(Optimizer.of(rule, store, width));
        return store;
    }

    private static ParameterStore filled(StoreKind kind, List<Planned> planned) {
        ParameterStoreBuilder builder = kind.builder();
        planned.forEach(one -> one.addTo(builder));
        ParameterStore store = builder.build();
        planned.forEach(one -> one.fill(store.tensor(one.name)));
        return store;
    }

    private static void step(Optimizer optimizer) {
        for (int step = 0; step < STEPS; step++) {
            if (optimizer.rule().lookAhead().isPresent()) {
                optimizer.lookAhead();
            }
            optimizer.step();
        }
    }

    private static void assertSame(Rule rule, Tensor expected, Tensor actual) {
        assertArrayEquals(Floats.of(expected.parameter()), Floats.of(actual.parameter()), "parameters of " + actual);
        assertArrayEquals(Floats.of(expected.gradient()), Floats.of(actual.gradient()), "gradients of " + actual);
        for (Rule.State state : rule.states()) {
            assertArrayEquals(Floats.of(expected.state(state.name())), Floats.of(actual.state(state.name())), state + " of " + actual);
        }
    }

    private static void assertSurroundingsUntouched(List<Planned> stepped) {
        for (Planned planned : stepped) {
            int from = planned.plan.parameterOffset;
            for (int i = 0; i < planned.parameters.length; i++) {
                boolean outside = i < from || i >= from + planned.plan.size;
                assertTrue(!outside || planned.parameters[i] == CANARY, "element " + i + " around " + planned.plan);
            }
        }
    }
}
