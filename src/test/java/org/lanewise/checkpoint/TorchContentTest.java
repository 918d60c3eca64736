package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Asgd;
import org.lanewise.schedule.Schedule;
import org.lanewise.torchfile.Dtype;
import org.lanewise.torchfile.Pickled;
import org.lanewise.torchfile.TorchFileWriter;

/** What files of PyTorch may say, by hand: names, orders, old forms, and what is refused. */
class TorchContentTest {
    @TempDir
    private Path folder;

    /** A value of Python: a dict of keys and values in turn, lists, texts, numbers, and tensors of floats. */
    private static Pickled value(Object value) {
        return switch (value) {
            case Pickled pickled -> pickled;
            case String text -> new Pickled.Text(text);
            case Integer whole -> new Pickled.Whole(whole);
            case Double real -> new Pickled.Real(real);
            case Boolean flag -> new Pickled.Flag(flag);
            case float[] floats -> tensor(Dtype.F32, List.of((long) floats.length), floats);
            case List<?> list -> new Pickled.Items(list.stream().map(each -> value((Object) each)).toList());
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static Pickled.Dict dict(Object... keysAndValues) {
        Map<Pickled.Key, Pickled> entries = new LinkedHashMap<>();
        for (int k = 0; k < keysAndValues.length; k += 2) {
            entries.put((Pickled.Key) value(keysAndValues[k]), value(keysAndValues[k + 1]));
        }
        return new Pickled.Dict(entries);
    }

    private static Pickled.Tensor tensor(Dtype dtype, List<Long> shape, float... values) {
        return new Pickled.Tensor(dtype, shape, (index, target) -> {
            int count = (int) (target.byteSize() / dtype.bytes());
            dtype.ofFloats(Arrays.copyOfRange(values, (int) index, (int) index + count), target, count);
        });
    }

    private static Pickled.Tensor step(float steps) {
        return tensor(Dtype.F32, List.of(), steps);
    }

    /** A group of Adam's options and others. */
    private static Pickled.Dict adam(Object... more) {
        List<Object> all = new ArrayList<>(List.of("lr", 0.01, "betas", List.of(0.9, 0.999), "eps", 1e-8, "weight_decay", 0, "amsgrad",
                false, "maximize", false, "foreach", new Pickled.None(), "decoupled_weight_decay", false));
        all.addAll(List.of(more));
        return dict(all.toArray());
    }

    private static Pickled.Dict moments(Object step, float... m) {
        return dict("step", step, "exp_avg", m, "exp_avg_sq", new float[m.length]);
    }

    private Path save(Pickled root) throws IOException {
        Path file = folder.resolve("run.pt");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            TorchFileWriter.write(root, channel);
        }
        return file;
    }

    private TorchCheckpoint open(Pickled root) throws IOException {
        return TorchCheckpoint.open(save(root));
    }

    private static Pickled.Dict training(Pickled model, Object state, Object... groups) {
        return dict("net", model, "opt", dict("state", state, "param_groups", List.of(groups)));
    }

    private void assertRefused(String reason, Pickled root) throws IOException {
        try (TorchCheckpoint file = open(root); ParameterStore store = file.storeBuilder().build()) {
            IOException e = assertThrows(IOException.class, () -> file.load(file.optimizerBuilder(store).build()), reason);
            assertTrue(e.getMessage().startsWith(folder.toString()) && e.getMessage().contains(reason),
                    () -> "'" + e.getMessage() + "' must say '" + reason + "'");
        } catch (IOException e) {
            assertTrue(e.getMessage().contains(reason), () -> "'" + e.getMessage() + "' must say '" + reason + "'");
        }
    }

    @Test
    void stepsAreTensorsOrOldNumbersAndEachParametersOwn() throws IOException {
        Pickled.Dict model = dict("a", new float[] {1, 2}, "b", new float[] {3}, "c", new float[] {4});
        try (TorchCheckpoint file = open(training(model, dict(0, moments(5, 1, 2), 1, moments(step(7), 3)),
                adam("params", List.of(0, 1, 2)))); ParameterStore store = file.storeBuilder().build()) {
            Optimizer optimizer = file.optimizerBuilder(store).build();
            file.load(optimizer);
            assertEquals(7, optimizer.steps());
            assertEquals(5, optimizer.groups().steps(store.tensor("a")));
            assertEquals(7, optimizer.groups().steps(store.tensor("b")));
            assertEquals(0, optimizer.groups().steps(store.tensor("c")));
            assertEquals(2, store.tensor("a").state("m").get(1));
            assertEquals(new Adam(0.01), optimizer.rule());
        }
    }

    @Test
    void parametersAreTheModelsInItsOrderWithoutTheBuffersOfNorms() throws IOException {
        Pickled.Dict model = dict("bn.weight", new float[] {1}, "bn.bias", new float[] {2}, "bn.running_mean", new float[] {3},
                "bn.running_var", new float[] {4}, "fc.weight", new float[] {5});
        try (TorchCheckpoint file = open(training(model, dict(), adam("params", List.of(0, 1, 2))))) {
            assertEquals(List.of("bn.weight", "bn.bias", "fc.weight"), file.parameters());
        }
        assertRefused("the optimizer has 4 parameters without names, the model 3 tensors",
                training(model, dict(), adam("params", List.of(0, 1, 2, 3))));
    }

    @Test
    void namesInTheFileAreTakenInAnyOrderAndMayBeRenamed() throws IOException {
        Pickled.Dict model = dict("module.a", new float[] {1}, "module.b", new float[] {2});
        Pickled root = training(model, dict(0, moments(1, 20), 1, moments(1, 10)),
                adam("param_names", List.of("module.b", "module.a"), "params", List.of(0, 1)));
        try (TorchCheckpoint file = open(root).withNames(name -> name.replaceFirst("^module\\.", ""));
                ParameterStore store = ParameterStore.builder().tensor("a", 1).tensor("b", 1).build()) {
            assertEquals(List.of("b", "a"), file.parameters());
            Optimizer optimizer = file.optimizerBuilder(store).build();
            file.load(optimizer);
            assertEquals(10, store.tensor("a").state("m").get(0));
            assertEquals(2, store.tensor("b").parameter().get(0));
        }
    }

    @Test
    void groupsWithoutNamesAreToldByShapesOrByTheCaller() throws IOException {
        Pickled.Dict model = dict("a", new float[] {1, 1}, "b", new float[] {2}, "c", new float[] {3, 3});
        Pickled.Dict first = adam("params", List.of(0)), second = adam("params", List.of(1));
        try (TorchCheckpoint file = open(training(dict("a", new float[] {1, 1}, "b", new float[] {2}),
                dict(0, moments(1, 5), 1, moments(1, 6, 7)), first, second))) {
            assertEquals(List.of("b", "a"), file.parameters());
        }
        Pickled root = training(model, dict(0, moments(1, 5), 1, moments(1, 6, 7)), first, adam("params", List.of(1, 2)));
        assertRefused("parameter 1 may be any of [a, c]: give the names in the optimizer's order", root);
        try (TorchCheckpoint file = open(root).withParameters(List.of("b", "c", "a"));
                ParameterStore store = file.storeBuilder().build()) {
            Optimizer optimizer = file.optimizerBuilder(store).build();
            file.load(optimizer);
            assertEquals(List.of("group 0", "group 1"), optimizer.groups().names());
            assertEquals(7, store.tensor("c").state("m").get(1));
        }
    }

    @Test
    void aScheduleBeginsWithTheInitialRate() throws IOException {
        Pickled root = training(dict("a", new float[] {1}), dict(0, moments(3, 1)), adam("initial_lr", 0.5, "params", List.of(0)));
        try (TorchCheckpoint file = open(root); ParameterStore store = file.storeBuilder().build();
                ParameterStore other = file.storeBuilder().build()) {
            assertEquals(0.01, file.optimizerBuilder(store).build().learningRate());
            Schedule halved = (step, base) -> base / step;
            assertEquals(0.5 / 4, file.optimizerBuilder(other, halved).build().learningRate());
        }
    }

    @Test
    void optimizersWithoutARuleAreRefusedByName() throws IOException {
        Pickled.Dict model = dict("a", new float[] {1});
        for (Map.Entry<String, Pickled.Dict> each : Map.of(
                "no rule follows LBFGS", dict("lr", 1, "history_size", 100, "params", List.of(0)),
                "no rule follows Muon", dict("lr", 1, "momentum", 0.9, "nesterov", true, "ns_steps", 5, "params", List.of(0)),
                "no rule follows SparseAdam", dict("lr", 1, "betas", List.of(0.9, 0.999), "eps", 1e-8, "params", List.of(0)),
                "no rule follows transformers' Adafactor", dict("lr", 1, "clip_threshold", 1.0, "params", List.of(0)),
                "no rule follows an optimizer with options [lr, params, x]", dict("lr", 1, "x", 1, "params", List.of(0)),
                "no counterpart of option 'rectify'", adam("rectify", true, "params", List.of(0)),
                "option 'betas' must be a pair", dict("lr", 0.1, "betas", 0.9, "eps", 0.1, "weight_decay", 0, "amsgrad", false,
                        "decoupled_weight_decay", true, "params", List.of(0)),
                "refuses: learningRate must be", dict("lr", -1.0, "betas", List.of(0.9, 0.999), "eps", 0.1, "weight_decay", 0,
                        "momentum_decay", 0.004, "params", List.of(0)),
                "params must be numbers that no other parameter has", adam("params", List.of(0, 0))).entrySet()) {
            assertRefused(each.getKey(), training(model, dict(), each.getValue()));
        }
    }

    @Test
    void statesThatDoNotFitAreRefused() throws IOException {
        Pickled.Dict model = dict("a", new float[] {1, 2});
        Pickled.Dict group = adam("params", List.of(0));
        assertRefused("no counterpart of state 'shadow' of Adam in Adam[",
                training(model, dict(0, dict("shadow", new float[] {1, 2})), group));
        assertRefused("no counterpart of state 'max_exp_avg_sq' of Adam in Adam[", training(model, dict(0, dict("step", 1, "exp_avg",
                new float[] {1, 2}, "exp_avg_sq", new float[] {1, 2}, "max_exp_avg_sq", new float[] {1, 2})), group));
        assertRefused("state exp_avg_sq of 'a' is missing",
                training(model, dict(0, dict("step", 1, "exp_avg", new float[] {1, 2})), group));
        assertRefused("state of a parameter must have [step]", training(model, dict(0, dict("exp_avg", new float[] {1, 2})), group));
        assertRefused("step must be a whole number from 0 on, got 1.5", training(model, dict(0, moments(1.5, 1, 2)), group));
        assertRefused("state of parameter 1 belongs to no group", training(model, dict(1, moments(1, 1, 2)), group));
        assertRefused("mu_product of 'a' must be ", training(model, dict(0, dict("step", 1, "mu_product", 0.5, "exp_avg",
                new float[] {1, 2}, "exp_avg_sq", new float[] {1, 2})), dict("lr", 0.1, "betas", List.of(0.9, 0.999), "eps", 1e-8,
                        "weight_decay", 0, "momentum_decay", 0.004, "params", List.of(0))));
        assertRefused("models in a file must be at most one, got ['a', 'b']", dict("a", model, "b", model));
        try (TorchCheckpoint file = open(training(model, dict(0, moments(1, 1)), group));
                ParameterStore store = file.storeBuilder().build()) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> file.optimizerBuilder(store));
            assertTrue(e.getMessage().contains("state exp_avg of 'a' must have shape [2], got [1]"), e::getMessage);
        }
    }

    @Test
    void adamAndAdamWOfOldVersionsMustBeNamed() throws IOException {
        Pickled old = training(dict("a", new float[] {1}), dict(), dict("lr", 0.1, "betas", List.of(0.9, 0.999), "eps", 1e-8,
                "weight_decay", 0.1, "amsgrad", false, "params", List.of(0)));
        assertRefused("say whether it is Adam or AdamW", old);
        for (String name : List.of("Adam", "AdamW")) {
            try (TorchCheckpoint file = open(old).withOptimizer(name); ParameterStore store = file.storeBuilder().build()) {
                assertEquals(name, file.optimizerBuilder(store).build().rule().getClass().getSimpleName());
            }
        }
    }

    @Test
    void aDamagedNumberIsRefusedAndNothingHasChanged() throws IOException {
        Path path = save(training(dict("a", new float[] {1, 2}), dict(0, moments(1, 123.5f, 2)), adam("params", List.of(0))));
        byte[] bytes = Files.readAllBytes(path);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\0\0\u00f7B");
        bytes[at + 3] ^= 1;
        Files.write(path, bytes);
        try (TorchCheckpoint file = TorchCheckpoint.open(path); ParameterStore store = file.storeBuilder().build()) {
            Optimizer optimizer = file.optimizerBuilder(store).build();
            IOException e = assertThrows(IOException.class, () -> file.load(optimizer));
            assertTrue(e.getMessage().contains("is damaged: its CRC-32 must be"), e::getMessage);
            assertEquals(0, store.tensor("a").parameter().get(0));
        }
    }

    @Test
    void aFileThatIsCutWhileItIsOpenIsRefused() throws IOException {
        Path path = save(training(dict("a", new float[1 << 14]), dict(), adam("params", List.of(0))));
        try (TorchCheckpoint file = TorchCheckpoint.open(path); ParameterStore store = file.storeBuilder().build()) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            IOException e = assertThrows(IOException.class, () -> file.load(store));
            assertTrue(e.getMessage().contains("run.pt: file has become shorter while it was read"), e::getMessage);
        }
    }

    @Test
    void anotherRuleOrAnotherOptionIsRefusedAndNothingHasChanged() throws IOException {
        try (TorchCheckpoint file = open(training(dict("a", new float[] {1}), dict(0, moments(2, 5)), adam("params", List.of(0))))) {
            for (Optimizer other : List.of(Optimizer.of(new AdamW(0.01), file.storeBuilder().build()),
                    Optimizer.of(new Adam(0.01).withEpsilon(1e-6), file.storeBuilder().build()),
                    Optimizer.builder(file.storeBuilder().build()).rule(new Adam(0.01)).maximize(true).build())) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> file.load(other));
                assertTrue(e.getMessage().startsWith("'a' must be stepped by Adam[learningRate=0.01, "), e::getMessage);
                assertEquals(0, other.store().tensor("a").parameter().get(0));
                assertEquals(0, other.steps());
            }
            // Learning rates are the optimizer's own.
            Optimizer slower = Optimizer.of(new Adam(0.001), file.storeBuilder().build());
            file.load(slower);
            assertEquals(2, slower.steps());
            assertEquals(0.001, slower.learningRate());
        }
    }

    @Test
    void parametersAreConvertedAndFrozenTensorsStay() throws IOException {
        Pickled.Dict model = dict("a", tensor(Dtype.BF16, List.of(2L), 1.5f, -2), "frozen", new float[] {9});
        try (TorchCheckpoint file = open(training(model, dict(), adam("param_names", List.of("a"), "params", List.of(0))));
                ParameterStore store = ParameterStore.builder().tensor("a", 2).tensor("frozen", 1).build()) {
            Optimizer optimizer = file.optimizerBuilder(store).average(Average.ema(0.5)).build();
            file.load(optimizer);
            assertEquals(-2, store.tensor("a").parameter().get(1));
            assertEquals(9, store.tensor("frozen").parameter().get(0));
            assertEquals(-2, store.tensor("a").state("average").get(1));
            store.tensor("frozen").gradient().fill(1);
            optimizer.step();
            assertEquals(9, store.tensor("frozen").parameter().get(0));
        }
    }

    /** Rates of ASGD that changed before a tensor missed its last step. */
    @Test
    void asgdGoesOnFromTheLastRateOfEachTensor() throws IOException {
        Path path = folder.resolve("asgd.pt");
        try (ParameterStore store = ParameterStore.builder().tensor("a", 3).tensor("b", 3).tensor("c", 3).build()) {
            Asgd rule = new Asgd(0.1).withLambda(0.01).withT0(1);
            Optimizer optimizer = Optimizer.builder(store).rule(rule)
                    .group(Group.matching("c").withRule(rule.withLearningRate(0.03))).build();
            rates(optimizer, 1, 4);
            TorchCheckpoint.save(path, optimizer);
            try (TorchCheckpoint file = TorchCheckpoint.open(path); ParameterStore second = file.storeBuilder().build()) {
                Optimizer resumed = file.optimizerBuilder(second).build();
                file.load(resumed);
                rates(optimizer, 5, 6);
                rates(resumed, 5, 6);
                for (String name : List.of("a", "b", "c")) {
                    for (int i = 0; i < 3; i++) {
                        assertEquals(store.tensor(name).parameter().get(i), second.tensor(name).parameter().get(i), name);
                        assertEquals(store.tensor(name).state("wAvg").get(i), second.tensor(name).state("wAvg").get(i), name);
                    }
                }
            }
        }
    }

    private static void rates(Optimizer optimizer, int first, int last) {
        for (int step = first; step <= last; step++) {
            int now = step;
            for (String name : optimizer.groups().names()) {
                boolean isC = optimizer.groups().tensors(name).getFirst().name().equals("c");
                optimizer.groups().setLearningRate(name, (isC ? 0.03 : 0.1) / now);
            }
            optimizer.store().tensors().forEach(tensor -> tensor.gradient().fill(now * 0.1f));
            optimizer.store().tensor("a").setHasGradient(step != 3);
            optimizer.store().tensor("b").setHasGradient(step != 4);
            optimizer.step();
        }
    }
}
