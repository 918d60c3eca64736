package org.lanewise.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Locale;
import org.lanewise.rule.Adam;

/**
 * A program: how long a step of Adam takes, in microseconds, the best of several rounds in turn; gradients are there and stay, or are
 * zeros. Start it with -Dai.djl.pytorch.num_threads=1.
 */
final class StepTimes {
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOSECONDS = 500_000_000;

    private StepTimes() {}

    public static void main(String[] args) {
        System.out.printf("%-20s %10s %18s %18s %12s%n", "model", "parameters", "DjlStore", "LanewiseOptimizer", "DJL's Adam");
        measure(2, 128);
        measure(50, 64);
        measure(6, 1_024);
    }

    private static void measure(int layers, int width) {
        Optimizer djls = Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-6f)).build();
        try (LanewiseOptimizer ours = LanewiseOptimizer.of(new Adam(1e-6));
                Model first = model(layers, width); Model second = model(layers, width); Model third = model(layers, width);
                Trainer firstTrainer = trainer(first, djls, width); Trainer secondTrainer = trainer(second, ours, width);
                Trainer thirdTrainer = trainer(third, djls, width); DjlStore store = DjlStore.of(third)) {
            var optimizer = org.lanewise.Optimizer.of(new Adam(1e-6), store.store());
            double[] best = best(optimizer::step, step(secondTrainer, width), step(firstTrainer, width));
            System.out.printf(Locale.ROOT, "%-20s %10d %18.1f %18.1f %12.1f%n", layers + " layers of " + width, store.store().size(),
                    best[0], best[1], best[2]);
            assert thirdTrainer.getModel() == third;
        }
    }

    private static Model model(int layers, int width) {
        SequentialBlock block = new SequentialBlock();
        for (int k = 0; k < layers; k++) {
            block.add(Linear.builder().setUnits(width).build());
        }
        Model model = Model.newInstance("model");
        model.setBlock(block);
        return model;
    }

    private static Trainer trainer(Model model, Optimizer optimizer, int width) {
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer));
        trainer.initialize(new Shape(2, width));
        backward(trainer, width);
        return trainer;
    }

    private static void backward(Trainer trainer, int width) {
        try (NDManager manager = trainer.getManager().newSubManager(); GradientCollector collector = trainer.newGradientCollector()) {
            NDArray x = manager.ones(new Shape(2, width));
            collector.backward(trainer.getLoss().evaluate(new NDList(x), trainer.forward(new NDList(x))));
        }
    }

    /** The first step of a trainer refuses gradients of zeros. */
    private static Runnable step(Trainer trainer, int width) {
        backward(trainer, width);
        trainer.step();
        return trainer::step;
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
}
