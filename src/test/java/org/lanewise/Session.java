package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.generators.LearningRates;
import org.lanewise.generators.PlannedStore;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;

/**
 * A store and its optimizer in use, beside plain arrays that must stay equal to them. A legal call is made on both; one that must be
 * refused is made on the library alone, and has to say why. Whatever it changed all the same, {@link #assertAgrees} finds.
 */
final class Session implements AutoCloseable {
    private static final String CLOSED = "store is closed";

    private Setup setup;
    private PlannedStore planned;
    private PlainOptimizer plain;
    private Optimizer optimizer;
    private final List<List<Slice>> slices = new ArrayList<>();
    private final List<MemorySegment> wrapped = new ArrayList<>();
    private Rebinding rebinding;
    private boolean closed;
    private boolean freed;
    private boolean lookedAhead;
    private long steps;
    private double learningRate;

    /** What a session begins with. */
    record Setup(StorePlan store, Width width, boolean maximize, boolean flushSubnormals, Rule rule) {
        static Arbitrary<Setup> of(Arbitrary<? extends Rule> rules, Arbitrary<TensorPlan> tensors) {
            return Combinators.combine(StorePlan.of(tensors, 4), Run.widths(), Arbitraries.of(false, true),
                    Arbitraries.of(false, true), rules).as(Setup::new);
        }
    }

    /** What a caller's own code throws. */
    private static final class Interruption extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Builds the store; does nothing if that is done. */
    void begin(Setup setup) {
        if (this.setup == null) {
            this.setup = setup;
            planned = setup.store.build();
            plain = new PlainOptimizer(setup.rule, setup.maximize, setup.flushSubnormals, setup.store);
            learningRate = setup.rule.learningRate();
            for (Tensor tensor : planned.store().tensors()) {
                slices.add(new ArrayList<>(List.of(tensor.parameter(), tensor.gradient())));
            }
            for (int tensor = 0; tensor < slices.size(); tensor++) {
                wrapped.add(memoryOf(tensor) == TensorPlan.Memory.ARRAY ? slices.get(tensor).getFirst().segment() : null);
            }
            rebinding = new Rebinding(this);
        }
    }

    @Override
    public void close() {
        if (planned != null) {
            planned.close();
            rebinding.close();
        }
    }

    Setup setup() {
        return setup;
    }

    ParameterStore store() {
        return planned.store();
    }

    PlainOptimizer plain() {
        return plain;
    }

    /** The planes of each tensor: parameter, gradient, and states once there is an optimizer. */
    List<List<Slice>> slices() {
        return slices;
    }

    TensorPlan.Memory memoryOf(int tensor) {
        return setup.store.tensors().get(tensor).memory();
    }

    Rebinding rebinding() {
        return rebinding;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether a plane lies in memory that its owner has freed. */
    boolean isFreed(int tensor, int plane) {
        return freed && plane < 2 && memoryOf(tensor) == TensorPlan.Memory.SEGMENT && !(plane == 1 && rebinding.hasMoved(tensor));
    }

    void makeOptimizer() {
        Runnable make = () -> optimizer = Optimizer.builder(store()).rule(setup.rule).width(setup.width).maximize(setup.maximize)
                .flushSubnormals(setup.flushSubnormals).build();
        Optional<String> refusal = refusalOfAnyStep();
        if (refusal.isPresent()) {
            assertRefused(IllegalStateException.class, refusal.get(), make);
        } else if (optimizer != null) {
            assertRefused(IllegalStateException.class, "store already has an optimizer, of " + setup.rule, make);
        } else {
            make.run();
            for (int tensor = 0; tensor < slices.size(); tensor++) {
                for (Rule.State state : setup.rule.states()) {
                    slices.get(tensor).add(planned.tensor(tensor).state(state.name()));
                }
            }
        }
    }

    private boolean hasOptimizer() {
        if (optimizer == null) {
            makeOptimizer();
        }
        return optimizer != null;
    }

    void step() {
        if (hasOptimizer()) {
            Optional<String> refusal = refusalOfAnyStep();
            if (refusal.isEmpty() && setup.rule.lookAhead().isPresent() && !lookedAhead) {
                refusal = Optional.of("step " + (steps + 1) + " of " + setup.rule + " needs lookAhead() before it");
            }
            if (refusal.isPresent()) {
                assertRefused(IllegalStateException.class, refusal.get(), optimizer::step);
            } else {
                step(optimizer::step);
            }
        }
    }

    /** With gradients that start at one of the plan's; what writes them may fail after that. */
    void stepWithGradients(int first, boolean interrupted) {
        if (hasOptimizer()) {
            int[] calls = {0};
            Runnable step = () -> optimizer.step(() -> {
                calls[0]++;
                planned.writeGradients(first);
                if (interrupted) {
                    throw new Interruption();
                }
            });
            Optional<String> refusal = refusalOfAnyStep();
            if (refusal.isPresent()) {
                assertRefused(IllegalStateException.class, refusal.get(), step);
            } else {
                if (!lookedAhead) {
                    plain.lookAhead(learningRate);
                    lookedAhead = setup.rule.lookAhead().isPresent();
                }
                plain.writeGradients(setup.store, first);
                if (interrupted) {
                    assertThrowsExactly(Interruption.class, step::run);
                } else {
                    step(step);
                }
            }
            assertEquals(refusal.isPresent() ? 0 : 1, calls[0], "calls of what writes gradients");
        }
    }

    private void step(Runnable step) {
        plain.step(learningRate);
        step.run();
        steps++;
        lookedAhead = false;
    }

    void lookAhead() {
        if (hasOptimizer()) {
            Optional<String> refusal = refusalOfAnyStep();
            if (refusal.isEmpty() && setup.rule.lookAhead().isEmpty()) {
                refusal = Optional.of("lookAhead() needs a rule that looks ahead, got " + setup.rule);
            } else if (refusal.isEmpty() && lookedAhead) {
                refusal = Optional.of("step " + (steps + 1) + " of " + setup.rule + " has its lookAhead() already");
            }
            if (refusal.isPresent()) {
                assertRefused(IllegalStateException.class, refusal.get(), optimizer::lookAhead);
            } else {
                optimizer.lookAhead();
                plain.lookAhead(learningRate);
                lookedAhead = true;
            }
        }
    }

    private Optional<String> refusalOfAnyStep() {
        if (closed) {
            return Optional.of(CLOSED);
        }
        return firstFreed(0, 1);
    }

    private Optional<String> firstFreed(int... planes) {
        for (int tensor = 0; tensor < slices.size(); tensor++) {
            for (int plane : planes) {
                if (isFreed(tensor, plane)) {
                    return Optional.of(slices.get(tensor).get(plane).name() + " is freed: the arena of its segment was closed");
                }
            }
        }
        return Optional.empty();
    }

    void setLearningRate(double learningRate) {
        if (hasOptimizer()) {
            Optional<String> refusal = LearningRates.refusal(setup.rule, learningRate);
            if (refusal.isEmpty()) {
                optimizer.setLearningRate(learningRate);
                this.learningRate = learningRate;
            } else {
                assertRefused(IllegalArgumentException.class, refusal.get(), () -> optimizer.setLearningRate(learningRate));
            }
        }
    }

    /** Numbers of all gradients together. */
    void reduceGradients() {
        rebinding.reduceGradients(closed ? Optional.of(CLOSED) : firstFreed(1));
    }

    void closeStore() {
        store().close();
        closed = true;
    }

    void freeSegments() {
        planned.freeSegments();
        freed = true;
    }

    /**
     * The library and the plain arrays have the same numbers wherever they can be read, and nothing around the parts has changed.
     * Returns how many numbers were compared.
     */
    long assertAgrees() {
        long compared = 0;
        planned.requireCanaries();
        if (optimizer != null) {
            assertEquals(steps, optimizer.steps());
            assertEquals(learningRate, optimizer.learningRate());
            String options = (setup.maximize ? ", maximizes" : "") + (setup.flushSubnormals ? ", flushes subnormals" : "");
            String rate = learningRate == setup.rule.learningRate() ? "" : " with learning rate " + learningRate;
            assertEquals(setup.rule + rate + " at " + setup.width + options + ", steps: " + steps, optimizer.toString());
        }
        for (int tensor = 0; tensor < slices.size(); tensor++) {
            if (closed && wrapped.get(tensor) != null) {
                float[] kept = wrapped.get(tensor).toArray(ValueLayout.JAVA_FLOAT);
                assertEquals(-1, Floats.mismatch(plain.plane(tensor, 0).values(), kept), "an array that a closed store had wrapped");
            }
            for (int plane = 0; !closed && plane < slices.get(tensor).size(); plane++) {
                if (!isFreed(tensor, plane)) {
                    plain.assertKept(tensor, plane, slices.get(tensor).get(plane));
                    compared += slices.get(tensor).get(plane).size();
                }
            }
        }
        return compared;
    }
}
