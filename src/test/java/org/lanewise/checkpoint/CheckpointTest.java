package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
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
        Trainings.assertRefused(file(), "- note of rule of group 'rest': [a] in the file, [] here\n"
                + "- power of rule of group 'rest': 2 in the file, 3 here",
                builder(new OwnRule(0.1, 3, Optional.empty())).build(), LoadOptions.strict());
        Trainings.assertRefused(file(), "- state 'm' of 'fc1.weight' is not in the file\n- state 'v' of 'fc1.weight' is not in the file\n"
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
        Trainings.assertRefused(file(), "- tracker 'own' is in the file, but not here", later, LoadOptions.strict());
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
