package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.lanewise.Optimizer;
import org.lanewise.rule.Sgd;

/**
 * Whatever a program does between steps, a model has the bits of {@code torch::optim}: with momentum and decay a gradient of zeros, none
 * and an old one are three different things.
 */
class SessionProperties {
    /** What a program does to a model. */
    enum Action {
        BACKWARD {
            @Override
            void run(SequentialImpl model) {
                Models.MLP.backward(model);
            }
        },

        ZERO {
            @Override
            void run(SequentialImpl model) {
                model.zero_grad(false);
            }
        },

        ZERO_TO_NONE {
            @Override
            void run(SequentialImpl model) {
                model.zero_grad(true);
            }
        },

        FREEZE {
            @Override
            void run(SequentialImpl model) {
                model.named_parameters().get("fc1.bias").set_requires_grad(false);
            }
        },

        UNFREEZE {
            @Override
            void run(SequentialImpl model) {
                model.named_parameters().get("fc1.bias").set_requires_grad(true);
            }
        },

        DROP_ONE {
            @Override
            void run(SequentialImpl model) {
                model.named_parameters().get("fc2.bias").mutable_grad().reset();
            }
        },

        MOVE_ONE {
            @Override
            void run(SequentialImpl model) {
                Tensor gradient = model.named_parameters().get("fc2.weight").mutable_grad();
                if (gradient.defined()) {
                    gradient.put(gradient.mul(new Scalar(0.5f)));
                }
            }
        },

        STEP {
            @Override
            void run(SequentialImpl model) {}
        };

        abstract void run(SequentialImpl model);
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(Action.BACKWARD)),
                Tuple.of(3, Arbitraries.just(Action.STEP)),
                Tuple.of(4, Arbitraries.of(Action.class))).list().ofMinSize(1).ofMaxSize(14);
    }

    @Property(tries = 40)
    void aModelHasTheBitsOfTorchOptim(@ForAll("actions") List<Action> actions, @ForAll boolean moves) {
        try (PointerScope _ = new PointerScope()) {
            SequentialImpl expected = Models.MLP.make(), model = Models.MLP.make();
            SGDOptions options = new SGDOptions(0.05);
            options.momentum().put(0.9);
            options.weight_decay().put(0.01);
            SGD sgd = new SGD(expected.parameters(), options);
            try (TorchStore store = moves ? TorchStore.of(model) : TorchStore.wrap(model)) {
                Optimizer optimizer = Optimizer.of(new Sgd(0.05).withMomentum(0.9).withWeightDecay(0.01), store.store());
                for (Action action : actions) {
                    action.run(expected);
                    if (action == Action.ZERO) {
                        store.zeroGradients();
                    } else {
                        action.run(model);
                    }
                    if (action == Action.STEP) {
                        sgd.step();
                        optimizer.step();
                        assertEquals(Models.parameters(expected), Models.parameters(model));
                    }
                }
            }
            assertEquals(Models.parameters(expected), Models.parameters(model), "after closing");
        }
    }
}
