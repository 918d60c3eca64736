package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Average;
import org.lanewise.Optimizer;
import org.lanewise.Storage;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;

/** Where parameters and gradients lie, and which take part in a step. */
class TorchStoreTest {
    private static TorchStore store(boolean moves, Module module) {
        return moves ? TorchStore.of(module) : TorchStore.wrap(module);
    }

    private static List<String> names(TorchStore store) {
        return store.store().tensors().stream().map(Object::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAndShapesAreThoseOfTheModule(boolean moves) {
        try (TorchStore store = store(moves, Models.MLP.make())) {
            assertEquals(List.of("fc1.weight[13, 7]", "fc1.bias[13]", "fc2.weight[3, 13]", "fc2.bias[3]"), names(store));
        }
        try (TorchStore store = store(moves, Models.TRANSFORMER.make())) {
            assertTrue(names(store).contains("encoder.self_attn.in_proj_weight[48, 16]"), () -> names(store).toString());
        }
    }

    @Test
    void movedParametersAndGradientsLieInOneRangeOfMemoryAndPyTorchWritesThere() {
        SequentialImpl model = Models.MLP.make();
        List<String> before = Models.parameters(model);
        try (TorchStore store = TorchStore.of(model); Optimizer optimizer = Optimizer.of(new GradientDescent(0), store.store())) {
            assertEquals(before, Models.parameters(model));
            Models.MLP.backward(model);
            optimizer.step();
            long parameter = 0, gradient = 0;
            for (org.lanewise.Tensor tensor : store.store().tensors()) {
                Tensor theirs = model.named_parameters().get(tensor.name());
                long padded = (tensor.size() + 15) / 16 * 64;
                assertEquals(tensor.parameter().segment().address(), theirs.data_ptr().address());
                assertEquals(tensor.gradient().segment().address(), theirs.grad().data_ptr().address());
                assertTrue(parameter == 0 || parameter == theirs.data_ptr().address());
                assertTrue(gradient == 0 || gradient == theirs.grad().data_ptr().address());
                parameter = theirs.data_ptr().address() + padded;
                gradient = theirs.grad().data_ptr().address() + padded;
            }
            float once = store.store().tensor("fc1.weight").gradient().get(0);
            Models.MLP.backward(model);
            assertEquals(2 * once, store.store().tensor("fc1.weight").gradient().get(0), "autograd adds in the plane");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aParameterRegisteredTwiceIsOneTensorUnderItsFirstName(boolean moves) {
        Module model = new Module("tied");
        Tensor shared = Models.register(model, "first", torch.ones(3));
        model.register_parameter("second", shared);
        try (TorchStore store = store(moves, model)) {
            assertEquals(List.of("first[3]"), names(store));
            shared.mul(new Scalar(2)).sum().backward();
            Optimizer.of(new GradientDescent(1), store.store()).step();
            assertArrayEquals(new float[] {-1, -1, -1}, Models.numbers(model.named_parameters().get("second")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void frozenParametersAndThoseOutsideTheLossAreLeftOut(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        model.named_parameters().get("fc1.bias").set_requires_grad(false);
        Tensor unused = Models.register(model, "unused", torch.ones(4));
        float[] frozen = Models.numbers(model.named_parameters().get("fc1.bias"));
        try (TorchStore store = store(moves, model)) {
            Optimizer optimizer = Optimizer.of(new AdamW(0.1).withWeightDecay(0.5), store.store());
            for (int step = 0; step < 3; step++) {
                Models.MLP.backward(model);
                optimizer.step();
                store.zeroGradients();
            }
            assertArrayEquals(frozen, Models.numbers(model.named_parameters().get("fc1.bias")));
            assertArrayEquals(new float[] {1, 1, 1, 1}, Models.numbers(unused));
            assertEquals(List.of("fc1.bias", "unused"), store.store().tensors().stream().filter(tensor -> !tensor.hasGradient())
                    .map(org.lanewise.Tensor::name).sorted().toList());
            model.named_parameters().get("fc1.bias").set_requires_grad(true);
            Models.MLP.backward(model);
            optimizer.step();
            assertNotEquals(frozen[0], Models.numbers(model.named_parameters().get("fc1.bias"))[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsThatZeroGradFreedAreNoGradientUntilThereAreNewOnes(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        try (TorchStore store = store(moves, model)) {
            Optimizer optimizer = Optimizer.of(new Sgd(0.1).withMomentum(0.9), store.store());
            Models.MLP.backward(model);
            optimizer.step();
            List<String> after = Models.parameters(model);
            model.zero_grad(true);
            optimizer.step();
            assertEquals(after, Models.parameters(model), "no step by the momentum of before");
            assertEquals(0, store.store().tensor("fc1.weight").gradient().get(0));
            Models.MLP.backward(model);
            optimizer.step();
            assertNotEquals(after, Models.parameters(model));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gradientsThatMovedAreFollowedByEveryStep(boolean moves) {
        Module model = new Module("one");
        Tensor w = Models.register(model, "w", torch.zeros(2));
        try (TorchStore store = store(moves, model)) {
            Optimizer optimizer = Optimizer.of(new GradientDescent(1), store.store());
            for (int step = 1; step <= 5; step++) {
                w.mutable_grad().put(torch.full(new long[] {2}, new Scalar((float) step)));
                optimizer.step();
            }
            assertArrayEquals(new float[] {-15, -15}, Models.numbers(w));
        }
    }

    @Test
    void aGradientOfOtherStridesIsCopiedIntoThePlane() {
        Module model = new Module("one");
        Tensor w = Models.register(model, "w", torch.zeros(2, 3));
        try (TorchStore store = TorchStore.of(model)) {
            w.mutable_grad().put(torch.arange(new Scalar(6f)).view(3, 2).t());
            Optimizer.of(new GradientDescent(1), store.store()).step();
            assertArrayEquals(new float[] {0, -2, -4, -1, -3, -5}, Models.numbers(w));
            assertEquals(store.store().tensor("w").gradient().segment().address(), w.grad().data_ptr().address());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void zeroingRemovesWhatIsNotANumber(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        try (TorchStore store = store(moves, model)) {
            Models.MLP.backward(model);
            Tensor first = model.named_parameters().get("fc1.weight");
            Models.memory(first.grad()).fill((byte) -1);
            assertTrue(Float.isNaN(Models.numbers(first.grad())[3]));
            store.zeroGradients();
            assertEquals(0, Models.numbers(first.grad())[3]);
            Optimizer.of(new GradientDescent(1), store.store()).step();
            Models.memory(first.grad()).fill((byte) -1);
            store.zeroGradients();
            assertEquals(0, Models.numbers(first.grad())[3]);
            assertTrue(first.grad().defined());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWholeStepWorksOnPyTorchsParameters(boolean moves) {
        SequentialImpl model = Models.TRANSFORMER.make();
        try (TorchStore store = moves ? TorchStore.of(model, Storage.BF16) : TorchStore.wrap(model, Storage.BF16)) {
            assertTrue(store.toString().contains("states BF16"), store::toString);
            try (Optimizer optimizer = Optimizer.builder(store.store()).rule(new AdamW(0.01)).clipNorm(1)
                    .average(Average.ema(0.5)).clearGradients(true).parallelism(2).build()) {
                float first = Models.TRANSFORMER.backward(model);
                optimizer.step();
                for (int step = 0; step < 30; step++) {
                    Models.TRANSFORMER.backward(model);
                    assertTrue(optimizer.step().gradientNorm() > 0);
                }
                float trained = Models.TRANSFORMER.backward(model), averaged;
                try (var _ = optimizer.averaged()) {
                    averaged = Models.TRANSFORMER.backward(model);
                }
                assertTrue(trained < first / 2, first + " " + trained);
                assertNotEquals(trained, averaged);
                assertTrue(averaged < first / 2, first + " " + averaged);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rulesThatLookAheadTakeTheGradientAheadEvenIfItWasFreed(boolean moves) {
        SequentialImpl kept = Models.MLP.make(), freed = Models.MLP.make();
        try (TorchStore one = store(moves, kept); TorchStore other = store(moves, freed)) {
            Optimizer a = Optimizer.of(new Nesterov(0.01), one.store()), b = Optimizer.of(new Nesterov(0.01), other.store());
            Models.MLP.backward(kept);
            Models.MLP.backward(freed);
            for (int step = 0; step < 4; step++) {
                a.step(() -> {
                    one.zeroGradients();
                    Models.MLP.backward(kept);
                });
                b.step(() -> {
                    freed.zero_grad(true);
                    Models.MLP.backward(freed);
                });
            }
            assertEquals(Models.parameters(kept), Models.parameters(freed));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void emptyParametersAreBoundToo(boolean moves) {
        Module model = new Module("empty");
        model.register_parameter("none", torch.zeros(0, 3));
        Tensor w = Models.register(model, "w", torch.zeros(1));
        try (TorchStore store = store(moves, model)) {
            w.sum().backward();
            Optimizer.of(new GradientDescent(1), store.store()).step();
            assertArrayEquals(new float[] {-1}, Models.numbers(w));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aModelOfTwoHundredParametersIsSteppedWhole(boolean moves) {
        SequentialImpl model = new SequentialImpl();
        Stream.iterate(1, k -> k <= 100, k -> k + 1).forEach(k -> model.push_back("layer" + k, new LinearImpl(3, 3)));
        try (TorchStore store = store(moves, model); PointerScope _ = new PointerScope()) {
            assertEquals(200, store.store().tensors().size());
            List<String> before = Models.parameters(model);
            model.forward(torch.ones(2, 3)).sum().backward();
            Optimizer.of(new Sgd(1).withWeightDecay(1), store.store()).step();
            List<String> after = Models.parameters(model);
            for (int k = 0; k < before.size(); k++) {
                assertNotEquals(before.get(k), after.get(k));
            }
        }
    }

    @Test
    void closingTheStoreOfTensorsAloneLeavesTheModel() {
        SequentialImpl model = Models.MLP.make();
        TorchStore store = TorchStore.of(model);
        MemorySegment parameter = store.store().tensor("fc1.weight").parameter().segment();
        store.store().close();
        Models.MLP.backward(model);
        assertTrue(parameter.scope().isAlive());
        store.close();
        assertFalse(parameter.scope().isAlive());
        assertThrows(IllegalStateException.class, store::zeroGradients);
    }
}
