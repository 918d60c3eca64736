package org.lanewise.bench.peers;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's {@code torch::nn::utils::clip_grad_norm_}. */
record LibTorchClipping(TensorVector parameters, double maxNorm) implements AutoCloseable {
    private static final double EUCLIDEAN = 2;

    /** What a recipe asks for, of gradients that become those of the parameters. */
    static Optional<LibTorchClipping> of(Recipe recipe, Tensor parameters, Tensor gradients) {
        if (!(recipe instanceof Recipe.ClippedAdamW clipped)) {
            return Optional.empty();
        }
        parameters.mutable_grad().put(gradients);
        return Optional.of(new LibTorchClipping(new TensorVector(parameters), clipped.maxNorm()));
    }

    void clip() {
        torch.clip_grad_norm_(parameters, maxNorm, EUCLIDEAN, false);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
