package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.splicer.GradientForm;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;

/** Parts of a pass: they cover every element once, whoever does which in which order. */
class PassTest {
    private static final String RULE = "a rule";
    private static final Splicing SPLICING = new Splicing(RULE, 128, 1, GradientForm.PLAIN, Set.of());

    @Provide
    Arbitrary<List<Integer>> orders() {
        return Arbitraries.shuffle(0, 1, 2, 3);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void partsInAnyOrderCoverEveryElementOnce(
            @ForAll @Size(max = 6) List<@IntRange(max = 40_000) Integer> sizes, @ForAll boolean owned,
            @ForAll @Size(3) List<@IntRange(max = 20) Integer> inner, @ForAll("orders") List<Integer> order) {
        long room = sizes.stream().mapToLong(PlacedTensor::padded).sum();
        float[] parameters = new float[(int) room];
        List<PlacedTensor> tensors = tensors(sizes, parameters, owned);
        try (States states = states(sizes)) {
            Pass pass = Passes.of(new StepNumbers(false), SPLICING, new Count(RULE), tensors, states);
            Work.Worker worker = pass.worker();
            pass.prepare();
            List<Integer> cuts = new ArrayList<>(List.of(0, pass.parts(0)));
            inner.forEach(cut -> cuts.add(cut % (pass.parts(0) + 1)));
            Collections.sort(cuts);
            order.forEach(k -> worker.run(0, cuts.get(k), cuts.get(k + 1)));
            assertArrayEquals(expected(sizes, owned), parameters);
            for (int t = 0; t < sizes.size(); t++) {
                for (int i = 0; i < sizes.get(t); i++) {
                    assertEquals(1, states.plane(0, t).get(i), "state " + i + " of tensor " + t);
                }
            }
        }
    }

    /** Every element once; of owned tensors what pads them as well. */
    private static float[] expected(List<Integer> sizes, boolean owned) {
        float[] expected = new float[(int) sizes.stream().mapToLong(PlacedTensor::padded).sum()];
        int start = 0;
        for (int size : sizes) {
            Arrays.fill(expected, start, (int) (start + (owned ? PlacedTensor.padded(size) : size)), 1);
            start += (int) PlacedTensor.padded(size);
        }
        return expected;
    }

    @Test
    void neighboursOfOneStoreAreOnePart() {
        List<Integer> sizes = Collections.nCopies(100, 10);
        try (States states = states(sizes)) {
            assertEquals(1,
                    Passes.of(new StepNumbers(false), SPLICING, new Count(RULE), tensors(sizes, new float[1600], true), states).parts(0));
            assertEquals(100,
                    Passes.of(new StepNumbers(false), SPLICING, new Count(RULE), tensors(sizes, new float[1600], false), states).parts(0));
        }
    }

    private static List<PlacedTensor> tensors(List<Integer> sizes, float[] parameters, boolean owned) {
        List<PlacedTensor> tensors = new ArrayList<>();
        long start = 0;
        for (int size : sizes) {
            MemoryPlane plane = new F32Heap(parameters, start);
            tensors.add(new PlacedTensor(Shape.of(size), plane, plane, owned));
            start += PlacedTensor.padded(size);
        }
        return tensors;
    }

    private static States states(List<Integer> sizes) {
        States.Kind kind = new States.Kind("s", 0, Extent.PARAMETER, false, (_, length) -> new F32Heap(new float[(int) length], 0));
        return new States(List.of(kind), sizes.stream().map(size -> Shape.of(size)).toList(), null);
    }

    /** Counts in parameter and state how often each element was reached. */
    static final class Count extends Kernel {
        Count(String rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            throw new AssertionError("one lane has no vectors");
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], s = planes[2];
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i) + 1);
                s.set(i, s.get(i) + 1);
            }
        }
    }
}
