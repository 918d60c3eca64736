package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** The library at work on a store of several tensors, with the planes of each in sight: parameters, gradients, states. */
final class TensorRun {
    private final Optimizer optimizer;

    TensorRun(Rule rule, List<long[]> shapes) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (int k = 0; k < shapes.size(); k++) {
            builder.tensor("tensor" + k, shapes.get(k));
        }
        optimizer = Optimizer.of(rule, builder.build());
    }

    /** {@return a run of one vector from given parameters} */
    static TensorRun ofVector(Rule rule, float... start) {
        TensorRun run = new TensorRun(rule, List.of(new long[] {start.length}));
        run.tensor(0).parameter().copyFrom(start);
        return run;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Tensor tensor(int k) {
        return optimizer.store().tensors().get(k);
    }

    /** Sets one tensor's planes. */
    void set(int k, float[][] planes) {
        List<Slice> slices = slices(k);
        for (int plane = 0; plane < planes.length; plane++) {
            slices.get(plane).copyFrom(planes[plane]);
        }
    }

    /** {@return copies of one tensor's planes} */
    float[][] planes(int k) {
        return slices(k).stream().map(slice -> {
            float[] copy = new float[(int) slice.size()];
            slice.copyTo(copy);
            return copy;
        }).toArray(float[][]::new);
    }

    /** Makes so many steps without gradients that the next one has this number. */
    void skipTo(long step) {
        optimizer.store().tensors().forEach(tensor -> tensor.gradient().fill(0));
        while (optimizer.steps() < step - 1) {
            optimizer.step();
        }
        assertEquals(step, optimizer.steps() + 1);
    }

    private List<Slice> slices(int k) {
        Tensor tensor = tensor(k);
        return Stream.concat(Stream.of(tensor.parameter(), tensor.gradient()),
                optimizer.rule().states().stream().map(state -> tensor.state(state.name()))).toList();
    }
}
