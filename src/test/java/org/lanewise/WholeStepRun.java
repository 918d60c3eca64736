package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.generators.PlannedStore;
import org.lanewise.generators.StorePlan;

/** An optimizer as planned, at one width and with some threads, beside the {@link WholeStepOracle} that it must agree with by bits. */
final class WholeStepRun implements AutoCloseable {
    private static final String ADDED = "added";

    private final WholeStepPlan plan;
    private final Place place;
    private final List<Integer> added = new ArrayList<>();
    private PlannedStore planned;
    private Optimizer optimizer;
    private List<Tensor> tensors;
    private StepReport report;

    /** Where an optimizer runs. */
    record Place(Width width, int parallelism) {}

    private WholeStepRun(WholeStepPlan plan, Place place) {
        this.plan = plan;
        this.place = place;
        build(plan.store(), place);
    }

    private void build(StorePlan store, Place at) {
        this.planned = store.build();
        this.optimizer = plan.build(planned.store(), at.width, at.parallelism);
        this.tensors = IntStream.range(0, plan.store().tensors().size()).mapToObj(planned::tensor).toList();
    }

    @Override
    public void close() {
        optimizer.close();
        planned.close();
    }

    /** Goes on in another optimizer, in other memory, that has loaded a file. */
    private void reload(Checkpoints checkpoints) throws IOException {
        Checkpoint.of(optimizer).save(checkpoints.file);
        close();
        StorePlan store = plan.store();
        build(checkpoints.swapsMemory ? store.inOtherMemory() : store, checkpoints.place);
        if (!added.isEmpty()) {
            add();
        }
        Checkpoint.of(optimizer).load(checkpoints.file);
    }

    private void add() {
        List<Tensor> members = added.stream().map(tensors::get).toList();
        optimizer.add(Group.of(ADDED, members::contains));
    }

    /** Where the optimizer goes on after each step. */
    record Checkpoints(Path file, boolean swapsMemory, Place place) {}

    /** Steps in all these places, and beside them by plain loops; fails at the first difference. */
    static void check(WholeStepPlan plan, List<Place> places) {
        check(plan, places, () -> {});
    }

    /** The same with something done before each step. */
    static void check(WholeStepPlan plan, List<Place> places, Runnable beforeStep) {
        check(plan, places, beforeStep, Optional.empty());
    }

    /** The same, going on by checkpoints between steps. */
    static void check(WholeStepPlan plan, List<Place> places, Checkpoints checkpoints) {
        check(plan, places, () -> {}, Optional.of(checkpoints));
    }

    private static void check(WholeStepPlan plan, List<Place> places, Runnable beforeStep, Optional<Checkpoints> checkpoints) {
        WholeStepOracle oracle = new WholeStepOracle(plan);
        List<WholeStepRun> runs = places.stream().map(place -> new WholeStepRun(plan, place)).toList();
        try {
            resume(plan, oracle, runs);
            for (WholeStepPlan.Step step : plan.steps()) {
                beforeStep.run();
                if (checkpoints.isPresent() && !oracle.hasLookedAhead()) {
                    for (WholeStepRun run : runs) {
                        run.reload(checkpoints.get());
                    }
                }
                step(plan, step, oracle, runs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            runs.forEach(WholeStepRun::close);
        }
    }

    private static void resume(WholeStepPlan plan, WholeStepOracle oracle, List<WholeStepRun> runs) {
        long own = plan.options().training().steps() - plan.options().training().missed();
        if (own >= 0 && oracle.isStepped(0)) {
            oracle.resume(0, own);
            runs.forEach(run -> run.optimizer.groups().resume(run.tensors.getFirst(), own));
        }
        // Averages are kept with a checkpoint.
        for (int tensor = 0; tensor < plan.store().tensors().size(); tensor++) {
            if (plan.options().average().isPresent() && oracle.isStepped(tensor)) {
                float[] kept = plan.store().tensors().get(tensor).states(oracle.tensor(tensor).average.length);
                System.arraycopy(kept, 0, oracle.tensor(tensor).average, 0, kept.length);
                for (WholeStepRun run : runs) {
                    run.tensors.get(tensor).state("average").copyFrom(kept);
                }
            }
        }
    }

    private static void step(WholeStepPlan plan, WholeStepPlan.Step step, WholeStepOracle oracle, List<WholeStepRun> runs) {
        for (int tensor = 0; tensor < plan.store().tensors().size(); tensor++) {
            oracle.setHasGradient(tensor, step.hasGradient(tensor));
        }
        boolean taken = step.learningRate().map(oracle::setLearningRate).orElse(false);
        List<Integer> frozen = IntStream.range(0, plan.store().tensors().size()).filter(tensor -> !oracle.isStepped(tensor)).boxed()
                .toList();
        boolean adds = step.adds() && !frozen.isEmpty() && !oracle.hasLookedAhead() && !oracle.hasAccumulated();
        if (adds) {
            oracle.add(plan.rule(), frozen);
        }
        oracle.writeGradients(step.gradients());
        if (plan.options().gradients().accumulates()) {
            step.weights().forEach(oracle::accumulate);
        }
        boolean looks = oracle.looksAhead() && !oracle.hasLookedAhead();
        WholeStepOracle.Outcome outcome = looks && !oracle.lookAhead() ? WholeStepOracle.Outcome.NUMBER_REFUSED : oracle.step();
        for (WholeStepRun run : runs) {
            try {
                run.begin(step, taken, adds ? frozen : List.of());
                run.step(step, looks, outcome);
                run.assertAgrees(oracle, outcome);
                if (step.evaluates() && plan.options().average().isPresent() && !oracle.hasLookedAhead()) {
                    run.evaluate(oracle);
                    run.assertAgrees(oracle, outcome);
                }
            } catch (Throwable e) {
                throw new AssertionError("at " + run.place + " in step " + (1 + plan.steps().indexOf(step)) + ", which is " + outcome, e);
            }
        }
    }

    private void begin(WholeStepPlan.Step step, boolean taken, List<Integer> more) {
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            tensors.get(tensor).setHasGradient(step.hasGradient(tensor));
        }
        step.learningRate().ifPresent(rate -> {
            if (taken) {
                optimizer.setLearningRate(rate);
            } else {
                assertThrowsExactly(IllegalArgumentException.class, () -> optimizer.setLearningRate(rate));
            }
        });
        if (!more.isEmpty()) {
            added.addAll(more);
            add();
        }
        planned.writeGradients(step.gradients());
        if (plan.options().gradients().accumulates()) {
            step.weights().forEach(optimizer::accumulate);
        }
    }

    private void step(WholeStepPlan.Step step, boolean looks, WholeStepOracle.Outcome outcome) {
        Runnable call = () -> {
            if (looks && step.looksAheadBefore()) {
                optimizer.lookAhead();
                report = optimizer.step();
            } else {
                report = optimizer.step(() -> {});
            }
        };
        switch (outcome) {
            case NUMBER_REFUSED -> assertThrowsExactly(IllegalArgumentException.class, call::run);
            case GRADIENT_REFUSED -> assertThrowsExactly(ArithmeticException.class, call::run);
            default -> call.run();
        }
    }

    private void assertAgrees(WholeStepOracle oracle, WholeStepOracle.Outcome outcome) {
        planned.requireCanaries();
        assertEquals(oracle.steps(), optimizer.steps(), "steps");
        assertEquals(oracle.scale(), optimizer.lossScalerState(), "loss scaler");
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            assertAgrees(oracle, tensor);
        }
        if (outcome == WholeStepOracle.Outcome.DONE || outcome == WholeStepOracle.Outcome.SKIPPED) {
            assertEquals(oracle.report(), new WholeStepOracle.Report(report.step(), report.learningRate(), report.gradientNorm(),
                    report.clipFactor(), report.lossScale(), report.nonFiniteCount(), report.skipped()), "report");
        }
    }

    private void assertAgrees(WholeStepOracle oracle, int tensor) {
        PlainTensor plain = oracle.tensor(tensor);
        Tensor kept = tensors.get(tensor);
        assertKept(plain.plane(0), kept.parameter());
        assertKept(plain.gradient, kept.gradient());
        assertEquals(plain.steps, optimizer.groups().steps(kept), () -> "steps of " + kept.name());
        if (oracle.isStepped(tensor)) {
            for (int state = 0; state < plain.states().size(); state++) {
                assertKept(plain.plane(2 + state), kept.state(plain.states().get(state).name()));
            }
            if (plan.options().average().isPresent()) {
                assertKept(plain.average, kept.state("average"));
            }
            if (plan.options().gradients().accumulates()) {
                assertKept(plain.sum, kept.state("accumulated"));
            }
        }
    }

    private static void assertKept(float[] expected, Slice slice) {
        float[] found = Floats.of(slice);
        int at = Floats.mismatch(expected, found);
        if (at >= 0) {
            fail(slice + " has at index " + at + " " + Float.toHexString(found[at]) + ", expected " + Float.toHexString(expected[at]));
        }
    }

    /** Averages are in the place of parameters until they are put back. */
    private void evaluate(WholeStepOracle oracle) {
        try (Averaged _ = optimizer.averaged()) {
            for (int tensor = 0; tensor < tensors.size(); tensor++) {
                float[] expected = oracle.tensor(tensor).plane(0);
                for (int i = 0; oracle.averagings() > 0 && oracle.isStepped(tensor) && i < expected.length; i++) {
                    float average = oracle.tensor(tensor).average[i];
                    expected[i] = plan.store().parameters(tensor) == Storage.BF16 ? PlainTensor.bf16(average) : average;
                }
                assertKept(expected, tensors.get(tensor).parameter());
            }
        }
    }
}
