package org.lanewise.bench.peers;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdagrad;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** TensorFlow's {@code Apply} operators on variables of a graph, run by a session as its own optimizers do. */
public final class TensorFlow implements Rival {
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Session session;
    private final Shape shape;
    private final Variable<TFloat32> parameters;
    private final Variable<TFloat32> gradients;
    private final Placeholder<TFloat32> value;
    private final Op setParameters;
    private final Op setGradients;
    private final List<Op> step;

    /** For {@link Peer}. */
    public TensorFlow(Recipe recipe, int n, int threads) {
        session = new Session(graph, ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads).setInterOpParallelismThreads(1).build());
        shape = Shape.of(n);
        parameters = tf.variable(shape, TFloat32.class);
        gradients = tf.variable(shape, TFloat32.class);
        value = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
        setParameters = tf.assign(parameters, value);
        setGradients = tf.assign(gradients, value);
        step = operators(recipe);
    }

    private List<Op> operators(Recipe recipe) {
        return switch (recipe) {
            case Recipe.Adam adam -> adam(adam);
            case Recipe.Sgd sgd -> List.of(tf.train.applyMomentum(parameters, state(), number(sgd.learningRate()), gradients,
                    number(sgd.momentum()), ApplyMomentum.useNesterov(sgd.nesterov())));
            case Recipe.RmsProp rms -> List.of(tf.train.applyRmsProp(parameters, state(), state(), number(rms.learningRate()),
                    number(rms.alpha()), number(0), number(rms.epsilon()), gradients));
            case Recipe.Adagrad adagrad -> List.of(tf.train.applyAdagrad(parameters, state(), number(adagrad.learningRate()), gradients,
                    ApplyAdagrad.updateSlots(true)));
            case Recipe.AdamW _, Recipe.ClippedAdamW _ -> throw new UnsupportedOperationException("TensorFlow has no operator for AdamW");
        };
    }

    private List<Op> adam(Recipe.Adam adam) {
        Operand<TFloat32> beta1 = number(adam.beta1()), beta2 = number(adam.beta2());
        Variable<TFloat32> power1 = variable(Shape.scalar(), beta1), power2 = variable(Shape.scalar(), beta2);
        Op apply = tf.train.applyAdam(parameters, state(), state(), power1, power2, number(adam.learningRate()), beta1, beta2,
                number(adam.epsilon()), gradients);
        Ops after = tf.withControlDependencies(apply);
        return List.of(after.assign(power1, after.math.mul(power1, beta1)), after.assign(power2, after.math.mul(power2, beta2)));
    }

    private Operand<TFloat32> number(double value) {
        return tf.constant((float) value);
    }

    private Variable<TFloat32> state() {
        return variable(shape, tf.fill(tf.constant(shape), tf.constant(0f)));
    }

    private Variable<TFloat32> variable(Shape shape, Operand<TFloat32> initial) {
        Variable<TFloat32> variable = tf.variable(shape, TFloat32.class);
        Assign<TFloat32> assign = tf.assign(variable, initial);
        session.runner().addTarget(assign).run().close();
        return variable;
    }

    @Override
    public void setParameters(float[] values) {
        set(setParameters, values);
    }

    @Override
    public void setGradients(float[] values) {
        set(setGradients, values);
    }

    private void set(Op assign, float[] values) {
        try (TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(values, true, false))) {
            session.runner().feed(value.asOutput(), tensor).addTarget(assign).run().close();
        }
    }

    @Override
    public void step() {
        Session.Runner runner = session.runner();
        step.forEach(runner::addTarget);
        runner.run().close();
    }

    @Override
    public float[] parameters() {
        float[] values = new float[Math.toIntExact(shape.size())];
        try (var result = session.runner().fetch(parameters).run()) {
            ((TFloat32) result.get(0)).copyTo(NdArrays.wrap(shape, DataBuffers.of(values, false, false)));
        }
        return values;
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
