package org.lanewise.javacpp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.TransformerEncoderLayerImpl;
import org.bytedeco.pytorch.TransformerEncoderLayerOptions;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.lanewise.Optimizer;
import org.lanewise.rule.Adam;

/**
 * A program: how long a step of Adam takes on one thread, in microseconds, the best of several rounds in turn. Gradients are there and
 * stay.
 */
final class StepTimes {
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOSECONDS = 500_000_000;

    private StepTimes() {}

    public static void main(String[] args) {
        torch.set_num_threads(1);
        System.out.printf("%-36s %9s %10s %10s %10s %10s %10s%n", "model", "tensors", "parameters", "of", "wrap", "optim", "fused");
        Map<String, SequentialImpl> models = new LinkedHashMap<>();
        models.put("2 layers of 128", mlp(2, 128));
        models.put("100 layers of 32", mlp(100, 32));
        models.put("transformer, 8 layers of 256", transformer(8, 256));
        models.put("transformer, 4 layers of 512", transformer(4, 512));
        models.forEach(StepTimes::measure);
    }

    private static SequentialImpl mlp(int layers, long width) {
        SequentialImpl model = new SequentialImpl();
        for (int k = 0; k < layers; k++) {
            model.push_back("fc" + k, new LinearImpl(width, width));
        }
        return model;
    }

    private static SequentialImpl transformer(int layers, long width) {
        SequentialImpl model = new SequentialImpl();
        for (int k = 0; k < layers; k++) {
            TransformerEncoderLayerOptions options = new TransformerEncoderLayerOptions(width, 4);
            options.dim_feedforward().put(4 * width);
            model.push_back("layer" + k, new TransformerEncoderLayerImpl(options));
        }
        return model;
    }

    private static void measure(String name, SequentialImpl model) {
        long width = model.parameters().get(0).size(model.parameters().get(0).dim() - 1);
        SequentialImpl wrapped = copy(model, width), optim = copy(model, width), fused = copy(model, width);
        gradients(model, width);
        try (TorchStore moved = TorchStore.of(model); TorchStore bound = TorchStore.wrap(wrapped)) {
            Optimizer ofMoved = Optimizer.of(new Adam(1e-6), moved.store()), ofBound = Optimizer.of(new Adam(1e-6), bound.store());
            org.bytedeco.pytorch.Optimizer adam = new org.bytedeco.pytorch.Adam(optim.parameters(), new AdamOptions(1e-6));
            double[] best = best(ofMoved::step, ofBound::step, () -> adam.step().close(), new Fused(fused)::step);
            System.out.printf(Locale.ROOT, "%-36s %9d %10d %10.1f %10.1f %10.1f %10.1f%n", name, moved.store().tensors().size(),
                    moved.store().size(), best[0], best[1], best[2], best[3]);
        }
    }

    private static SequentialImpl copy(SequentialImpl model, long width) {
        SequentialImpl copy = new SequentialImpl(model.clone(null));
        gradients(copy, width);
        return copy;
    }

    private static void gradients(SequentialImpl model, long width) {
        try (PointerScope _ = new PointerScope()) {
            model.forward(torch.randn(2, 3, width)).sum().backward();
        }
    }

    private static double[] best(Runnable... steps) {
        double[] best = new double[steps.length];
        for (int round = 0; round < ROUNDS; round++) {
            for (int k = 0; k < steps.length; k++) {
                double time = microseconds(steps[k]);
                best[k] = round == 0 ? time : Math.min(best[k], time);
            }
        }
        return best;
    }

    private static double microseconds(Runnable step) {
        long start = System.nanoTime(), now = start;
        long count = 0;
        while (now - start < ROUND_NANOSECONDS) {
            step.run();
            count++;
            now = System.nanoTime();
        }
        return (now - start) / 1e3 / count;
    }

    /** PyTorch's fused loop over all tensors of a model; it has no Java method, but is in the dispatcher. */
    private static final class Fused {
        private final OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adam_", "");
        private final List<FloatPointer> counters = new ArrayList<>();
        private final IValue[] arguments;

        Fused(SequentialImpl model) {
            TensorVector parameters = model.parameters();
            Type.TypePtr element = operator.schema().arguments().type().get().containedType(0);
            GenericList w = new GenericList(element), g = new GenericList(element), m = new GenericList(element);
            GenericList v = new GenericList(element), steps = new GenericList(element);
            for (long k = 0; k < parameters.size(); k++) {
                Tensor parameter = parameters.get(k), counter = torch.zeros(1);
                w.push_back(new IValue(parameter.detach()));
                g.push_back(new IValue(parameter.grad()));
                m.push_back(new IValue(torch.zeros_like(parameter)));
                v.push_back(new IValue(torch.zeros_like(parameter)));
                steps.push_back(new IValue(counter));
                counters.add(new FloatPointer(counter.data_ptr()));
            }
            arguments = new IValue[] {new IValue(w), new IValue(g), new IValue(m), new IValue(v), new IValue(new GenericList(element)),
                new IValue(steps), new IValue(1e-6), new IValue(0.9), new IValue(0.999), new IValue(0.0), new IValue(1e-8),
                new IValue(false), new IValue(false), new IValue(), new IValue()};
        }

        void step() {
            for (FloatPointer counter : counters) {
                counter.put(counter.get() + 1);
            }
            try (IValueVector stack = new IValueVector(arguments)) {
                operator.callBoxed(stack);
            }
        }
    }
}
