package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Momentum;
import org.lanewise.verify.Equivalence;

/** An optimizer that could not be made has changed nothing: its store takes another one. */
class FailedOptimizerTest {
    /** Momentum, but for what it does when it is asked for something. */
    private record Asked(Runnable forStates, Supplier<Kernel> forKernel) implements Rule {
        @Override
        public double learningRate() {
            return 0.1;
        }

        @Override
        public List<State> states() {
            forStates.run();
            return List.of(new State("d"));
        }

        @Override
        public Kernel kernel() {
            return forKernel.get();
        }

        @Override
        public String toString() {
            return "Asked";
        }
    }

    private static Supplier<Kernel> failing() {
        return () -> {
            throw new ArithmeticException("no kernel");
        };
    }

    @Test
    void aRuleThatThrowsWheneverItIsAskedLeavesTheStoreFree() {
        for (int call = 1; call <= 3; call++) {
            ParameterStore store = ParameterStore.wrap(new float[3], new float[3]);
            AtomicInteger left = new AtomicInteger(call);
            Rule rule = new Asked(() -> {
                if (left.decrementAndGet() == 0) {
                    throw new ArithmeticException("no states");
                }
            }, failing());
            assertThrowsExactly(ArithmeticException.class, () -> Optimizer.of(rule, store));
            assertTakesAnOptimizer(store);
        }
    }

    @Test
    void aRuleIsAskedForItsStatesOnce() {
        AtomicInteger asked = new AtomicInteger();
        ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", 3).build();
        try (store) {
            Rule rule = new Asked(asked::incrementAndGet, failing());
            assertThrowsExactly(ArithmeticException.class, () -> Optimizer.of(rule, store));
            assertEquals(1, asked.get());
            assertTakesAnOptimizer(store);
        }
    }

    @Test
    void aRuleThatMakesAnotherOptimizerOfItsStoreIsRefused() {
        ParameterStore store = ParameterStore.wrap(new float[3], new float[3]);
        Rule rule = new Asked(() -> {}, () -> {
            Optimizer.of(new Momentum(0.1), store);
            throw new AssertionError("the store takes one optimizer");
        });
        assertRefused(IllegalStateException.class, "store already has an optimizer, of Asked", () -> Optimizer.of(rule, store));
        assertTakesAnOptimizer(store);
    }

    /** Closes its store when it is asked for a kernel, if it has one; gives a learning rate once, and {@code NaN} after that. */
    private record Meddling(ParameterStore store, AtomicInteger asked) implements Rule {
        @Override
        public double learningRate() {
            return asked.incrementAndGet() == 1 ? 0.5 : Double.NaN;
        }

        @Override
        public Kernel kernel() {
            if (store != null) {
                store.close();
            }
            return new TakesTheRate(this);
        }

        @Override
        public String toString() {
            return "Meddling";
        }
    }

    /** Writes the learning rate into the parameters. */
    private static final class TakesTheRate extends Kernel {
        private float learningRate;

        TakesTheRate(Meddling rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = (float) learningRate;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            FloatVector rate = FloatVector.broadcast(FLOATS, learningRate);
            for (int i = from; i < to; i += LANES) {
                w.store(i, rate);
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i++) {
                w.set(i, learningRate);
            }
        }
    }

    @Test
    void aRuleThatClosesItsStoreIsRefused() {
        ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", 3).build();
        assertRefused(IllegalStateException.class, "store is closed",
                () -> Optimizer.of(new Meddling(store, new AtomicInteger()), store));
    }

    @Test
    void aRuleIsAskedForItsLearningRateOnce() {
        float[] w = new float[3];
        AtomicInteger asked = new AtomicInteger();
        Optimizer optimizer = Optimizer.of(new Meddling(null, asked), ParameterStore.wrap(w, new float[3]));
        optimizer.step();
        assertEquals(1, asked.get());
        assertEquals(0.5, optimizer.learningRate());
        assertEquals(0.5f, w[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel()", "lookAhead()", "measures()", "measures()[0]", "states()", "states()[1]"})
    void equivalenceOfARuleThatReturnsNullIsRefusedByName(String from) {
        assertRefused(NullPointerException.class, from + " of " + ReturnsNull.class.getName() + " must not be null",
                () -> Equivalence.of(new ReturnsNull(from)));
    }

    /** Returns null, or a list with null in it, from one of its methods, and otherwise what a rule may. */
    private record ReturnsNull(String from) implements Rule {
        @Override
        public double learningRate() {
            return 0.1;
        }

        @Override
        public List<State> states() {
            return from.equals("states()") ? null : from.equals("states()[1]") ? Arrays.asList(new State("d"), null) : List.of();
        }

        @Override
        public List<Measure> measures() {
            return from.equals("measures()") ? null : from.equals("measures()[0]") ? Arrays.asList((Measure) null) : List.of();
        }

        @Override
        public Optional<Kernel> lookAhead() {
            return from.equals("lookAhead()") ? null : Optional.empty();
        }

        @Override
        public Kernel kernel() {
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel()", "lookAhead()", "measures()", "measures()[0]", "states()", "states()[1]"})
    void aRuleThatReturnsNullIsRefusedByName(String from) {
        ParameterStore store = ParameterStore.wrap(new float[3], new float[3]);
        assertRefused(NullPointerException.class, from + " of " + ReturnsNull.class.getName() + " must not be null",
                () -> Optimizer.of(new ReturnsNull(from), store));
        assertTakesAnOptimizer(store);
    }

    private static void assertTakesAnOptimizer(ParameterStore store) {
        assertThrowsExactly(IllegalArgumentException.class, () -> store.tensors().getFirst().state("d"));
        store.tensors().getFirst().gradient().fill(1);
        Optimizer.of(new Momentum(0.1), store).step();
        assertEquals(-0.1f, store.tensors().getFirst().state("d").get(0));
    }
}
