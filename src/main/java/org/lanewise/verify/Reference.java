package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.reduction.PlainSums;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;

/**
 * What the plain Java loops of a rule, as they are written, make of some numbers: planes are plain objects here, without store,
 * splicer and vectors, and the gradient is negated by one.
 *
 * @param numbers what it starts from
 * @param passes every call of a loop
 */
record Reference(Numbers numbers, List<Pass> passes) {
    /**
     * One call of a loop.
     *
     * @param step number of the step
     * @param lookAhead whether it was the look-ahead
     * @param before what each plane held
     * @param after what each plane held then
     */
    record Pass(int step, boolean lookAhead, float[][] before, float[][] after) {}

    static Reference of(Rule rule, boolean maximize, Numbers numbers, Storage parameters, Storage states) {
        List<MemoryPlane> memory = new ArrayList<>();
        memory.add(plane(parameters, numbers.length()));
        memory.add(plane(parameters, numbers.length()));
        for (Rule.State state : rule.states()) {
            int length = (int) Numbers.shape(numbers.length()).count(state.extent());
            MemoryPlane plane = plane(state.exact() ? Storage.F32 : states, length);
            plane.fill(state.initialValue(), length);
            memory.add(plane);
        }
        copy(numbers.parameters(), memory.get(0));
        List<Pass> passes = new ArrayList<>();
        List<Kernel> lookAhead = rule.lookAhead().stream().toList();
        List<Kernel> update = new ArrayList<>(rule.measures().stream().map(Rule.Measure::kernel).toList());
        update.add(rule.kernel());
        for (int step = 1; step <= numbers.steps(); step++) {
            copy(numbers.gradients(step), memory.get(1));
            if (step == numbers.refilledStep()) {
                for (int k = 0; k < rule.states().size(); k++) {
                    copy(numbers.states(k), memory.get(2 + k));
                }
            }
            if (!lookAhead.isEmpty()) {
                passes.add(run(rule, maximize, lookAhead, memory, step, true));
            }
            passes.add(run(rule, maximize, update, memory, step, false));
        }
        return new Reference(numbers, passes);
    }

    private static Pass run(
            Rule rule, boolean maximize, List<Kernel> loops, List<MemoryPlane> memory, int step, boolean lookAhead) {
        float[][] before = contents(memory);
        int length = before[0].length;
        Shape shape = Numbers.shape(length);
        PlainSums sums = new PlainSums(shape,
                rule.measures().stream().flatMap(measure -> measure.sums().stream()).map(Rule.Sum::extent).toList());
        for (Kernel loop : loops) {
            loop.prepare(step, rule.learningRate());
            loop.prepareTensor(memory.toArray(Plane[]::new), sums);
            loop.scalar(planes(rule, maximize, memory, sums), 0, length);
        }
        return new Pass(step, lookAhead, before, contents(memory));
    }

    /** The planes as loops see them now. */
    private static Plane[] planes(Rule rule, boolean maximize, List<MemoryPlane> memory, PlainSums sums) {
        List<Plane> planes = new ArrayList<>();
        planes.add(memory.get(0));
        planes.add(maximize ? new Negated(memory.get(1)) : memory.get(1));
        for (int k = 0; k < rule.states().size(); k++) {
            Extent extent = rule.states().get(k).extent();
            Plane state = memory.get(2 + k);
            planes.add(extent == Extent.PARAMETER ? state : PlainSums.expanded(state, extent, sums.shape()));
        }
        for (int k = 0; k < sums.extents().size(); k++) {
            planes.add(sums.plane(k));
        }
        return planes.toArray(Plane[]::new);
    }

    private static MemoryPlane plane(Storage storage, int length) {
        return switch (storage) {
            case F32 -> new F32Heap(new float[length], 0);
            case BF16 -> new Bf16Heap(new short[length], 0);
        };
    }

    private static void copy(float[] from, MemoryPlane to) {
        to.copyFrom(from, 0, from.length);
    }

    private static float[][] contents(List<MemoryPlane> memory) {
        return memory.stream().map(plane -> switch (plane.memory()) {
            case float[] floats -> floats.clone();
            case short[] shorts -> {
                float[] floats = new float[shorts.length];
                plane.copyTo(0, floats, 0, floats.length);
                yield floats;
            }
            default -> throw new AssertionError(plane);
        }).toArray(float[][]::new);
    }

    private static final class Negated extends Plane {
        private final Plane plane;

        Negated(Plane plane) {
            this.plane = plane;
        }

        @Override
        public float get(int i) {
            return -plane.get(i);
        }

        @Override
        public void set(int i, float x) {
            throw new UnsupportedOperationException("a kernel only reads gradients");
        }

        @Override
        public FloatVector load(int i) {
            throw new UnsupportedOperationException("a plain loop loads no vectors");
        }

        @Override
        public void store(int i, FloatVector x) {
            throw new UnsupportedOperationException("a plain loop stores no vectors");
        }

        @Override
        protected Object memory() {
            throw new UnsupportedOperationException("a plain loop has no use for memory");
        }

        @Override
        protected long offset() {
            throw new UnsupportedOperationException("a plain loop has no use for offsets");
        }
    }
}
