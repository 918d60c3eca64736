package org.lanewise.bench.peers;

import org.tribuo.math.Parameters;
import org.tribuo.math.StochasticGradientOptimiser;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.la.Tensor;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.math.optimisers.Adam;
import org.tribuo.math.optimisers.RMSProp;
import org.tribuo.math.optimisers.SGD;
import org.tribuo.math.protos.ParametersProto;

/**
 * Tribuo: in double precision, on one thread. It climbs, so it gets the negated gradients. The check keeps Adam of 4.3.2 from being
 * timed: it multiplies the first moment by the root of the second where the paper divides.
 */
public final class Tribuo implements Rival {
    private final DenseVector parameters;
    private final DenseVector gradients;
    private final DenseVector update;
    private final Tensor[] updates;
    private final StochasticGradientOptimiser optimizer;

    /** For {@link Peer}. */
    public Tribuo(Recipe recipe, int n, int threads) {
        if (threads != 1) {
            throw new UnsupportedOperationException("Tribuo steps on one thread");
        }
        optimizer = switch (recipe) {
            case Recipe.Adam adam -> new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
            case Recipe.Sgd sgd -> SGD.getSimpleSGD(sgd.learningRate(), sgd.momentum(),
                    sgd.nesterov() ? SGD.Momentum.NESTEROV : SGD.Momentum.STANDARD);
            case Recipe.RmsProp rms -> new RMSProp(rms.learningRate(), rms.alpha(), rms.epsilon(), 0);
            case Recipe.Adagrad adagrad -> new AdaGrad(adagrad.learningRate(), adagrad.epsilon(), 0);
            case Recipe.AdamW _, Recipe.ClippedAdamW _ -> throw new UnsupportedOperationException("Tribuo has no AdamW");
        };
        parameters = new DenseVector(n);
        gradients = new DenseVector(n);
        update = new DenseVector(n);
        updates = new Tensor[] {update};
        optimizer.initialise(new Vector(parameters));
    }

    @Override
    public void setParameters(float[] values) {
        for (int i = 0; i < values.length; i++) {
            parameters.set(i, values[i]);
        }
    }

    @Override
    public void setGradients(float[] values) {
        for (int i = 0; i < values.length; i++) {
            gradients.set(i, -values[i]);
        }
    }

    @Override
    public void step() {
        // The optimizer turns gradients into updates where they are, so each step needs a copy of them.
        update.setElements(gradients);
        parameters.intersectAndAddInPlace(optimizer.step(updates, 1)[0]);
    }

    @Override
    public float[] parameters() {
        float[] values = new float[parameters.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) parameters.get(i);
        }
        return values;
    }

    @Override
    public void close() {}

    /** What Tribuo's optimizers size their states by. */
    private static final class Vector implements Parameters {
        private static final long serialVersionUID = 1;
        private final transient DenseVector values;

        Vector(DenseVector values) {
            this.values = values;
        }

        @Override
        public Tensor[] getEmptyCopy() {
            return new Tensor[] {new DenseVector(values.size())};
        }

        @Override
        public Tensor[] get() {
            return new Tensor[] {values};
        }

        @Override
        public void set(Tensor[] newWeights) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void update(Tensor[] gradients) {
            values.intersectAndAddInPlace(gradients[0]);
        }

        @Override
        public Tensor[] merge(Tensor[][] gradients, int size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ParametersProto serialize() {
            throw new UnsupportedOperationException();
        }
    }
}
