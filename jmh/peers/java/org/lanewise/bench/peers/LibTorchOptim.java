package org.lanewise.bench.peers;

import java.util.Optional;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/** {@code torch::optim}, one operator after the other. */
public final class LibTorchOptim extends LibTorch {
    private final TensorVector all;
    private final Optimizer optimizer;
    private final Optional<LibTorchClipping> clipping;

    /** For {@link Peer}. */
    public LibTorchOptim(Recipe recipe, int n, int threads) {
        super(n, threads);
        parameters.set_requires_grad(true);
        parameters.mutable_grad().put(gradients);
        all = new TensorVector(parameters);
        optimizer = optimizer(recipe);
        clipping = LibTorchClipping.of(recipe, parameters, gradients);
    }

    private Optimizer optimizer(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Adam adam -> {
                AdamOptions options = new AdamOptions(adam.learningRate());
                // A std::tuple lies in memory with its last element first.
                options.betas().put(adam.beta2(), adam.beta1());
                options.eps().put(adam.epsilon());
                yield new org.bytedeco.pytorch.Adam(all, options);
            }
            case Recipe.AdamW adam -> {
                AdamWOptions options = new AdamWOptions(adam.learningRate());
                options.betas().put(adam.beta2(), adam.beta1());
                options.eps().put(adam.epsilon());
                options.weight_decay().put(adam.weightDecay());
                yield new org.bytedeco.pytorch.AdamW(all, options);
            }
            case Recipe.ClippedAdamW clipped -> optimizer(clipped.adamW());
            case Recipe.Sgd sgd -> {
                SGDOptions options = new SGDOptions(sgd.learningRate());
                options.momentum().put(sgd.momentum());
                options.nesterov().put(sgd.nesterov());
                yield new org.bytedeco.pytorch.SGD(all, options);
            }
            case Recipe.RmsProp rms -> {
                RMSpropOptions options = new RMSpropOptions(rms.learningRate());
                options.alpha().put(rms.alpha());
                options.eps().put(rms.epsilon());
                yield new org.bytedeco.pytorch.RMSprop(all, options);
            }
            case Recipe.Adagrad adagrad -> {
                AdagradOptions options = new AdagradOptions(adagrad.learningRate());
                options.eps().put(adagrad.epsilon());
                yield new org.bytedeco.pytorch.Adagrad(all, options);
            }
        };
    }

    @Override
    public void step() {
        clipping.ifPresent(LibTorchClipping::clip);
        optimizer.step().close();
        if (clipping.isPresent()) {
            optimizer.zero_grad(false);
        }
    }

    @Override
    public void close() {
        clipping.ifPresent(LibTorchClipping::close);
        optimizer.close();
        all.close();
        super.close();
    }
}
