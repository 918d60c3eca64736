package org.lanewise.rule.oracle;

import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** The library at work on float arrays, with all its planes in sight. */
final class Run {
    private final float[] parameters;
    private final float[] gradients;
    private final Optimizer optimizer;

    Run(Rule rule, int size) {
        parameters = new float[size];
        gradients = new float[size];
        optimizer = Optimizer.of(rule, ParameterStore.wrap(parameters, gradients));
    }

    /** A run from given parameters and the rule's first states. */
    Run(Rule rule, float[] start) {
        this(rule, start.length);
        System.arraycopy(start, 0, parameters, 0, start.length);
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** Completes a step with these gradients, looking ahead first if the rule does. */
    Run step(float... next) {
        if (optimizer.rule().lookAhead().isPresent()) {
            optimizer.lookAhead();
        }
        return stepFromHere(next);
    }

    /** Completes a step with these gradients, after {@link #lookAhead}. */
    Run stepFromHere(float... next) {
        System.arraycopy(next, 0, gradients, 0, gradients.length);
        optimizer.step();
        return this;
    }

    /** {@return the parameters after looking ahead} */
    float[] lookAhead() {
        optimizer.lookAhead();
        return parameters.clone();
    }

    /** Makes so many steps that the next one has this number. */
    Run skipTo(long step) {
        while (optimizer.steps() < step - 1) {
            step(gradients);
        }
        return this;
    }

    /** {@return copies of parameters, gradients and states} */
    float[][] planes() {
        Tensor tensor = optimizer.store().tensors().getFirst();
        Stream<Slice> states = optimizer.rule().states().stream().map(state -> tensor.state(state.name()));
        return Stream.concat(Stream.of(tensor.parameter(), tensor.gradient()), states).map(Run::copy).toArray(float[][]::new);
    }

    /** {@return a copy of the parameters} */
    float[] parameters() {
        return parameters.clone();
    }

    /** Sets parameters, gradients and states. */
    Run set(float[][] planes) {
        Tensor tensor = optimizer.store().tensors().getFirst();
        tensor.parameter().copyFrom(planes[0]);
        tensor.gradient().copyFrom(planes[1]);
        for (int k = 2; k < planes.length; k++) {
            tensor.state(optimizer.rule().states().get(k - 2).name()).copyFrom(planes[k]);
        }
        return this;
    }

    private static float[] copy(Slice slice) {
        float[] copy = new float[(int) slice.size()];
        slice.copyTo(copy);
        return copy;
    }
}
