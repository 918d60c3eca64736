package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.TanhImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.ShardedOptimizer;
import org.lanewise.distributed.ThreadRanks;
import org.lanewise.rule.AdamW;

/** A model of LibTorch's that several ranks share, each of which has its own part of a batch. */
class ShardedModelTest {
    private static final int STEPS = 10;

    private static SequentialImpl model() {
        SequentialImpl model = new SequentialImpl();
        model.push_back("fc1", new LinearImpl(7, 13));
        model.push_back("tanh", new TanhImpl());
        model.push_back("fc2", new LinearImpl(13, 3));
        return model;
    }

    /** The same in every model. */
    private static void start(ParameterStore store) {
        store.tensors().forEach(tensor -> {
            for (int i = 0; i < tensor.size(); i++) {
                tensor.parameter().set(i, (float) Math.sin(1 + i + tensor.size()));
            }
        });
    }

    /** Has the gradients of a rank's part of a batch added. */
    private static void backward(SequentialImpl model, int rank) {
        try (PointerScope _ = new PointerScope()) {
            Tensor x = torch.ones(5, 7).mul(torch.full(new long[] {1}, new Scalar(0.1f + 0.2f * rank)));
            torch.mse_loss(model.forward(x), torch.ones(5, 3)).backward();
        }
    }

    private static OptimizerBuilder builder(ParameterStore store) {
        return Optimizer.builder(store).rule(new AdamW(0.05)).clipNorm(0.5).clearGradients(true);
    }

    private static float[] parameters(ParameterStore store) {
        float[] all = new float[0];
        for (org.lanewise.Tensor tensor : store.tensors()) {
            float[] one = new float[(int) tensor.size()];
            tensor.parameter().copyTo(one);
            all = Arrays.copyOf(all, all.length + one.length);
            System.arraycopy(one, 0, all, all.length - one.length, one.length);
        }
        return all;
    }

    /** LibTorch's own gradients, which are zeroed by that. */
    @SuppressWarnings("restricted")
    private static float[][] takeGradients(SequentialImpl model) {
        try (PointerScope _ = new PointerScope()) {
            TensorVector parameters = model.parameters();
            float[][] all = new float[(int) parameters.size()][];
            for (int k = 0; k < all.length; k++) {
                Tensor gradient = parameters.get(k).grad();
                all[k] = MemorySegment.ofAddress(gradient.data_ptr().address()).reinterpret(gradient.nbytes())
                        .toArray(ValueLayout.JAVA_FLOAT);
                gradient.zero_();
            }
            return all;
        }
    }

    /** The mean of what all ranks add, in one process, by an optimizer that knows nothing of LibTorch. */
    private static float[] alone(int ranks) {
        SequentialImpl model = model();
        try (TorchStore torch = TorchStore.wrap(model); ParameterStore store = store(torch.store());
                Optimizer optimizer = builder(store).build()) {
            start(store);
            for (int step = 0; step < STEPS; step++) {
                for (org.lanewise.Tensor tensor : store.tensors()) {
                    torch.store().tensor(tensor.name()).parameter().segment().copyFrom(tensor.parameter().segment());
                }
                float[][] sums = new float[store.tensors().size()][];
                for (int rank = 0; rank < ranks; rank++) {
                    backward(model, rank);
                    add(takeGradients(model), sums);
                }
                for (int k = 0; k < sums.length; k++) {
                    for (int i = 0; i < sums[k].length; i++) {
                        sums[k][i] /= ranks;
                    }
                    store.tensors().get(k).gradient().copyFrom(sums[k]);
                }
                optimizer.step();
            }
            return parameters(store);
        }
    }

    private static ParameterStore store(ParameterStore like) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        like.tensors().forEach(tensor -> builder.tensor(tensor.name(), tensor.shape()));
        return builder.build();
    }

    private static void add(float[][] terms, float[][] sums) {
        for (int k = 0; k < sums.length; k++) {
            if (sums[k] == null) {
                sums[k] = terms[k];
            } else {
                for (int i = 0; i < sums[k].length; i++) {
                    sums[k][i] += terms[k][i];
                }
            }
        }
    }

    private static float[] shared(Communicator communicator) {
        SequentialImpl model = model();
        try (TorchStore torch = TorchStore.of(model);
                ShardedOptimizer optimizer = started(communicator, torch.store())) {
            for (int step = 0; step < STEPS; step++) {
                backward(model, communicator.rank());
                optimizer.step();
            }
            return parameters(torch.store());
        }
    }

    private static ShardedOptimizer started(Communicator communicator, ParameterStore store) {
        start(store);
        return ShardedOptimizer.of(communicator, builder(store));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ranksHaveTheBitsOfOneProcess(int ranks) throws Exception {
        float[] expected = alone(ranks);
        ThreadRanks.run(ranks, communicator -> assertArrayEquals(expected, shared(communicator)));
        assertEquals(List.of(), GlooTest.run(ranks, communicator -> assertArrayEquals(expected, shared(communicator))));
    }

    @Test
    void stepsMoveParameters() {
        SequentialImpl model = model();
        try (TorchStore torch = TorchStore.of(model)) {
            start(torch.store());
            assertFalse(Arrays.equals(parameters(torch.store()), alone(2)));
        }
    }
}
