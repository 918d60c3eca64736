package org.lanewise.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Sgd;
import org.lanewise.schedule.Schedule;

/** Trainer.step() with a rule of Lanewise's. */
class LanewiseOptimizerTest {
    private static final int STEPS = 12;

    static Stream<Rule> rules() {
        return Stream.of(new Sgd(0.1).withMomentum(0.9), new Adam(0.01), new AdamW(0.01), new Lion(0.003), new RmsProp(0.01),
                new Lamb(0.01), new Adafactor(0.05));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleTrains(Rule rule) {
        try (LanewiseOptimizer optimizer = LanewiseOptimizer.of(rule); Networks network = Networks.of(optimizer)) {
            List<Float> losses = network.train(STEPS);
            assertTrue(losses.getLast() < losses.getFirst(), losses::toString);
            assertEquals("LanewiseOptimizer of " + rule + ", parameters: 4", optimizer.toString());
        }
    }

    /** The engine rounds learning rates to floats and its steps are LibTorch's, so Sgd agrees by bits where the rate is a float. */
    @Test
    void sgdLeavesTheBitsOfDjlsOwn() {
        Optimizer djls = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.125f)).optMomentum(0.5f).build();
        try (LanewiseOptimizer ours = LanewiseOptimizer.of(new Sgd(0.125).withMomentum(0.5));
                Networks expected = Networks.of(djls); Networks actual = Networks.of(ours)) {
            assertEquals(expected.parameters(), actual.parameters());
            assertEquals(expected.train(STEPS), actual.train(STEPS));
            assertEquals(expected.parameters(), actual.parameters());
        }
    }

    @Test
    void anUpdateSetsTheGradientToZeroAlsoWhereItIsNotANumber() {
        try (LanewiseOptimizer optimizer = LanewiseOptimizer.of(new Sgd(0.1)); Networks network = Networks.of(optimizer)) {
            network.train(1);
            assertTrue(allZero(network.gradient(Networks.FIRST_WEIGHT)));
            network.backward();
            assertFalse(allZero(network.gradient(Networks.FIRST_WEIGHT)));
            try (NDArray gradient = network.parameter(Networks.FIRST_WEIGHT).getArray().getGradient()) {
                gradient.muli(Float.NaN);
            }
            network.trainer().step();
            assertTrue(allZero(network.gradient(Networks.FIRST_WEIGHT)));
        }
    }

    private static boolean allZero(float[] values) {
        return Arrays.equals(values, new float[values.length]);
    }

    @Test
    void noHandleIsLeftBehindByAnyStep() {
        try (LanewiseOptimizer optimizer = LanewiseOptimizer.of(new Adam(0.01)); Networks network = Networks.of(optimizer)) {
            network.train(3);
            int handles = network.parameter(Networks.FIRST_WEIGHT).getArray().getManager().getManagedArrays().size();
            network.train(20);
            assertEquals(handles, network.parameter(Networks.FIRST_WEIGHT).getArray().getManager().getManagedArrays().size());
        }
    }

    @Test
    void ratesComeFromTrackersOfDjlsOrSchedulesOfOurs() {
        Tracker halves = Tracker.factor().setBaseValue(0.5f).setFactor(0.5f).build();
        try (LanewiseOptimizer tracked = LanewiseOptimizer.builder(new Sgd(9)).optLearningRateTracker(halves).build();
                LanewiseOptimizer scheduled = LanewiseOptimizer.builder(new Sgd(1))
                        .optSchedule((step, _) -> halves.getNewValue((int) step)).build();
                Networks djls = Networks.of(Optimizer.sgd().setLearningRateTracker(halves).build());
                Networks first = Networks.of(tracked); Networks second = Networks.of(scheduled)) {
            List<Float> expected = djls.train(5);
            assertEquals(expected, first.train(5));
            assertEquals(expected, second.train(5));
        }
    }

    @Test
    void aTrainingThatWasSavedGoesOnWithTheSameBits(@TempDir Path folder) throws IOException {
        List<String> whole;
        try (LanewiseOptimizer optimizer = optimizer(); Networks network = Networks.of(optimizer)) {
            network.train(10);
            whole = network.parameters();
        }
        try (LanewiseOptimizer optimizer = optimizer(); Networks network = Networks.of(optimizer)) {
            network.train(4);
            optimizer.save(folder, network.model());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of("01Linear_bias.safetensors", "01Linear_weight.safetensors", "03Linear_bias.safetensors",
                    "03Linear_weight.safetensors"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        try (LanewiseOptimizer optimizer = optimizer(); Networks network = Networks.of(optimizer)) {
            network.train(1);
            assertThrowsExactly(IllegalStateException.class, () -> optimizer.load(folder, network.model()));
        }
        try (LanewiseOptimizer optimizer = optimizer(); Networks network = Networks.of(optimizer)) {
            optimizer.load(folder, network.model());
            network.train(6);
            assertEquals(whole, network.parameters());
        }
    }

    private static LanewiseOptimizer optimizer() {
        return LanewiseOptimizer.builder(new AdamW(0.05)).optRules(tensor -> new AdamW(0.05).withWeightDecay(tensor.rank() < 2 ? 0 : 0.1))
                .optLearningRateTracker(Tracker.factor().setBaseValue(0.05f).setFactor(0.5f).build()).build();
    }

    @Test
    void gradientsAreRescaledAndClippedOnBothSides() {
        try (NDManager manager = NDManager.newBaseManager(); LanewiseOptimizer optimizer = LanewiseOptimizer.builder(new Sgd(1))
                .setRescaleGrad(0.5f).optClipGrad(1).optStates(Storage.BF16).build()) {
            NDArray weight = manager.zeros(new Shape(3));
            optimizer.update("w", weight, manager.create(new float[] {-8, 1, 8}));
            assertEquals("[1.0, -0.5, -1.0]", Arrays.toString(weight.toFloatArray()));
        }
    }

    @Test
    void whatCannotBeSteppedIsNamed() {
        try (NDManager manager = NDManager.newBaseManager()) {
            LanewiseOptimizer optimizer = LanewiseOptimizer.of(new Sgd(1));
            NDArray half = manager.zeros(new Shape(3), DataType.FLOAT16), good = manager.zeros(new Shape(2, 3));
            half.setName("weight");
            assertEquals("parameter of 'weight' must be FLOAT32, got float16",
                    assertThrowsExactly(IllegalArgumentException.class, () -> optimizer.update("a", half, half)).getMessage());
            NDArray turned = manager.zeros(new Shape(3, 2)).transpose();
            assertEquals("parameter of 'parameter' must be contiguous, got an array of other strides",
                    assertThrowsExactly(IllegalArgumentException.class, () -> optimizer.update("b", turned, good)).getMessage());
            assertEquals("gradient of 'parameter' must be FLOAT32, got float16", assertThrowsExactly(IllegalArgumentException.class,
                    () -> optimizer.update("c", good, good.toType(DataType.FLOAT16, true))).getMessage());
            optimizer.update("c", good, good.duplicate());
            String moved = assertThrowsExactly(IllegalStateException.class,
                    () -> optimizer.update("c", good.duplicate(), good.duplicate())).getMessage();
            assertTrue(moved.matches("parameter of 'parameter' was moved to 0x[0-9a-f]+, expected 0x[0-9a-f]+; .*"), moved);
        }
        assertTrue(assertThrowsExactly(IllegalArgumentException.class, () -> LanewiseOptimizer.of(new Nesterov(1))).getMessage()
                .startsWith("rule must take gradients where the parameters are"));
        assertEquals("weight decay of the builder must be 0, because rules have their own, got 0.5",
                assertThrowsExactly(IllegalArgumentException.class,
                        () -> LanewiseOptimizer.builder(new Sgd(1)).optWeightDecays(0.5f).build()).getMessage());
        assertThrowsExactly(IllegalArgumentException.class, () -> LanewiseOptimizer.builder(new Sgd(1))
                .optSchedule(Schedule.constant()).optLearningRateTracker(Tracker.fixed(1)).build());
    }
}
