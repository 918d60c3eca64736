package org.lanewise;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.reduction.PlainSums;

/**
 * A planned store and its optimizer as plain arrays, stepped by the plain loops of the rule's kernels as they are written: what the
 * library is compared with.
 */
final class PlainOptimizer {
    private final Rule rule;
    private final boolean maximize;
    private final List<Kernel> update = new ArrayList<>();
    private final List<Kernel> lookAhead;
    private final List<PlainTensor> tensors = new ArrayList<>();
    private long steps;

    /** A tensor's planes, parameter, gradient and states, and what is measured of it. */
    private record PlainTensor(PlainPlane[] kept, PlainSums sums) {}

    /** Before the first step. */
    PlainOptimizer(Rule rule, boolean maximize, StorePlan plan) {
        this.rule = rule;
        this.maximize = maximize;
        rule.measures().forEach(measure -> update.add(measure.kernel()));
        update.add(rule.kernel());
        lookAhead = rule.lookAhead().stream().toList();
        List<Extent> sums = rule.measures().stream().flatMap(measure -> measure.sums().stream()).map(Rule.Sum::extent).toList();
        for (int index = 0; index < plan.tensors().size(); index++) {
            TensorPlan tensor = plan.tensors().get(index);
            Shape shape = Shape.of(tensor.shape());
            PlainPlane parameter = new PlainPlane(plan.parameters(index), tensor.size());
            PlainPlane gradient = new PlainPlane(plan.gradients(index), tensor.size());
            parameter.copyFrom(tensor.parameters(), 0);
            gradient.copyFrom(tensor.gradients(0), 0);
            List<PlainPlane> kept = new ArrayList<>(List.of(parameter, gradient));
            for (Rule.State state : rule.states()) {
                PlainPlane plane = new PlainPlane(state.exact() ? Storage.F32 : plan.states(), (int) shape.count(state.extent()));
                plane.fill(state.initialValue());
                kept.add(plane);
            }
            tensors.add(new PlainTensor(kept.toArray(PlainPlane[]::new), new PlainSums(shape, sums)));
        }
    }

    /** Parameter (0), gradient (1) or a state of a tensor. */
    PlainPlane plane(int tensor, int plane) {
        return tensors.get(tensor).kept[plane];
    }

    void writeGradients(StorePlan plan, int step) {
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            plane(tensor, 1).copyFrom(plan.tensors().get(tensor).gradients(step), 0);
        }
    }

    void lookAhead(double learningRate) {
        lookAhead.forEach(loop -> run(loop, learningRate));
    }

    /** Returns why the rule refuses the learning rate, if it does; nothing has changed then. */
    Optional<String> step(double learningRate) {
        try {
            update.forEach(loop -> loop.prepare(steps + 1, learningRate));
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        update.forEach(loop -> run(loop, learningRate));
        steps++;
        return Optional.empty();
    }

    private void run(Kernel loop, double learningRate) {
        loop.prepare(steps + 1, learningRate);
        for (PlainTensor tensor : tensors) {
            int size = (int) tensor.sums.shape().size();
            if (size > 0) {
                loop.prepareTensor(tensor.kept, tensor.sums);
                loop.scalar(seen(tensor), 0, size);
            }
        }
    }

    /** The planes as loops see them. */
    private Plane[] seen(PlainTensor tensor) {
        List<Plane> seen = new ArrayList<>(List.of(tensor.kept));
        if (maximize) {
            seen.set(1, tensor.kept[1].negated());
        }
        for (int k = 0; k < rule.states().size(); k++) {
            Extent extent = rule.states().get(k).extent();
            if (extent != Extent.PARAMETER) {
                seen.set(2 + k, PlainSums.expanded(tensor.kept[2 + k], extent, tensor.sums.shape()));
            }
        }
        for (int k = 0; k < tensor.sums.extents().size(); k++) {
            seen.add(tensor.sums.plane(k));
        }
        return seen.toArray(Plane[]::new);
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
