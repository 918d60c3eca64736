package org.lanewise.bench.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's fused operators, which have no Java method but are in its dispatcher. */
public final class LibTorchFused extends LibTorch {
    private final OperatorHandle operator;
    private final Optional<LibTorchClipping> clipping;
    private final IValue[] arguments;
    private final List<Tensor> states = new ArrayList<>();
    private FloatPointer steps;
    private int firstStepArgument = -1;

    /** For {@link Peer}. */
    public LibTorchFused(Recipe recipe, int n, int threads) {
        super(n, threads);
        operator = Dispatcher.singleton().findSchemaOrThrow("aten::" + name(recipe), "");
        // The element type of the operator's own lists; TensorType.get() picks a constructor that crashes the JVM.
        Type.TypePtr element = operator.schema().arguments().type().get().containedType(0);
        arguments = arguments(recipe, n, element);
        clipping = LibTorchClipping.of(recipe, parameters, gradients);
    }

    private static String name(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Adam _ -> "_fused_adam_";
            case Recipe.AdamW _, Recipe.ClippedAdamW _ -> "_fused_adamw_";
            case Recipe.Sgd _ -> "_fused_sgd_";
            case Recipe.Adagrad _ -> "_fused_adagrad_";
            case Recipe.RmsProp _ -> throw new UnsupportedOperationException("LibTorch has no fused RMSprop");
        };
    }

    private IValue[] arguments(Recipe recipe, int n, Type.TypePtr element) {
        IValue w = list(element, parameters), g = list(element, gradients), none = new IValue();
        return switch (recipe) {
            case Recipe.Adam adam -> new IValue[] {
                w, g, list(element, state(n)), list(element, state(n)), list(element), list(element, counter()),
                number(adam.learningRate()), number(adam.beta1()), number(adam.beta2()), number(0), number(adam.epsilon()),
                flag(false), flag(false), none, none
            };
            case Recipe.AdamW adam -> new IValue[] {
                w, g, list(element, state(n)), list(element, state(n)), list(element), list(element, counter()),
                number(adam.learningRate()), number(adam.beta1()), number(adam.beta2()), number(adam.weightDecay()),
                number(adam.epsilon()), flag(false), flag(false), none, none
            };
            case Recipe.ClippedAdamW clipped -> arguments(clipped.adamW(), n, element);
            case Recipe.Sgd sgd -> {
                firstStepArgument = 9;
                yield new IValue[] {
                    w, g, list(element, state(n)), number(0), number(sgd.momentum()), number(sgd.learningRate()), number(0),
                    flag(sgd.nesterov()), flag(false), flag(true), none, none
                };
            }
            case Recipe.Adagrad adagrad -> new IValue[] {
                w, g, list(element, state(n)), list(element, counter()), number(adagrad.learningRate()), number(0), number(0),
                number(adagrad.epsilon()), flag(false), none, none
            };
            case Recipe.RmsProp _ -> throw new AssertionError();
        };
    }

    private Tensor state(int n) {
        Tensor state = torch.zeros(n);
        states.add(state);
        return state;
    }

    private Tensor counter() {
        Tensor counter = state(1);
        steps = new FloatPointer(counter.data_ptr());
        return counter;
    }

    private static IValue list(Type.TypePtr element, Tensor... tensors) {
        GenericList list = new GenericList(element);
        for (Tensor tensor : tensors) {
            list.push_back(new IValue(tensor));
        }
        return new IValue(list);
    }

    private static IValue number(double value) {
        return new IValue(value);
    }

    private static IValue flag(boolean value) {
        return new IValue(value);
    }

    @Override
    public void step() {
        clipping.ifPresent(LibTorchClipping::clip);
        if (steps != null) {
            steps.put(steps.get() + 1);
        }
        try (IValueVector stack = new IValueVector(arguments)) {
            operator.callBoxed(stack);
        }
        if (firstStepArgument >= 0) {
            arguments[firstStepArgument] = flag(false);
            firstStepArgument = -1;
        }
        if (clipping.isPresent()) {
            gradients.zero_();
        }
    }

    @Override
    public void close() {
        states.forEach(Tensor::close);
        clipping.ifPresent(LibTorchClipping::close);
        super.close();
    }
}
