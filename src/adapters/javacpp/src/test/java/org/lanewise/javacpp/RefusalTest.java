package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.EmbeddingOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.rule.GradientDescent;

/** What cannot be bound or stepped is refused by name, and nothing has changed. */
class RefusalTest {
    private static void assertRefused(Class<? extends Exception> type, String message, Runnable call) {
        assertEquals(message, assertThrowsExactly(type, call::run).getMessage());
    }

    /** Both ways of binding refuse the module, with a good parameter before, and leave that one alone. */
    private static void assertNotBound(String message, Consumer<Module> register) {
        Module module = new Module("m");
        Tensor good = Models.register(module, "good", torch.ones(2));
        register.accept(module);
        long address = good.data_ptr().address();
        assertRefused(IllegalArgumentException.class, message, () -> TorchStore.of(module));
        assertRefused(IllegalArgumentException.class, message, () -> TorchStore.wrap(module));
        assertEquals(address, good.data_ptr().address());
    }

    @Test
    void parametersOfOtherKindsAreNamed() {
        assertNotBound("parameter of 'w' must be Float, got Double",
                module -> module.register_parameter("w", torch.ones(new long[] {2}, new TensorOptions(torch.ScalarType.Double))));
        assertNotBound("parameter of 'w' must be Float, got BFloat16",
                module -> module.register_parameter("w", torch.ones(new long[] {2}, new TensorOptions(torch.ScalarType.BFloat16))));
        assertNotBound("parameter of 'w' must be contiguous, got strides [1, 3]",
                module -> module.register_parameter("w", torch.ones(2, 3).t()));
        assertNotBound("parameter of 'w' must be dense, got a tensor that is sparse",
                module -> module.register_parameter("w", torch.ones(2, 3).to_sparse()));
        assertNotBound("parameter of 'w' must be on the CPU, got one on meta",
                module -> module.register_parameter("w", torch.ones(new long[] {2}, new TensorOptions(new Device("meta")))));
    }

    @Test
    void parametersThatShareMemoryAreNamed() {
        Tensor whole = torch.ones(20);
        Module module = new Module("m");
        module.register_parameter("a", whole.narrow(0, 0, 12));
        module.register_parameter("b", whole.narrow(0, 8, 12));
        for (Consumer<Module> bind : List.<Consumer<Module>>of(TorchStore::of, TorchStore::wrap)) {
            String message = assertThrowsExactly(IllegalArgumentException.class, () -> bind.accept(module)).getMessage();
            assertTrue(message.startsWith("parameter of 'b' shares memory with parameter of 'a' but is another tensor: at 0x"), message);
        }
    }

    @Test
    void aModuleWithoutParametersIsRefused() {
        assertRefused(IllegalArgumentException.class, "a module needs at least one parameter, got 0", () -> TorchStore.of(new Module("m")));
        assertRefused(NullPointerException.class, "module must not be null", () -> TorchStore.of(null));
        assertRefused(NullPointerException.class, "states must not be null", () -> TorchStore.wrap(new Module("m"), null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aParameterThatWasMovedIsNoticedByTheNextStep(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        try (TorchStore store = moves ? TorchStore.of(model) : TorchStore.wrap(model)) {
            Optimizer optimizer = Optimizer.of(new GradientDescent(1), store.store());
            Models.MLP.backward(model);
            optimizer.step();
            Tensor bias = model.named_parameters().get("fc2.bias");
            bias.set_data(bias.clone());
            String message = assertThrowsExactly(IllegalStateException.class, optimizer::step).getMessage();
            assertTrue(message.matches("parameter of 'fc2.bias' was moved to 0x[0-9a-f]+, expected 0x[0-9a-f]+; .*"), message);
            assertEquals(1, optimizer.steps());
        }
        Models.MLP.backward(model);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sparseGradientsAreRefusedByTheStep(boolean moves) {
        EmbeddingOptions options = new EmbeddingOptions(5, 2);
        options.sparse().put(true);
        EmbeddingImpl embedding = new EmbeddingImpl(options);
        try (TorchStore store = moves ? TorchStore.of(embedding) : TorchStore.wrap(embedding)) {
            embedding.forward(torch.arange(new Scalar(3))).sum().backward();
            assertRefused(IllegalArgumentException.class, "gradient of 'weight' must be dense, got a tensor that is sparse",
                    Optimizer.of(new GradientDescent(1), store.store())::step);
        }
        assertRefused(IllegalArgumentException.class, "gradient of 'weight' must be dense, got a tensor that is sparse",
                () -> TorchStore.of(embedding));
        assertTrue(embedding.weight().grad().is_sparse());
    }

    @Test
    void aGradientOfOtherStridesCannotBeReadWhereItIs() {
        Module module = new Module("m");
        Tensor w = Models.register(module, "w", torch.ones(2, 3));
        w.mutable_grad().put(torch.ones(3, 2).t());
        assertRefused(IllegalArgumentException.class, "gradient of 'w' must be contiguous, got strides [1, 2]",
                () -> TorchStore.wrap(module));
        w.mutable_grad().put(torch.ones(2, 3));
        try (TorchStore store = TorchStore.wrap(module)) {
            Optimizer optimizer = Optimizer.of(new GradientDescent(1), store.store());
            optimizer.step();
            w.mutable_grad().put(torch.ones(3, 2).t());
            assertRefused(IllegalArgumentException.class, "gradient of 'w' must be contiguous, got strides [1, 2]", optimizer::step);
        }
    }
}
