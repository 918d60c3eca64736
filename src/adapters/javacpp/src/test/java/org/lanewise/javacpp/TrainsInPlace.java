package org.lanewise.javacpp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.TanhImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.checkpoint.TorchCheckpoint;
import org.lanewise.rule.AdamW;
import org.lanewise.schedule.Schedule;

/** Trains a network of LibTorch's to multiply, and goes on from its file. */
final class TrainsInPlace {
    private TrainsInPlace() {}

    public static void main(String[] args) throws IOException {
        System.out.println(train(Path.of("multiply.pt"), 300));
    }

    static List<Float> train(Path file, int steps) throws IOException {
        List<Float> losses = new ArrayList<>();
        SequentialImpl model = new SequentialImpl();
        model.push_back("fc1", new LinearImpl(2, 32));
        model.push_back("tanh", new TanhImpl());
        model.push_back("fc2", new LinearImpl(32, 1));
        try (var store = TorchStore.of(model);
                var optimizer = Optimizer.builder(store.store()).rule(new AdamW(1e-2)).group(Group.noDecay())
                        .schedule(Schedule.warmUp(20).thenCosine(300)).clipNorm(1).clearGradients(true).build()) {
            if (Files.exists(file)) {
                try (var saved = TorchCheckpoint.open(file)) {
                    saved.load(optimizer);
                }
            }
            while (optimizer.steps() < steps) {
                try (var _ = new PointerScope()) {
                    Tensor x = torch.rand(64, 2), y = x.prod(1).unsqueeze(1);
                    Tensor loss = torch.mse_loss(model.forward(x), y);
                    loss.backward();
                    optimizer.step();
                    losses.add(loss.item_float());
                }
            }
            TorchCheckpoint.save(file, optimizer);
        }
        return losses;
    }
}
