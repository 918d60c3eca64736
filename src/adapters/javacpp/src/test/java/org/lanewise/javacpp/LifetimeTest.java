package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Sgd;

/** Model, store, scopes and views may end in any order. */
class LifetimeTest {
    private static TorchStore store(boolean moves, SequentialImpl model) {
        return moves ? TorchStore.of(model) : TorchStore.wrap(model);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClosedStoreLeavesTheModelWithItsNumbersInMemoryOfItsOwn(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        TorchStore store = store(moves, model);
        Optimizer optimizer = Optimizer.of(new Sgd(0.1), store.store());
        Models.MLP.backward(model);
        optimizer.step();
        Tensor weight = model.named_parameters().get("fc1.weight");
        List<String> before = Models.parameters(model);
        float[] gradient = Models.numbers(weight.grad());
        MemorySegment plane = store.store().tensor("fc1.weight").parameter().segment();
        store.close();
        assertFalse(plane.scope().isAlive());
        assertTrue(!moves || weight.data_ptr().address() != plane.address());
        assertEquals(before, Models.parameters(model));
        assertEquals(List.of(gradient[0], gradient[90]), List.of(Models.numbers(weight.grad())[0], Models.numbers(weight.grad())[90]));
        Models.MLP.backward(model);
        assertEquals("store is closed", assertThrowsExactly(IllegalStateException.class, optimizer::step).getMessage());
        store.close();
        try (TorchStore again = store(!moves, model)) {
            Optimizer.of(new Adam(0.1), again.store()).step();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aScopeAroundItsMakingDoesNotEndTheStore(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        TorchStore store;
        try (PointerScope _ = new PointerScope()) {
            store = store(moves, model);
        }
        Optimizer optimizer = Optimizer.of(new Sgd(0.1), store.store());
        for (int step = 0; step < 3; step++) {
            try (PointerScope _ = new PointerScope()) {
                model.zero_grad(true);
                Models.MLP.backward(model);
                optimizer.step();
            }
        }
        store.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theModelMayEndBeforeTheStore(boolean moves) {
        TorchStore store;
        try (PointerScope _ = new PointerScope()) {
            SequentialImpl model = Models.MLP.make();
            store = store(moves, model);
            Models.MLP.backward(model);
        }
        Optimizer.of(new Sgd(0.1), store.store()).step();
        store.close();
    }

    @Test
    void memoryThatAViewStillUsesIsFreedOnlyWhenTheViewIsClosed() {
        SequentialImpl model = Models.MLP.make();
        TorchStore store = TorchStore.of(model);
        MemorySegment plane = store.store().tensor("fc2.weight").parameter().segment();
        try (PointerScope _ = new PointerScope()) {
            Tensor view = model.named_parameters().get("fc2.weight").detach().view(39);
            assertEquals("memory of parameter of 'fc2.weight' is still used by another tensor; close that and then this once more",
                    assertThrowsExactly(IllegalStateException.class, store::close).getMessage());
            assertEquals(Models.numbers(model.named_parameters().get("fc2.weight"))[38], Models.numbers(view)[38]);
            Models.MLP.backward(model);
        }
        store.close();
        assertFalse(plane.scope().isAlive());
    }

    @Test
    void aGraphOfBeforeTheEndIsAUserToo() {
        SequentialImpl model = Models.MLP.make();
        TorchStore store = TorchStore.of(model);
        try (PointerScope _ = new PointerScope()) {
            Tensor loss = torch.mse_loss(model.forward(torch.randn(4, 7)), torch.randn(4, 3));
            assertTrue(assertThrowsExactly(IllegalStateException.class, store::close).getMessage().contains("is still used"));
            loss.backward();
        }
        store.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyStoresLeaveNoMemoryBehind(boolean moves) {
        SequentialImpl model = Models.MLP.make();
        long handles = 0;
        for (int k = 0; k < 200; k++) {
            try (TorchStore store = store(moves, model); PointerScope _ = new PointerScope()) {
                Models.MLP.backward(model);
                Optimizer.of(new Sgd(0.1), store.store()).step();
                model.zero_grad(true);
            }
            handles = k == 20 ? Pointer.totalCount() : handles;
        }
        assertTrue(Pointer.totalCount() <= handles + 20, Pointer.totalCount() + " handles, after 20 stores " + handles);
    }
}
