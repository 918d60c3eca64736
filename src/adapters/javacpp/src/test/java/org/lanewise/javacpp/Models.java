package org.lanewise.javacpp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.TanhImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TransformerEncoderLayerImpl;
import org.bytedeco.pytorch.TransformerEncoderLayerOptions;
import org.bytedeco.pytorch.global.torch;

/** Small models of LibTorch's own modules: two of one kind have the same parameters, and compute on one thread. */
enum Models {
    MLP {
        @Override
        SequentialImpl make() {
            torch.manual_seed(1);
            SequentialImpl model = new SequentialImpl();
            model.push_back("fc1", new LinearImpl(7, 13));
            model.push_back("tanh", new TanhImpl());
            model.push_back("fc2", new LinearImpl(13, 3));
            return model;
        }

        @Override
        Tensor loss(SequentialImpl model) {
            torch.manual_seed(2);
            Tensor x = torch.randn(32, 7), y = torch.randn(32, 3);
            return torch.mse_loss(model.forward(x), y);
        }
    },

    TRANSFORMER {
        @Override
        SequentialImpl make() {
            torch.manual_seed(1);
            TransformerEncoderLayerOptions options = new TransformerEncoderLayerOptions(16, 2);
            options.dim_feedforward().put(32);
            options.dropout().put(0);
            SequentialImpl model = new SequentialImpl();
            model.push_back("embedding", new EmbeddingImpl(11, 16));
            model.push_back("encoder", new TransformerEncoderLayerImpl(options));
            model.push_back("norm", new LayerNormImpl(new LongVector().push_back(16)));
            model.push_back("head", new LinearImpl(16, 11));
            return model;
        }

        /** The next of the numbers 0 to 10, by threes. */
        @Override
        Tensor loss(SequentialImpl model) {
            Tensor tokens = torch.arange(new Scalar(0), new Scalar(40)).mul(
                    new Scalar(3)).remainder(new Scalar(11)).to(torch.ScalarType.Long);
            Tensor logits = model.forward(tokens.view(8, 5)).view(40, 11);
            return torch.cross_entropy_loss(logits, tokens.roll(-1));
        }
    };

    static {
        torch.set_num_threads(1);
    }

    abstract SequentialImpl make();

    abstract Tensor loss(SequentialImpl model);

    /** Has gradients added, and returns the loss. */
    final float backward(SequentialImpl model) {
        try (PointerScope _ = new PointerScope()) {
            Tensor loss = loss(model);
            loss.backward();
            return loss.item_float();
        }
    }

    /** Names and numbers of all parameters, their bits. */
    static List<String> parameters(Module model) {
        List<String> all = new ArrayList<>();
        try (PointerScope _ = new PointerScope()) {
            StringTensorDict named = model.named_parameters();
            for (long k = 0; k < named.size(); k++) {
                float[] values = numbers(named.get(k).value());
                for (int i = 0; i < values.length; i++) {
                    all.add(named.get(k).key().getString() + "[" + i + "] " + Float.toHexString(values[i]));
                }
            }
        }
        return all;
    }

    /** A parameter by a handle that further registrations leave alone. */
    static Tensor register(Module module, String name, Tensor parameter) {
        module.register_parameter(name, parameter);
        return parameter;
    }

    static float[] numbers(Tensor tensor) {
        return memory(tensor).toArray(ValueLayout.JAVA_FLOAT);
    }

    @SuppressWarnings("restricted")
    static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }
}
