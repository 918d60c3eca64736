package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.Refusals.assertRefused;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.StoreKind;

class OptimizerTest {
    private final float[] w = {1, 2, 3};
    private final float[] g = {10, -20, 30};
    private final ParameterStore store = ParameterStore.wrap(w, g);

    /** Another rule with states of any names. */
    private record Named(List<State> states) implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public Kernel kernel() {
            throw new AssertionError("a rule that is refused makes no kernel");
        }
    }

    @Test
    void isMadeOfRuleStoreAndThePreferredWidth() {
        Rule rule = new GradientDescent(0.25);
        Optimizer optimizer = Optimizer.of(rule, store);
        assertSame(rule, optimizer.rule());
        assertSame(store, optimizer.store());
        assertEquals(Width.preferred(), optimizer.width());
        assertEquals(0.25, optimizer.learningRate());
        assertEquals(0, optimizer.steps());
    }

    @Test
    void saysRuleLearningRateWidthAndSteps() {
        Optimizer optimizer = Optimizer.of(new GradientDescent(0.1), store, Width.SCALAR);
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, steps: 0", optimizer.toString());
        for (int step = 0; step < 3; step++) {
            optimizer.step();
        }
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, steps: 3", optimizer.toString());
        optimizer.setLearningRate(0.05);
        assertEquals("GradientDescent[learningRate=0.1] with learning rate 0.05 at SCALAR, steps: 3", optimizer.toString());
        optimizer.setLearningRate(0.1);
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, steps: 3", optimizer.toString());
        ParameterStore other = ParameterStore.wrap(w, g);
        Optimizer maximizer = Optimizer.builder(other).rule(new GradientDescent(0.1)).width(Width.SCALAR).maximize(true).build();
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, maximizes, steps: 0", maximizer.toString());
    }

    @ParameterizedTest
    @EnumSource
    void tellsKernelsTheNumberOfTheStep(Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        ParameterStore mixed = ParameterStore.builder().tensor("owned", 37).wrap("wrapped", w, g).tensor("more", 5).build();
        Optimizer optimizer = Optimizer.of(new RecordingRule(0.1, true), mixed, width);
        for (int step = 1; step <= 4; step++) {
            optimizer.lookAhead();
            assertEquals(step - 1, optimizer.steps());
            for (Tensor tensor : mixed.tensors()) {
                assertAll(step, tensor.state("ahead"));
                assertAll(step - 1, step == 1 ? tensor.state("rate") : tensor.parameter());
            }
            optimizer.step();
            assertEquals(step, optimizer.steps());
            for (Tensor tensor : mixed.tensors()) {
                assertAll(step, tensor.parameter());
            }
        }
    }

    private static void assertAll(float expected, Slice slice) {
        for (float x : Floats.of(slice)) {
            assertEquals(expected, x, slice.toString());
        }
    }

    @Test
    void changesTheLearningRateFromTheNextStepOn() {
        Optimizer optimizer = Optimizer.of(new RecordingRule(0.5, false), store);
        optimizer.step();
        assertAll(0.5f, store.tensor("parameters").state("rate"));
        optimizer.setLearningRate(0.25);
        assertEquals(0.25, optimizer.learningRate());
        assertEquals(0.5, optimizer.rule().learningRate());
        assertAll(0.5f, store.tensor("parameters").state("rate"));
        optimizer.step();
        assertAll(0.25f, store.tensor("parameters").state("rate"));
        optimizer.setLearningRate(0);
        optimizer.step();
        assertAll(0, store.tensor("parameters").state("rate"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, Float.MIN_NORMAL, 1e-3, Float.MAX_VALUE})
    void acceptsFiniteLearningRates(double learningRate) {
        Optimizer optimizer = Optimizer.of(new GradientDescent(0.5), store);
        optimizer.setLearningRate(learningRate);
        assertEquals(learningRate, optimizer.learningRate());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-Double.MIN_VALUE, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN})
    void refusesOtherLearningRates(double learningRate) {
        Optimizer optimizer = Optimizer.of(new GradientDescent(0.5), store);
        assertRefused(IllegalArgumentException.class, "learningRate must be finite and at least 0, got " + learningRate,
                () -> optimizer.setLearningRate(learningRate));
        assertEquals(0.5, optimizer.learningRate());
        optimizer.step();
        assertArrayEquals(new float[] {-4, 12, -12}, w);
    }

    @Test
    void refusesNull() {
        Rule rule = new GradientDescent(0.5);
        assertRefused(NullPointerException.class, "rule must not be null", () -> Optimizer.of(null, store));
        assertRefused(NullPointerException.class, "store must not be null", () -> Optimizer.of(rule, null));
        assertRefused(NullPointerException.class, "width must not be null", () -> Optimizer.of(rule, store, null));
        Optimizer.of(rule, store).step();
        assertArrayEquals(new float[] {-4, 12, -12}, w);
    }

    @ParameterizedTest
    @EnumSource
    void refusesWidthsThatAreNotSupported(Width width) {
        assumeFalse(width.isSupported(), () -> "not run: this CPU and JVM have vectors of " + width.bits() + " bits");
        assertRefused(IllegalArgumentException.class,
                "width must be at most " + Width.preferred().bits() + " bits on this CPU and JVM, got " + width.bits(),
                () -> Optimizer.of(new GradientDescent(0.5), store, width));
        assertTakesItsFirstOptimizer();
    }

    @Test
    void refusesTwoStatesOfOneName() {
        Rule rule = new Named(List.of(new Rule.State("m"), new Rule.State("v"), new Rule.State("m", 1)));
        assertRefused(IllegalArgumentException.class, rule + " has two states named 'm'", () -> Optimizer.of(rule, store));
        assertTakesItsFirstOptimizer();
    }

    @Test
    void refusesASecondOptimizer() {
        Optimizer first = Optimizer.of(new Momentum(0.5, 0.5), store);
        first.step();
        assertRefused(IllegalStateException.class,
                "store already has an optimizer, of Momentum[learningRate=0.5, beta=0.5]",
                () -> Optimizer.of(new Nesterov(0.1), store));
        Tensor tensor = store.tensor("parameters");
        assertArrayEquals(new float[] {-4, 12, -12}, w);
        assertArrayEquals(new float[] {-5, 10, -15}, Floats.of(tensor.state("d")));
        assertRefused(IllegalArgumentException.class, "no state 'w' of 'parameters' in a store with states [d]", () -> tensor.state("w"));
        first.step();
        assertArrayEquals(new float[] {-11.5f, 27, -34.5f}, w);
    }

    private void assertTakesItsFirstOptimizer() {
        assertArrayEquals(new float[] {1, 2, 3}, w);
        Optimizer.of(new Momentum(0.5, 0.5), store).step();
        assertArrayEquals(new float[] {-4, 12, -12}, w);
        assertArrayEquals(new float[] {-5, 10, -15}, Floats.of(store.tensor("parameters").state("d")));
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16_STATES_HEAP", "BF16_STATES_NATIVE"})
    void nesterovKeepsParametersExactWhateverTheStatesAre(StoreKind kind) {
        float[] w = {0.1f, 1.001f, 3.14159f};
        try (ParameterStore store = kind.builder().tensor("w", 3).build()) {
            store.tensor("w").parameter().copyFrom(w);
            Optimizer optimizer = Optimizer.of(new Nesterov(0.5), store);
            optimizer.lookAhead();
            optimizer.step();
            assertArrayEquals(w, Floats.of(store.tensor("w").parameter()));
            assertEquals(Storage.F32, store.tensor("w").state("w").storage());
            assertEquals(Storage.BF16, store.tensor("w").state("d").storage());
        }
    }

    @Test
    void maximizesInEveryTensor() {
        float[] a = {1, 2};
        float[] b = {3};
        ParameterStore store = ParameterStore.builder().wrap("a", a, new float[] {10, 20}).wrap("b", b, new float[] {30}).build();
        Optimizer.builder(store).rule(new Sgd(0.5)).maximize(true).build().step();
        assertArrayEquals(new float[] {6, 12}, a);
        assertArrayEquals(new float[] {18}, b);
    }

    @Test
    void doesNotCountAStepThatThrew() {
        Optimizer optimizer = Optimizer.of(new Throwing(), ParameterStore.wrap(new float[1], new float[1]));
        assertThrows(ArithmeticException.class, optimizer::lookAhead);
        assertThrows(IllegalStateException.class, optimizer::step);
        optimizer.setLearningRate(1);
        optimizer.lookAhead();
        optimizer.setLearningRate(0);
        assertThrows(ArithmeticException.class, optimizer::step);
        assertEquals(0, optimizer.steps());
        optimizer.setLearningRate(1);
        optimizer.step();
        assertEquals(1, optimizer.steps());
    }

    /** Refuses to prepare at a learning rate of 0. */
    private record Throwing() implements Rule {
        @Override
        public double learningRate() {
            return 0;
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        @Override
        public Optional<Kernel> lookAhead() {
            return Optional.of(new Update(this));
        }

        private static final class Update extends Kernel {
            Update(Throwing rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void prepare(long step, double learningRate) {
                if (learningRate == 0) {
                    throw new ArithmeticException("no rate");
                }
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {}

            @Override
            public void scalar(Plane[] planes, int from, int to) {}
        }
    }

    @Test
    void asksTheRuleWhichLearningRatesItTakes() {
        record OnlyBelowOne(double learningRate) implements Rule {
            @Override
            public void requireLearningRate(double learningRate) {
                if (learningRate >= 1) {
                    throw new IllegalArgumentException("learningRate must be below 1, got " + learningRate);
                }
            }

            @Override
            public Kernel kernel() {
                return new GradientDescent(0).kernel();
            }
        }
        String message = "learningRate must be below 1, got 2.0";
        float[] w = {1};
        ParameterStore store = ParameterStore.wrap(w, new float[1]);
        assertRefused(IllegalArgumentException.class, message, () -> Optimizer.of(new OnlyBelowOne(2), store));
        Optimizer ftrl = Optimizer.of(new Ftrl(0.5), store);
        assertRefused(IllegalArgumentException.class, "learningRate must be between 1.0E-19 and 1.0E19, got 0.0",
                () -> ftrl.setLearningRate(0));
        assertEquals(0.5, ftrl.learningRate());
    }

    @Test
    void refusesRuleWhoseLearningRateIsNoRate() {
        float[] w = {1};
        assertRefused(IllegalArgumentException.class, "learningRate must be finite and at least 0, got NaN",
                () -> Optimizer.of(new RecordingRule(Double.NaN, false), ParameterStore.wrap(w, new float[1])));
    }

    @Test
    void refusesLookAheadOfARuleWithout() {
        Optimizer optimizer = Optimizer.of(new Momentum(0.5, 0.5), store);
        assertRefused(IllegalStateException.class,
                "lookAhead() needs a rule that looks ahead, got Momentum[learningRate=0.5, beta=0.5]",
                optimizer::lookAhead);
        assertArrayEquals(new float[] {1, 2, 3}, w);
        optimizer.step();
        assertArrayEquals(new float[] {-4, 12, -12}, w);
    }

    @Test
    void refusesStepWithoutLookAheadAndTwoLookAheads() {
        Optimizer optimizer = Optimizer.of(new Nesterov(0.5, 0.5), store);
        String rule = "Nesterov[learningRate=0.5, beta=0.5]";
        for (int step = 1; step <= 3; step++) {
            String needed = "step " + step + " of " + rule + " needs lookAhead() before it";
            assertUnchangedBy(() -> assertRefused(IllegalStateException.class, needed, optimizer::step));
            optimizer.lookAhead();
            String done = "step " + step + " of " + rule + " has its lookAhead() already";
            assertUnchangedBy(() -> assertRefused(IllegalStateException.class, done, optimizer::lookAhead));
            assertEquals(step - 1, optimizer.steps());
            optimizer.step();
            assertEquals(step, optimizer.steps());
        }
        float[] undisturbed = {1, 2, 3};
        Optimizer other = Optimizer.of(new Nesterov(0.5, 0.5), ParameterStore.wrap(undisturbed, g));
        for (int step = 1; step <= 3; step++) {
            other.lookAhead();
            other.step();
        }
        assertArrayEquals(undisturbed, w);
    }

    private void assertUnchangedBy(Runnable refused) {
        Tensor tensor = store.tensor("parameters");
        List<Slice> slices = List.of(tensor.parameter(), tensor.gradient(), tensor.state("d"), tensor.state("w"));
        List<float[]> before = slices.stream().map(Floats::of).toList();
        refused.run();
        for (int i = 0; i < slices.size(); i++) {
            assertArrayEquals(before.get(i), Floats.of(slices.get(i)));
        }
    }
}
