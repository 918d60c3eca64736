package org.lanewise.bench.peers;

import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Tensor;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Sgd;
import org.lanewise.tool.StoreKind;

/** Lanewise, the reference of the others. */
public class LanewiseRival implements Rival {
    private final ParameterStore store;
    private final Tensor tensor;
    private final Optimizer optimizer;

    /** Lanewise in native or heap memory, at the width that the CPU prefers. */
    public LanewiseRival(Recipe recipe, StoreKind storage, int n) {
        store = storage.builder().tensor("w", n).build();
        tensor = store.tensor("w");
        OptimizerBuilder builder = Optimizer.builder(store).rule(rule(recipe));
        optimizer = recipe instanceof Recipe.ClippedAdamW clipped
                ? builder.clipNorm(clipped.maxNorm()).clearGradients(true).build() : builder.build();
    }

    /** Lanewise's rule for a recipe. */
    static Rule rule(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Adam adam -> new Adam(adam.learningRate()).withBetas(adam.beta1(), adam.beta2()).withEpsilon(adam.epsilon());
            case Recipe.AdamW adamW -> new AdamW(adamW.learningRate()).withBetas(adamW.beta1(), adamW.beta2())
                    .withEpsilon(adamW.epsilon()).withWeightDecay(adamW.weightDecay());
            case Recipe.ClippedAdamW clipped -> rule(clipped.adamW());
            case Recipe.Sgd sgd -> sgd.nesterov()
                    ? new Sgd(sgd.learningRate()).withMomentum(sgd.momentum()).withNesterov(true)
                    : new Momentum(sgd.learningRate(), sgd.momentum());
            case Recipe.RmsProp rms -> new RmsProp(rms.learningRate()).withAlpha(rms.alpha()).withEpsilon(rms.epsilon());
            case Recipe.Adagrad adagrad -> new Adagrad(adagrad.learningRate()).withEpsilon(adagrad.epsilon());
        };
    }

    @Override
    public void setParameters(float[] values) {
        tensor.parameter().copyFrom(values);
    }

    @Override
    public void setGradients(float[] values) {
        tensor.gradient().copyFrom(values);
    }

    @Override
    public void step() {
        optimizer.step();
    }

    @Override
    public float[] parameters() {
        float[] values = new float[Math.toIntExact(store.size())];
        tensor.parameter().copyTo(values);
        return values;
    }

    @Override
    public void close() {
        store.close();
    }
}
