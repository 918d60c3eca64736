package org.lanewise.bench.peers;

import java.util.function.IntFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.impl.updaters.AdaGradUpdater;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.api.ops.impl.updaters.NesterovsUpdater;
import org.nd4j.linalg.api.ops.impl.updaters.RmsPropUpdater;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's native updaters: an operator writes the update, a second one subtracts it. */
public final class Nd4jRival implements Rival {
    private final INDArray parameters;
    private final INDArray gradients;
    private final INDArray update;
    private final IntFunction<CustomOp> updater;
    private int steps;

    /** For {@link Peer}. */
    public Nd4jRival(Recipe recipe, int n, int threads) {
        Nd4j.getEnvironment().setMaxThreads(threads);
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        parameters = zeros(n);
        gradients = zeros(n);
        update = zeros(n);
        INDArray first = zeros(n), second = zeros(n);
        updater = switch (recipe) {
            case Recipe.Adam adam -> step -> new AdamUpdater(gradients, first, second, update, first, second,
                    adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), step);
            case Recipe.Sgd sgd when sgd.nesterov() -> _ -> new NesterovsUpdater(gradients, first, update, first,
                    sgd.learningRate(), sgd.momentum());
            case Recipe.RmsProp rms -> _ -> new RmsPropUpdater(gradients, first, update, first,
                    rms.learningRate(), rms.alpha(), rms.epsilon());
            case Recipe.Adagrad adagrad -> _ -> new AdaGradUpdater(gradients, first, update, first,
                    adagrad.learningRate(), adagrad.epsilon());
            default -> throw new UnsupportedOperationException("ND4J has no updater for " + recipe.rule());
        };
    }

    private static INDArray zeros(int n) {
        return Nd4j.zeros(DataType.FLOAT, n);
    }

    @Override
    public void setParameters(float[] values) {
        parameters.assign(Nd4j.createFromArray(values));
    }

    @Override
    public void setGradients(float[] values) {
        gradients.assign(Nd4j.createFromArray(values));
    }

    @Override
    public void step() {
        Nd4j.exec(updater.apply(steps++));
        parameters.subi(update);
    }

    @Override
    public float[] parameters() {
        return parameters.toFloatVector();
    }

    @Override
    public void close() {
        // The garbage collector frees ND4J's arrays.
    }
}
