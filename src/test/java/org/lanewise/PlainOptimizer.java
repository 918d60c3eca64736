package org.lanewise;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Shape;
import org.lanewise.reference.PlainStepper;

/** A planned store and its optimizer as plain arrays, each tensor stepped by a {@link PlainStepper}: what the library is compared with. */
final class PlainOptimizer {
    private final Rule rule;
    private final List<PlainStepper> tensors = new ArrayList<>();

    /** A tensor's parameter (0), gradient (1) or one of its states. */
    record Plane(PlainStepper tensor, int index) {
        /** What it holds, as its storage rounds it. */
        float[] values() {
            return tensor.contents()[index];
        }

        void set(int i, float x) {
            float[] values = values();
            values[i] = x;
            tensor.set(index, values);
        }

        void fill(float x) {
            float[] values = values();
            Arrays.fill(values, x);
            tensor.set(index, values);
        }

        void copyFrom(float[] source, int offset) {
            tensor.set(index, Arrays.copyOfRange(source, offset, offset + values().length));
        }
    }

    /** Before the first step. */
    PlainOptimizer(Rule rule, boolean maximize, boolean flushSubnormals, StorePlan plan) {
        this.rule = rule;
        for (int index = 0; index < plan.tensors().size(); index++) {
            TensorPlan tensor = plan.tensors().get(index);
            PlainStepper stepper = new PlainStepper(rule, maximize, flushSubnormals, false, Shape.of(tensor.shape()),
                    List.of(plan.parameters(index), plan.gradients(index), plan.states()));
            stepper.set(0, tensor.parameters());
            stepper.set(1, tensor.gradients(0));
            tensors.add(stepper);
        }
    }

    Plane plane(int tensor, int plane) {
        return new Plane(tensors.get(tensor), plane);
    }

    void writeGradients(StorePlan plan, int step) {
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            tensors.get(tensor).set(1, plan.tensors().get(tensor).gradients(step));
        }
    }

    void lookAhead(double learningRate) {
        tensors.forEach(tensor -> tensor.lookAhead(learningRate));
    }

    void step(double learningRate) {
        tensors.forEach(tensor -> tensor.update(learningRate));
    }

    /** Fails at the first number of a tensor that the library keeps otherwise. */
    void assertKept(int tensor, Tensor library) {
        assertKept(tensor, 0, library.parameter());
        assertKept(tensor, 1, library.gradient());
        for (int k = 0; k < rule.states().size(); k++) {
            assertKept(tensor, 2 + k, library.state(rule.states().get(k).name()));
        }
    }

    /** The same for one plane of it. */
    void assertKept(int tensor, int plane, Slice library) {
        float[] expected = plane(tensor, plane).values(), found = Floats.of(library);
        int at = Floats.mismatch(expected, found);
        if (at >= 0) {
            fail(library + " has at index " + at + " " + Float.toHexString(found[at]) + ", expected " + Float.toHexString(expected[at]));
        }
    }
}
