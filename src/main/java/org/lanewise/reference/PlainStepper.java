package org.lanewise.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Species;

/**
 * Steps one tensor by a rule's loops as they are written: what executed steps are compared with. Written for clarity, and apart from the
 * rule it shares no code with them: no store, storages, splicer or blocks. Planes are arrays of floats, in the order of a kernel's
 * planes: parameter, gradient, states.
 */
public final class PlainStepper {
    private static final int GRADIENT = 1, FIRST_STATE = 2;

    private final Rule rule;
    private final boolean maximize;
    private final boolean vectors;
    private final Shape shape;
    private final List<Kernel> lookAhead = new ArrayList<>();
    private final List<Kernel> update = new ArrayList<>();
    private final List<PlainPlane> planes = new ArrayList<>();
    private final PlainSums sums;
    private long steps;
    private double previousLearningRate;
    private Optional<float[]> seen = Optional.empty();

    /**
     * Before the first step: states have their initial values, the others are zero.
     *
     * @param rule what a step does
     * @param maximize whether gradients are negated as they are read
     * @param flushSubnormals whether loops write zeros instead of subnormal numbers into states that do not hold parameters
     * @param vectors whether to run vector loops, as far as whole vectors go, or plain ones only
     * @param shape shape of the tensor
     * @param storages how parameters, gradients, and states that the rule does not keep exact are rounded
     */
    public PlainStepper(Rule rule, boolean maximize, boolean flushSubnormals, boolean vectors, Shape shape, List<Storage> storages) {
        this.rule = rule;
        this.maximize = maximize;
        this.vectors = vectors;
        this.shape = shape;
        takeLoops(rule);
        planes.add(new PlainPlane(new float[(int) shape.size()], storages.get(0)));
        planes.add(new PlainPlane(new float[(int) shape.size()], storages.get(GRADIENT)));
        for (Rule.State state : rule.states()) {
            float[] values = new float[(int) shape.count(state.extent())];
            Arrays.fill(values, state.initialValue());
            boolean holdsParameters = state.exact() && state.extent() == Extent.PARAMETER;
            planes.add(new PlainPlane(new float[values.length], state.exact() ? Storage.F32 : storages.get(FIRST_STATE),
                    flushSubnormals && !holdsParameters));
            set(planes.size() - 1, values);
        }
        this.sums = new PlainSums(shape,
                rule.measures().stream().flatMap(measure -> measure.sums().stream()).map(Rule.Sum::extent).toList());
    }

    /**
     * Runs another rule's loops from now on, over the states as they are.
     *
     * @param other a rule that keeps the same states
     */
    public void takeLoops(Rule other) {
        lookAhead.clear();
        other.lookAhead().ifPresent(lookAhead::add);
        update.clear();
        other.measures().forEach(measure -> update.add(measure.kernel()));
        update.add(other.kernel());
    }

    /**
     * Goes on after some steps.
     *
     * @param steps their number
     * @param previousLearningRate learning rate of the last of them; without effect if there was none
     */
    public void resume(long steps, double previousLearningRate) {
        this.steps = steps;
        this.previousLearningRate = previousLearningRate;
    }

    /**
     * Replaces the numbers of a plane.
     *
     * @param plane its index
     * @param values a number for each element, or for each row, column or tensor of a state of these
     */
    public void set(int plane, float[] values) {
        for (int i = 0; i < values.length; i++) {
            planes.get(plane).put(i, values[i]);
        }
    }

    /**
     * Has loops see other gradients than the plane has, from now on, and rounded to no storage.
     *
     * @param gradients a number for each element
     */
    public void see(float[] gradients) {
        seen = Optional.of(gradients.clone());
    }

    /**
     * What the planes hold.
     *
     * @return a copy of each
     */
    public float[][] contents() {
        return planes.stream().map(plane -> plane.values.clone()).toArray(float[][]::new);
    }

    /** What the rule does before the gradient is taken; nothing if it does not look ahead. */
    public void lookAhead() {
        lookAhead(rule.learningRate());
    }

    /**
     * The same at another learning rate.
     *
     * @param learningRate learning rate of this step
     */
    public void lookAhead(double learningRate) {
        lookAhead.forEach(loop -> run(loop, learningRate));
    }

    /** Measures and update. */
    public void update() {
        update(rule.learningRate());
    }

    /**
     * The same at another learning rate.
     *
     * @param learningRate learning rate of this step
     */
    public void update(double learningRate) {
        update.forEach(loop -> run(loop, learningRate));
        steps++;
        previousLearningRate = learningRate;
    }

    private void run(Kernel loop, double learningRate) {
        int length = (int) shape.size();
        if (length == 0) {
            return;
        }
        loop.prepare(steps + 1, learningRate, steps == 0 ? learningRate : previousLearningRate);
        loop.prepareTensor(planes.toArray(Plane[]::new), sums);
        Plane[] seen = seenByLoops();
        int vectorized = vectors ? length / Species.LANES * Species.LANES : 0;
        loop.vector(seen, 0, vectorized);
        loop.scalar(seen, vectorized, length);
    }

    /** A number for each element in all planes: gradients perhaps negated, states of rows, columns or the tensor repeated, then sums. */
    private Plane[] seenByLoops() {
        List<Plane> seen = new ArrayList<>(planes);
        PlainPlane gradient = this.seen.map(values -> new PlainPlane(values, Storage.F32)).orElse(planes.get(GRADIENT));
        seen.set(GRADIENT, maximize ? negated(gradient) : gradient);
        for (int k = 0; k < rule.states().size(); k++) {
            Extent extent = rule.states().get(k).extent();
            if (extent != Extent.PARAMETER) {
                seen.set(FIRST_STATE + k, repeated(planes.get(FIRST_STATE + k), extent));
            }
        }
        for (int sum = 0; sum < sums.extents().size(); sum++) {
            seen.add(sums.plane(sum));
        }
        return seen.toArray(Plane[]::new);
    }

    private static Plane negated(PlainPlane plane) {
        float[] values = plane.values.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = -values[i];
        }
        return new PlainPlane(values, Storage.F32);
    }

    private Plane repeated(PlainPlane state, Extent extent) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = state.values[(int) shape.index(extent, i)];
        }
        return new PlainPlane(values, Storage.F32);
    }
}
