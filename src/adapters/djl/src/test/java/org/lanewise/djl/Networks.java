package org.lanewise.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;

/** A small network and its trainer; two start with the same numbers. */
record Networks(Model model, Trainer trainer) implements AutoCloseable {
    static final String FIRST_WEIGHT = "01Linear_weight";

    static Networks of(Optimizer optimizer) {
        Engine.getInstance().setRandomSeed(1);
        Model model = Model.newInstance("network");
        model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(13).build()).add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(3).build()));
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer));
        trainer.initialize(new Shape(16, 7));
        return new Networks(model, trainer);
    }

    /** Has gradients added, and returns the loss. */
    float backward() {
        Engine.getInstance().setRandomSeed(2);
        try (NDManager manager = trainer.getManager().newSubManager(); GradientCollector collector = trainer.newGradientCollector()) {
            NDArray x = manager.randomNormal(new Shape(16, 7)), y = manager.randomNormal(new Shape(16, 3));
            NDArray loss = trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x)));
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    List<Float> train(int steps) {
        List<Float> losses = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            losses.add(backward());
            trainer.step();
        }
        return losses;
    }

    Parameter parameter(String name) {
        return model.getBlock().getParameters().get(name);
    }

    float[] gradient(String name) {
        try (NDArray gradient = parameter(name).getArray().getGradient()) {
            return gradient.toFloatArray();
        }
    }

    /** Names and numbers of all parameters, their bits. */
    List<String> parameters() {
        List<String> all = new ArrayList<>();
        for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
            float[] values = each.getValue().getArray().toFloatArray();
            for (int i = 0; i < values.length; i++) {
                all.add(each.getKey() + "[" + i + "] " + Float.toHexString(values[i]));
            }
        }
        return all;
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
