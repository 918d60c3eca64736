package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/**
 * Steps a store by a rule's kernels as they are written, without the splicer: the reference that executed kernels are compared with.
 * Planes are plain objects here, and the gradient is negated by one.
 */
public final class WrittenKernel {
    private final Rule rule;
    private final Kernel kernel;
    private final Kernel lookAhead;
    private final boolean vectors;
    private final List<Plane[]> planes = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private long steps;

    /** Over a fresh store; with or without the vector loop. */
    public WrittenKernel(Rule rule, ParameterStore store, boolean vectors) {
        this.rule = rule;
        this.kernel = rule.kernel();
        this.lookAhead = rule.lookAhead().orElse(null);
        this.vectors = vectors;
        var states = store.allocateStates(rule.states());
        store.bind(rule, states);
        for (ParameterStore.Range range : store.ranges()) {
            List<Plane> all = new ArrayList<>(List.of(range.parameter(),
                    rule.maximize() ? new Negated(range.gradient()) : range.gradient()));
            states.forEach(state -> all.add(state.at(range.start())));
            planes.add(all.toArray(Plane[]::new));
            lengths.add((int) range.length());
        }
    }

    /** One step at the rule's learning rate. */
    public void step() {
        if (lookAhead != null) {
            run(lookAhead);
        }
        run(kernel);
        steps++;
    }

    private void run(Kernel loop) {
        loop.prepare(steps + 1, rule.learningRate());
        for (int i = 0; i < planes.size(); i++) {
            int end = vectors ? lengths.get(i) / Species.LANES * Species.LANES : 0;
            loop.vector(planes.get(i), 0, end);
            loop.scalar(planes.get(i), end, lengths.get(i));
        }
    }

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
