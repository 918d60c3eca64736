package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Species.LANES;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Average;
import org.lanewise.Averaged;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.schedule.Schedule;

/** What is saved, and what is refused; {@code CheckpointProperties} has all that can be chosen at random. */
class CheckpointTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("training.safetensors");
    }

    private static OptimizerBuilder builder(Rule rule) {
        return Optimizer.builder(Trainings.tensors(ParameterStore.builder()).build()).rule(rule).width(Width.SCALAR);
    }

    /** Steps, saves and returns the bits after as many steps more. */
    private String saveAndGoOn(Optimizer optimizer) throws IOException {
        Trainings.step(Trainings.started(optimizer), 3);
        Checkpoint.of(optimizer).save(file());
        Trainings.step(optimizer, 3);
        return Trainings.bits(optimizer);
    }

    private void assertRefused(String differences, Optimizer optimizer, LoadOptions options) {
        String before = Trainings.bits(optimizer);
        String message = assertThrowsExactly(IllegalArgumentException.class, () -> Checkpoint.of(optimizer).load(file(), options))
                .getMessage();
        assertEquals("an optimizer of " + optimizer.rule() + " must be as the one that was saved, but\n" + differences, message);
        assertEquals(before, Trainings.bits(optimizer));
        assertEquals(0, optimizer.steps());
    }

    @Test
    void twoHalvesAreAWhole() throws IOException {
        String expected = saveAndGoOn(builder(new Adam(0.1).withAmsgrad(true)).build());
        Optimizer resumed = builder(new Adam(0.1).withAmsgrad(true)).build();
        Checkpoint.of(resumed).load(file());
        assertEquals(3, resumed.steps());
        Trainings.step(resumed, 3);
        assertEquals(expected, Trainings.bits(resumed));
    }

    @Test
    void namesAreThoseOfPyTorch() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        try (SafetensorsFile file = SafetensorsFile.open(file())) {
            assertEquals(List.of("fc1.bias", "fc1.weight", "state.fc1.bias.exp_avg", "state.fc1.bias.exp_avg_sq", "state.fc1.bias.step",
                    "state.fc1.weight.exp_avg", "state.fc1.weight.exp_avg_sq", "state.fc1.weight.step"), file.names());
            assertArrayEquals(new long[] {4, 5}, file.shape("state.fc1.weight.exp_avg"));
            assertArrayEquals(new long[0], file.shape("state.fc1.weight.step"));
            float[] step = new float[1];
            file.read("state.fc1.weight.step", MemorySegment.ofArray(step));
            assertEquals(3, step[0]);
            assertEquals("pt", file.metadata().get("format"));
        }
    }

    @Test
    void aLoadedTrainingIsSavedWithTheSameBytes() throws IOException {
        saveAndGoOn(builder(new AdamW(0.1)).average(Average.ema(0.9)).schedule(Schedule.warmUp(2).thenCosine(9)).build());
        byte[] saved = Files.readAllBytes(file());
        Optimizer resumed = builder(new AdamW(0.1)).average(Average.ema(0.9)).schedule(Schedule.warmUp(2).thenCosine(9)).build();
        Checkpoint.of(resumed).load(file());
        Checkpoint.of(resumed).save(file());
        assertArrayEquals(saved, Files.readAllBytes(file()));
    }

    @Test
    void aChangedLearningRateAndTheOneBeforeAreKept() throws IOException {
        Optimizer optimizer = builder(new Asgd(0.5)).build();
        Trainings.step(optimizer, 2);
        optimizer.setLearningRate(0.25);
        Trainings.step(optimizer, 1);
        optimizer.setLearningRate(0.125);
        Checkpoint.of(optimizer).save(file());
        Optimizer resumed = builder(new Asgd(0.5)).build();
        Checkpoint.of(resumed).load(file());
        assertEquals(0.125, resumed.learningRate());
        assertEquals(0.25, resumed.previousLearningRate());
    }

    @Test
    void allDifferencesAreListedAndNothingHasChanged() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).clipNorm(1).group(Group.matching("*.bias").withWeightDecay(0.5)).build());
        ParameterStore store = ParameterStore.builder().parameters(Storage.BF16).states(Storage.BF16).tensor("fc1.weight", 5, 4)
                .tensor("fc1.bias", 5).tensor("fc2.weight", 2).build();
        Optimizer other = Optimizer.builder(store).rule(new Adam(0.2).withEpsilon(1e-7)).width(Width.SCALAR).average(Average.swa())
                .schedule(Schedule.constant(0.5)).build();
        assertRefused("""
                - 'fc1.weight' has shape [4, 5] in the file, [5, 4] here
                - parameters of 'fc1.bias': F32 in the file, BF16 here
                - state 'm' of 'fc1.bias': F32 in the file, BF16 here
                - state 'v' of 'fc1.bias': F32 in the file, BF16 here
                - 'fc2.weight' is not in the file
                - tensors of group 'rest' are in several groups in the file, or have different factors of learning rates: \
                ['rest' with 1.0, '*.bias' with 1.0]
                - epsilon of rule of group 'rest': 1.0E-8 in the file, 1.0E-7 here
                - learningRate of rule of group 'rest': 0.1 in the file, 0.2 here
                - schedule of learningRate of group 'rest': none in the file, \
                Constant[factor=0.5, steps=9223372036854775807, chained=false] here
                - average: none in the file, swa() here
                - clip: Clipping[form=GLOBAL_NORM, limit=1.0] in the file, none here""", other, LoadOptions.strict());
    }

    @Test
    void otherLearningRatesMayBeKept() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        Optimizer other = builder(new Adam(0.2)).schedule(Schedule.constant(0.5)).build();
        assertRefused("- learningRate of rule of group 'rest': 0.1 in the file, 0.2 here\n- schedule of learningRate of group 'rest': "
                + "none in the file, Constant[factor=0.5, steps=9223372036854775807, chained=false] here", other, LoadOptions.strict());
        Checkpoint.of(other).load(file(), LoadOptions.strict().keepingLearningRates());
        assertEquals(0.1, other.learningRate());
        assertEquals(3, other.steps());
        assertEquals(0.1, other.previousLearningRate());
    }

    @Test
    void otherOptionsMayBeKept() throws IOException {
        saveAndGoOn(builder(new Sgd(0.1)).clipNorm(1).build());
        Optimizer other = builder(new Sgd(0.1).withMomentum(0.9)).average(Average.swa()).build();
        assertRefused("- state 'b' of 'fc1.weight' is not in the file\n- state 'b' of 'fc1.bias' is not in the file\n"
                + "- momentum of rule of group 'rest': 0.0 in the file, 0.9 here\n- average: none in the file, swa() here\n"
                + "- clip: Clipping[form=GLOBAL_NORM, limit=1.0] in the file, none here", other, LoadOptions.strict());
        Trainings.step(other, 2);
        Checkpoint.of(other).load(file(), LoadOptions.strict().keepingOptions());
        assertEquals(-0.0f, other.store().tensor("fc1.bias").state("b").get(0));
        assertEquals(other.store().tensor("fc1.bias").parameter().get(0), other.store().tensor("fc1.bias").state("average").get(0));
        assertNotEquals(0, other.store().tensor("fc1.bias").parameter().get(0));
    }

    @Test
    void tensorsMayBeAddedDroppedAndRenamed() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(ParameterStore.builder().tensor("body.weight", 4, 5).tensor("head", 3).build())
                .rule(new Adam(0.1)).width(Width.SCALAR).build();
        LoadOptions renaming = LoadOptions.strict().renaming(name -> name.replace("body", "fc1"));
        assertRefused("- 'head' is not in the file\n- 'fc1.bias' is in the file, but not in the store", other, renaming);
        other.store().tensor("head").parameter().set(1, 5);
        Checkpoint.of(other).load(file(), renaming.withAddedTensors().withoutDroppedTensors());
        assertEquals(3, other.groups().steps(other.store().tensor("body.weight")));
        assertEquals(0, other.groups().steps(other.store().tensor("head")));
        assertEquals(5, other.store().tensor("head").parameter().get(1));
        assertRefusedNames(other);
    }

    private void assertRefusedNames(Optimizer other) {
        assertTrue(assertThrowsExactly(IllegalArgumentException.class,
                () -> Checkpoint.of(other).load(file(), LoadOptions.strict().renaming(_ -> "fc1.bias"))).getMessage()
                .contains("'body.weight' and 'head' are both 'fc1.bias' in the file"));
    }

    @Test
    void aWholeNewGroupStartsFresh() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(Trainings.tensors(ParameterStore.builder()).tensor("head", 3).build()).rule(new Adam(0.1))
                .group(Group.matching("head").withLearningRateFactor(10)).width(Width.SCALAR).build();
        Checkpoint.of(other).load(file(), LoadOptions.strict().withAddedTensors());
        assertEquals(0, other.groups().steps(other.store().tensor("head")));
        Trainings.step(other, 2);
        assertEquals(2, other.groups().steps(other.store().tensor("head")));
        assertEquals(5, other.groups().steps(other.store().tensor("fc1.bias")));
    }

    @Test
    void frozenTensorsMayBeThawed() throws IOException {
        Optimizer frozen = Trainings.started(builder(new Adam(0.1)).group(Group.matching("*.bias").frozen()).build());
        Trainings.step(frozen, 3);
        Checkpoint.of(frozen).save(file());
        Optimizer thawed = builder(new Adam(0.1)).build();
        assertRefused("- 'fc1.bias' is frozen in the file, but stepped here", thawed, LoadOptions.strict());
        Checkpoint.of(thawed).load(file(), LoadOptions.strict().withAddedTensors());
        assertEquals(0, thawed.groups().steps(thawed.store().tensor("fc1.bias")));
        assertNotEquals(0, thawed.store().tensor("fc1.bias").parameter().get(0));
    }

    @Test
    void storagesMayBeConverted() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(Trainings.tensors(ParameterStore.builder().states(Storage.BF16)).build()).rule(new Adam(0.1))
                .width(Width.SCALAR).build();
        Checkpoint.of(other).load(file(), LoadOptions.strict().converting());
        Optimizer same = builder(new Adam(0.1)).build();
        Checkpoint.of(same).load(file());
        float exact = same.store().tensor("fc1.bias").state("m").get(2), rounded = other.store().tensor("fc1.bias").state("m").get(2);
        assertEquals(exact, rounded, Math.abs(exact) / 256);
        assertNotEquals(exact, rounded);
    }

    private record OwnRule(double learningRate, int power, Optional<String> note) implements Rule {
        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            private final float minus;

            Update(OwnRule rule) {
                super(MethodHandles.lookup());
                this.minus = (float) -rule.learningRate;
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                for (int i = from; i < to; i += LANES) {
                    planes[0].store(i, planes[0].load(i).add(planes[1].load(i).mul(minus)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                for (int i = from; i < to; i++) {
                    planes[0].set(i, planes[0].get(i) + planes[1].get(i) * minus);
                }
            }
        }
    }

    @Test
    void aRuleOfTheUsersOwnIsNamedByClassAndComponents() throws IOException {
        saveAndGoOn(builder(new OwnRule(0.1, 2, Optional.of("a"))).build());
        Checkpoint.of(builder(new OwnRule(0.1, 2, Optional.of("a"))).build()).load(file());
        assertRefused("- note of rule of group 'rest': [a] in the file, [] here\n- power of rule of group 'rest': 2 in the file, 3 here",
                builder(new OwnRule(0.1, 3, Optional.empty())).build(), LoadOptions.strict());
        assertRefused("- state 'm' of 'fc1.weight' is not in the file\n- state 'v' of 'fc1.weight' is not in the file\n"
                + "- state 'm' of 'fc1.bias' is not in the file\n- state 'v' of 'fc1.bias' is not in the file\n"
                + "- rule of group 'rest': org.lanewise.checkpoint.CheckpointTest$OwnRule in the file, org.lanewise.rule.Adam here",
                builder(new Adam(0.1)).build(), LoadOptions.strict());
    }

    @Test
    void plateauTrackersGoOn() throws IOException {
        ReduceOnPlateau settings = new ReduceOnPlateau().withPatience(0);
        ReduceOnPlateau.Tracker scheduled = settings.tracker(0.1), own = settings.tracker(1);
        Optimizer optimizer = builder(new Sgd(0.1)).schedule(Schedule.warmUp(2).times(scheduled)).build();
        List.of(scheduled, own).forEach(tracker -> {
            tracker.next(1);
            tracker.next(2);
        });
        own.next(3);
        Checkpoint.of(optimizer).with("own", own).save(file());
        ReduceOnPlateau.Tracker laterScheduled = settings.tracker(0.1), laterOwn = settings.tracker(1);
        Optimizer later = builder(new Sgd(0.1)).schedule(Schedule.warmUp(2).times(laterScheduled)).build();
        assertRefused("- tracker 'own' is in the file, but not here", later, LoadOptions.strict());
        Checkpoint.of(later).with("own", laterOwn).load(file());
        assertEquals(scheduled.state(), laterScheduled.state());
        assertEquals(own.state(), laterOwn.state());
        assertEquals(Double.POSITIVE_INFINITY, settings.tracker(1).state().best());
        Checkpoint.of(later).with("other", settings.tracker(1)).save(file());
    }

    @Test
    void accumulatedGradientsGoOn() throws IOException {
        Optimizer optimizer = builder(new Sgd(0.1)).accumulate(true).build();
        Trainings.writeGradients(Trainings.started(optimizer));
        optimizer.accumulate(3);
        Checkpoint.of(optimizer).save(file());
        Optimizer later = builder(new Sgd(0.1)).accumulate(true).build();
        Checkpoint.of(later).load(file());
        for (Optimizer each : List.of(optimizer, later)) {
            each.store().tensors().forEach(tensor -> tensor.gradient().fill(2));
            each.accumulate(1);
            each.step();
        }
        assertEquals(Trainings.bits(optimizer), Trainings.bits(later));
    }

    /** Its rule goes by the learning rate of the last step that a tensor took part in. */
    @Test
    void aTensorThatWasAbsentGoesOn() throws IOException {
        Optimizer optimizer = builder(new Asgd(0.5)).build();
        Trainings.step(Trainings.started(optimizer), 2);
        optimizer.setLearningRate(0.25);
        optimizer.store().tensor("fc1.bias").setHasGradient(false);
        Trainings.step(optimizer, 1);
        optimizer.setLearningRate(0.125);
        Trainings.step(optimizer, 1);
        Checkpoint.of(optimizer).save(file());
        Optimizer later = builder(new Asgd(0.5)).build();
        Checkpoint.of(later).load(file());
        for (Optimizer each : List.of(optimizer, later)) {
            each.store().tensor("fc1.bias").setHasGradient(true);
            Trainings.step(each, 2);
            assertEquals(4, each.groups().steps(each.store().tensor("fc1.bias")));
        }
        assertEquals(Trainings.bits(optimizer), Trainings.bits(later));
    }

    @Test
    void theLossScalerGoesOn() throws IOException {
        LossScaler scaler = new LossScaler().withGrowthInterval(2);
        Optimizer optimizer = builder(new Sgd(0.1)).lossScaler(scaler).build();
        Trainings.step(optimizer, 3);
        Checkpoint.of(optimizer).save(file());
        Optimizer later = builder(new Sgd(0.1)).lossScaler(scaler).build();
        Checkpoint.of(later).load(file());
        assertEquals(Optional.of(new LossScaler.State(0x1p17f, 1, 1)), later.lossScalerState());
    }

    @Test
    void textsOfTheCallersComeBack() throws IOException {
        Optimizer optimizer = builder(new Sgd(0.1)).build();
        Checkpoint.of(optimizer).with("epoch", "3").with("\u00e9", "a\"b").save(file());
        assertEquals(Map.of("epoch", "3", "\u00e9", "a\"b"), Checkpoint.of(optimizer).load(file()));
        assertThrowsExactly(IllegalArgumentException.class, () -> Checkpoint.of(optimizer).with("lanewise", ""));
    }

    @Test
    void betweenLookAheadAndStepNothingIsSavedOrLoaded() throws IOException {
        Optimizer optimizer = builder(new Nesterov(0.1, 0.9)).build();
        Checkpoint.of(optimizer).save(file());
        Trainings.writeGradients(optimizer);
        optimizer.lookAhead();
        assertEquals("saving must come after the step that was looked ahead for",
                assertThrowsExactly(IllegalStateException.class, () -> Checkpoint.of(optimizer).save(file())).getMessage());
        assertEquals("loading must come after the step that was looked ahead for",
                assertThrowsExactly(IllegalStateException.class, () -> Checkpoint.of(optimizer).load(file())).getMessage());
        optimizer.step();
        Checkpoint.of(optimizer).save(file());
    }

    @Test
    void averagesInThePlaceOfParametersAreNotSaved() throws IOException {
        Optimizer optimizer = builder(new Sgd(0.1)).average(Average.swa()).build();
        Trainings.step(optimizer, 1);
        try (Averaged _ = optimizer.averaged()) {
            assertThrowsExactly(IllegalStateException.class, () -> Checkpoint.of(optimizer).save(file()));
        }
        assertFalse(Files.exists(file()));
        optimizer.store().close();
        assertThrowsExactly(IllegalStateException.class, () -> Checkpoint.of(optimizer).save(file()));
    }

    @Test
    void twoTensorsOfOneNameInTheFileAreRefused() {
        Optimizer optimizer = Optimizer.builder(ParameterStore.builder().tensor("w", 2).tensor("state.w.exp_avg", 2).build())
                .rule(new Adam(0.1)).width(Width.SCALAR).build();
        assertEquals("a tensor must have a name of its own in the file, got 'state.w.exp_avg'",
                assertThrowsExactly(IllegalArgumentException.class, () -> Checkpoint.of(optimizer).save(file())).getMessage());
    }

    @Test
    void aDamagedFileIsRefusedWithThePlace() throws IOException {
        saveAndGoOn(builder(new Adam(0.1)).build());
        byte[] whole = Files.readAllBytes(file());
        Optimizer optimizer = builder(new Adam(0.1)).build();
        String before = Trainings.bits(optimizer);
        for (int at = 8; at < whole.length; at += 31) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(file(), damaged);
            String message = assertThrowsExactly(IOException.class, () -> Checkpoint.of(optimizer).load(file())).getMessage();
            assertTrue(message.startsWith(file() + ": cannot be "), message);
            assertEquals(before, Trainings.bits(optimizer));
        }
        byte[] damaged = whole.clone();
        damaged[whole.length - 1] ^= 1;
        Files.write(file(), damaged);
        assertTrue(assertThrowsExactly(IOException.class, () -> Checkpoint.of(optimizer).load(file())).getMessage()
                .contains("tensor 'state.fc1.weight.step', from byte " + (whole.length - 4) + " on is damaged: its checksum is"));
        Checkpoint.of(optimizer).load(file(), LoadOptions.strict().unverified());
        assertEquals(3, optimizer.steps());
    }

    @Test
    void whatIsNoCheckpointIsRefused() throws IOException {
        Optimizer optimizer = builder(new Adam(0.1)).build();
        new SafetensorsWriter().parameters(optimizer.store()).write(file());
        assertEquals(file() + ": cannot be loaded: it is no checkpoint of an optimizer: its metadata have no 'lanewise'",
                assertThrowsExactly(IOException.class, () -> Checkpoint.of(optimizer).load(file())).getMessage());
        new SafetensorsWriter().parameters(optimizer.store()).metadata("lanewise", "{\"version\":2}").write(file());
        assertEquals(file() + ": cannot be loaded: version of the description must be 1, got 2",
                assertThrowsExactly(IOException.class, () -> Checkpoint.of(optimizer).load(file())).getMessage());
    }
}
