package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.execution.States;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Species;
import org.lanewise.reduction.PlainSums;

/**
 * Steps a store by a rule's kernels as they are written, without the splicer: the reference that executed kernels are compared with.
 * Planes are plain objects here, and the gradient is negated by one.
 */
public final class WrittenKernel {
    private final Rule rule;
    private final List<Kernel> update = new ArrayList<>();
    private final List<Kernel> lookAhead;
    private final boolean maximize;
    private final boolean vectors;
    private final List<Part> parts = new ArrayList<>();
    private long steps;

    /** Over a fresh store; with or without the vector loop. */
    public WrittenKernel(Rule rule, ParameterStore store, boolean vectors) {
        this(rule, store, false, vectors);
    }

    /** The same, to minimize or to maximize. */
    public WrittenKernel(Rule rule, ParameterStore store, boolean maximize, boolean vectors) {
        this.rule = rule;
        this.maximize = maximize;
        rule.measures().forEach(measure -> update.add(measure.kernel()));
        update.add(rule.kernel());
        this.lookAhead = rule.lookAhead().stream().toList();
        this.vectors = vectors;
        States states = store.bind(rule, rule.states(), allocated -> allocated);
        for (Tensor tensor : store.tensors()) {
            List<Plane> all = new ArrayList<>(List.of(tensor.parameter().plane(), tensor.gradient().plane()));
            for (int k = 0; k < rule.states().size(); k++) {
                all.add(states.plane(k, tensor.index()));
            }
            if (tensor.size() > 0) {
                parts.add(new Part(all.toArray(Plane[]::new), new PlainSums(Shape.of(tensor.shape()), extents())));
            }
        }
    }

    private List<Extent> extents() {
        return rule.measures().stream().flatMap(measure -> measure.sums().stream()).map(Rule.Sum::extent).toList();
    }

    /** One step at the rule's learning rate. */
    public void step() {
        lookAhead.forEach(this::run);
        update.forEach(this::run);
        steps++;
    }

    private void run(Kernel loop) {
        loop.prepare(steps + 1, rule.learningRate());
        for (Part part : parts) {
            int length = (int) part.sums().shape().size();
            int end = vectors ? length / Species.LANES * Species.LANES : 0;
            loop.prepareTensor(part.kept(), part.sums());
            Plane[] planes = planes(part);
            loop.vector(planes, 0, end);
            loop.scalar(planes, end, length);
        }
    }

    private Plane[] planes(Part part) {
        List<Plane> planes = new ArrayList<>(List.of(part.kept()));
        if (maximize) {
            planes.set(1, new Negated(planes.get(1)));
        }
        for (int k = 0; k < rule.states().size(); k++) {
            Extent extent = rule.states().get(k).extent();
            if (extent != Extent.PARAMETER) {
                planes.set(2 + k, PlainSums.expanded(planes.get(2 + k), extent, part.sums().shape()));
            }
        }
        for (int k = 0; k < part.sums().extents().size(); k++) {
            planes.add(part.sums().plane(k));
        }
        return planes.toArray(Plane[]::new);
    }

    /** A tensor: its planes as they are kept, and what is measured of it. */
    private record Part(Plane[] kept, PlainSums sums) {}

    private static final class Negated extends Plane {
        private final Plane plane;

        Negated(Plane plane) {
            this.plane = plane;
        }

        @Override
        public FloatVector load(int i) {
            return plane.load(i).neg();
        }

        @Override
        public void store(int i, FloatVector x) {
            throw new AssertionError("a gradient is only read");
        }

        @Override
        public float get(int i) {
            return -plane.get(i);
        }

        @Override
        public void set(int i, float x) {
            throw new AssertionError("a gradient is only read");
        }

        @Override
        protected Object memory() {
            throw new AssertionError("a written kernel has no use for memory");
        }

        @Override
        protected long offset() {
            throw new AssertionError("a written kernel has no use for offsets");
        }
    }
}
