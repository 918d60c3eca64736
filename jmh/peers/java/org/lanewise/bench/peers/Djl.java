package org.lanewise.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** DJL's optimizers on its PyTorch engine. The engine takes its number of threads from a system property. */
public final class Djl implements Rival {
    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray parameters;
    private final NDArray gradients;
    private final Optimizer optimizer;

    /** For {@link Peer}. */
    public Djl(Recipe recipe, int n, int threads) {
        optimizer = switch (recipe) {
            case Recipe.Adam adam -> Optimizer.adam().optLearningRateTracker(rate(adam.learningRate()))
                    .optBeta1((float) adam.beta1()).optBeta2((float) adam.beta2()).optEpsilon((float) adam.epsilon()).build();
            case Recipe.AdamW adam -> Optimizer.adamW().optLearningRateTracker(rate(adam.learningRate()))
                    .optBeta1((float) adam.beta1()).optBeta2((float) adam.beta2()).optEpsilon((float) adam.epsilon())
                    .optWeightDecays((float) adam.weightDecay()).build();
            case Recipe.Sgd sgd when !sgd.nesterov() -> Optimizer.sgd().setLearningRateTracker(rate(sgd.learningRate()))
                    .optMomentum((float) sgd.momentum()).build();
            default -> throw new UnsupportedOperationException("DJL has no " + recipe.rule() + " on its PyTorch engine");
        };
        parameters = manager.zeros(new Shape(n));
        gradients = manager.zeros(new Shape(n));
    }

    private static Tracker rate(double learningRate) {
        return Tracker.fixed((float) learningRate);
    }

    @Override
    public void setParameters(float[] values) {
        parameters.set(values);
    }

    @Override
    public void setGradients(float[] values) {
        gradients.set(values);
    }

    @Override
    public void step() {
        optimizer.update("w", parameters, gradients);
    }

    @Override
    public float[] parameters() {
        return parameters.toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
