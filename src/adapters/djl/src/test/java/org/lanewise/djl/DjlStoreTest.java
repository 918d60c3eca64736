package org.lanewise.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Average;
import org.lanewise.Storage;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;

/** Whole steps of Lanewise's on a model of DJL's. */
class DjlStoreTest {
    private static Networks network() {
        return Networks.of(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.125f)).optMomentum(0.5f).build());
    }

    @Test
    void stepsInPlaceLeaveTheBitsOfTrainerSteps() {
        try (Networks expected = network(); Networks actual = network(); DjlStore store = DjlStore.of(actual.model());
                var optimizer = org.lanewise.Optimizer.builder(store.store()).rule(new Sgd(0.125).withMomentum(0.5)).clearGradients(true)
                        .build()) {
            List<Float> losses = new ArrayList<>();
            for (int step = 0; step < 12; step++) {
                losses.add(actual.backward());
                optimizer.step();
            }
            assertEquals(expected.train(12), losses);
            assertEquals(expected.parameters(), actual.parameters());
        }
    }

    @Test
    void namesAreThoseOfTheParameterListInEveryRun() {
        for (int run = 0; run < 2; run++) {
            try (Networks network = network(); DjlStore store = DjlStore.of(network.model())) {
                assertEquals("[01Linear_weight[13, 7], 01Linear_bias[13], 03Linear_weight[3, 13], 03Linear_bias[3]]",
                        store.store().tensors().toString());
            }
        }
    }

    @Test
    void gradientsThatAreNotThereYetAndFrozenParametersAreLeftOut() {
        try (Networks network = network(); DjlStore store = DjlStore.of(network.model())) {
            var optimizer = org.lanewise.Optimizer.of(new AdamW(0.1).withWeightDecay(0.5), store.store());
            List<String> before = network.parameters();
            optimizer.step();
            assertEquals(before, network.parameters(), "no gradient, no decay");
            network.parameter(Networks.FIRST_WEIGHT).getArray().setRequiresGradient(true);
            optimizer.step();
            assertEquals(before, network.parameters(), "zeros that the engine makes for who asks");
            Parameter bias = network.parameter("01Linear_bias");
            bias.freeze(true);
            float[] frozen = bias.getArray().toFloatArray();
            network.backward();
            optimizer.step();
            assertNotEquals(before, network.parameters());
            assertArrayEquals(frozen, bias.getArray().toFloatArray());
        }
    }

    @Test
    void noHandleIsLeftBehindByAnyStep() {
        try (Networks network = network()) {
            NDArray weight = network.parameter(Networks.FIRST_WEIGHT).getArray();
            int before = weight.getManager().getManagedArrays().size();
            try (DjlStore store = DjlStore.of(network.model())) {
                var optimizer = org.lanewise.Optimizer.of(new Adam(0.01), store.store());
                for (int step = 0; step < 20; step++) {
                    store.zeroGradients();
                    network.backward();
                    optimizer.step();
                    assertEquals(before + 4, weight.getManager().getManagedArrays().size(), "one for each parameter");
                }
            }
            assertEquals(before, weight.getManager().getManagedArrays().size());
        }
    }

    @Test
    void zeroingRemovesWhatIsNotANumber() {
        try (Networks network = network(); DjlStore store = DjlStore.of(network.model())) {
            network.backward();
            try (NDArray gradient = network.parameter(Networks.FIRST_WEIGHT).getArray().getGradient()) {
                gradient.muli(Float.NaN);
            }
            store.zeroGradients();
            assertArrayEquals(new float[91], network.gradient(Networks.FIRST_WEIGHT));
        }
    }

    @Test
    void theWholeStepWorksOnDjlsParameters() {
        try (Networks network = network(); DjlStore store = DjlStore.of(network.model(), Storage.BF16);
                var optimizer = org.lanewise.Optimizer.builder(store.store()).rule(new AdamW(0.02)).clipNorm(1).average(Average.ema(0.5))
                        .clearGradients(true).parallelism(2).build()) {
            float first = network.backward();
            assertTrue(optimizer.step().gradientNorm() > 0);
            for (int step = 0; step < 40; step++) {
                network.backward();
                optimizer.step();
            }
            assertTrue(network.backward() < first / 2);
        }
    }

    @Test
    void rulesThatLookAheadTakeTheGradientAhead() {
        try (Networks network = network(); DjlStore store = DjlStore.of(network.model())) {
            var optimizer = org.lanewise.Optimizer.of(new Nesterov(0.05), store.store());
            float first = network.backward();
            for (int step = 0; step < 20; step++) {
                optimizer.step(() -> {
                    store.zeroGradients();
                    network.backward();
                });
            }
            assertTrue(network.backward() < first);
        }
    }

    @Test
    void aTrainingThatWasSavedGoesOnWithTheSameBits(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.safetensors");
        List<String> whole = List.of();
        for (int run = 0; run < 2; run++) {
            try (Networks network = network(); DjlStore store = DjlStore.of(network.model());
                    var optimizer = org.lanewise.Optimizer.builder(store.store()).rule(new Adam(0.01)).clearGradients(true).build()) {
                if (run == 1) {
                    Checkpoint.of(optimizer).load(file);
                }
                while (optimizer.steps() < 10) {
                    network.backward();
                    if (optimizer.step().step() == 4) {
                        Checkpoint.of(optimizer).save(file);
                    }
                }
                whole = run == 0 ? network.parameters() : whole;
                assertEquals(whole, network.parameters());
            }
        }
    }

    @Test
    void aModelThatIsClosedOrLoadedIsNoticedByTheNextStep() throws IOException, MalformedModelException {
        Networks network = network();
        DjlStore store = DjlStore.of(network.model());
        var optimizer = org.lanewise.Optimizer.of(new GradientDescent(1), store.store());
        network.backward();
        optimizer.step();
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        Parameter bias = network.parameter("03Linear_bias");
        bias.save(new DataOutputStream(saved));
        bias.load(network.model().getNDManager(), new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
        assertTrue(assertThrowsExactly(IllegalStateException.class, optimizer::step).getMessage()
                .startsWith("parameter of '03Linear_bias' was moved to 0x"));
        network.close();
        assertEquals("parameter of '01Linear_weight' is closed: its model or manager was",
                assertThrowsExactly(IllegalStateException.class, optimizer::step).getMessage());
        store.close();
        assertEquals("store is closed", assertThrowsExactly(IllegalStateException.class, optimizer::step).getMessage());
        assertEquals(1, optimizer.steps());
    }

    @Test
    void whatCannotBeBoundIsNamed() {
        try (Model model = Model.newInstance("raw")) {
            model.setBlock(Linear.builder().setUnits(2).build());
            assertEquals("parameter of 'weight' must be initialized, got none",
                    assertThrowsExactly(IllegalArgumentException.class, () -> DjlStore.of(model)).getMessage());
            model.getBlock().initialize(model.getNDManager(), ai.djl.ndarray.types.DataType.FLOAT64, new Shape(1, 3));
            assertEquals("parameter of 'weight' must be FLOAT32, got float64",
                    assertThrowsExactly(IllegalArgumentException.class, () -> DjlStore.of(model)).getMessage());
        }
        assertEquals("model must not be null", assertThrowsExactly(NullPointerException.class, () -> DjlStore.of(null)).getMessage());
    }
}
