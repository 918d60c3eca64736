package org.lanewise.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** The library at work on a store of some tensors, with the planes of each in sight: parameters, gradients, states. */
final class Run {
    private final Optimizer optimizer;

    Run(Rule rule, List<long[]> shapes) {
        this(rule, shapes, 0, rule.learningRate());
    }

    /** A run that goes on after so many steps, of which the last had this learning rate, with zeros and states as they start. */
    Run(Rule rule, List<long[]> shapes, long steps, double previousLearningRate) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (int k = 0; k < shapes.size(); k++) {
            builder.tensor("tensor" + k, shapes.get(k));
        }
        optimizer = Optimizer.builder(builder.build()).rule(rule).resume(steps, previousLearningRate).build();
    }

    /** A run of one vector from given parameters. */
    Run(Rule rule, float... start) {
        this(rule, List.of(new long[] {start.length}));
        tensor(0).parameter().copyFrom(start);
    }

    /** {@return the library after all these steps from the rule's first states} */
    static Run after(Rule rule, Gradients gradients) {
        Run run = new Run(rule, gradients.shapes());
        for (int k = 0; k < gradients.tensors().size(); k++) {
            run.tensor(k).parameter().copyFrom(gradients.start().get(k));
        }
        return run.stepThrough(gradients, 1, gradients.steps());
    }

    /** Completes some of these steps. */
    Run stepThrough(Gradients gradients, int first, int last) {
        for (int step = first; step <= last; step++) {
            optimizer.setLearningRate(gradients.learningRates().get(step - 1).orElse(optimizer.rule().learningRate()));
            stepAll(gradients.at(step));
        }
        return this;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Tensor tensor(int k) {
        return optimizer.store().tensors().get(k);
    }

    /** Completes a step of the first tensor with these gradients, looking ahead first if the rule does. */
    Run step(float... gradients) {
        return stepAll(List.of(gradients));
    }

    /** Completes a step of all tensors. */
    Run stepAll(List<float[]> gradients) {
        optimizer.step(() -> setGradients(gradients));
        return this;
    }

    /** Completes a step with these gradients, after {@link #lookAhead}. */
    Run stepFromHere(float... gradients) {
        setGradients(List.of(gradients));
        optimizer.step();
        return this;
    }

    private void setGradients(List<float[]> gradients) {
        for (int k = 0; k < gradients.size(); k++) {
            tensor(k).gradient().copyFrom(gradients.get(k));
        }
    }

    /** {@return the parameters of the first tensor after looking ahead} */
    float[] lookAhead() {
        optimizer.lookAhead();
        return parameters();
    }

    /** Makes so many steps with gradients of 0 that the next one has this number. */
    Run skipTo(long step) {
        while (optimizer.steps() < step - 1) {
            optimizer.step(() -> optimizer.store().tensors().forEach(tensor -> tensor.gradient().fill(0)));
        }
        return this;
    }

    /** Sets parameters, gradients and states of all tensors. */
    Run set(List<float[][]> planes) {
        for (int k = 0; k < planes.size(); k++) {
            List<Slice> slices = slices(k);
            for (int plane = 0; plane < slices.size(); plane++) {
                slices.get(plane).copyFrom(planes.get(k)[plane]);
            }
        }
        return this;
    }

    /** {@return copies of one tensor's parameters, gradients and states} */
    float[][] planes(int k) {
        return slices(k).stream().map(Run::copy).toArray(float[][]::new);
    }

    /** {@return those of all tensors} */
    List<float[][]> planes() {
        return IntStream.range(0, optimizer.store().tensors().size()).mapToObj(this::planes).toList();
    }

    /** {@return a copy of the first tensor's parameters} */
    float[] parameters() {
        return copy(tensor(0).parameter());
    }

    private List<Slice> slices(int k) {
        Tensor tensor = tensor(k);
        List<Slice> slices = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
        optimizer.rule().states().forEach(state -> slices.add(tensor.state(state.name())));
        return slices;
    }

    private static float[] copy(Slice slice) {
        float[] copy = new float[(int) slice.size()];
        slice.copyTo(copy);
        return copy;
    }
}
