package org.lanewise.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lion;
import org.lanewise.schedule.Schedule;

/** Trains networks of DJL's to multiply: with Trainer.step(), and with whole steps of Lanewise's that go on from a file. */
final class LearnsToMultiply {
    private LearnsToMultiply() {}

    public static void main(String[] args) throws IOException, TranslateException {
        System.out.println("EasyTrain: " + withEasyTrain());
        System.out.println("in place: " + inPlace(Path.of("multiply.safetensors"), 300));
    }

    static Model model() {
        Model model = Model.newInstance("multiply");
        model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(32).build()).add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(1).build()));
        return model;
    }

    static ArrayDataset data(NDManager manager) {
        Engine.getInstance().setRandomSeed(1);
        NDArray x = manager.randomUniform(0, 1, new Shape(1_024, 2));
        return new ArrayDataset.Builder().setData(x).optLabels(x.prod(new int[] {1}, true)).setSampling(64, false).build();
    }

    /** DJL's own loop, with one line of Lanewise's. */
    static float withEasyTrain() throws IOException, TranslateException {
        try (Model model = model();
                LanewiseOptimizer optimizer = LanewiseOptimizer.builder(new Lion(1e-3))
                        .optSchedule(Schedule.warmUp(10).thenCosine(320)).build();
                Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer)
                        .addTrainingListeners(TrainingListener.Defaults.basic()))) {
            trainer.setMetrics(new Metrics());
            trainer.initialize(new Shape(64, 2));
            EasyTrain.fit(trainer, 20, data(trainer.getManager()), null);
            return trainer.getTrainingResult().getTrainLoss();
        }
    }

    /** A loop of one's own, with everything that a step of Lanewise's can do. */
    static float inPlace(Path file, int steps) throws IOException, TranslateException {
        try (Model model = model(); Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
            trainer.initialize(new Shape(64, 2));
            try (var store = DjlStore.of(model);
                    var optimizer = Optimizer.builder(store.store()).rule(new AdamW(1e-2)).group(Group.noDecay())
                            .schedule(Schedule.warmUp(20).thenCosine(600)).clipNorm(1).clearGradients(true).build()) {
                var checkpoint = Checkpoint.of(optimizer);
                if (Files.exists(file)) {
                    checkpoint.load(file);
                }
                float last = 0;
                while (optimizer.steps() < steps) {
                    for (var batch : trainer.iterateDataset(data(trainer.getManager()))) {
                        try (batch; var collector = trainer.newGradientCollector()) {
                            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), trainer.forward(batch.getData()));
                            collector.backward(loss);
                            last = loss.getFloat();
                        }
                        optimizer.step();
                    }
                }
                checkpoint.save(file);
                return last;
            }
        }
    }
}
