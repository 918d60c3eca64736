package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;
import org.lanewise.tool.StoreKind;

/** Which loop ran where, told by a rule whose two loops write different numbers. */
@Tag("width")
class VectorPathTest {
    private static final int BLOCK = 1 << 14;

    @ParameterizedTest
    @EnumSource(Width.class)
    void vectorsCoverAllButTheTailOfWrappedArrays(Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        int lanes = width.bits() / Float.SIZE;
        for (int n : new int[] {0, 1, lanes, 3 * lanes + 1, BLOCK + 2 * lanes + 1}) {
            float[] w = new float[n];
            Optimizer.of(new Telltale(), ParameterStore.wrap(w, new float[n]), width).step();
            int vectorized = lanes == 1 ? 0 : n / lanes * lanes;
            for (int i = 0; i < n; i++) {
                assertEquals(i < vectorized ? lanes : -1, w[i], width + " n=" + n + " i=" + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void ownedTensorsHaveNoTail(StoreKind kind) {
        assumeTrue(Width.preferred() != Width.SCALAR, "not run: no vectors here");
        try (ParameterStore store = kind.builder().tensor("a", 3).tensor("b").tensor("c", 17).build()) {
            Optimizer.of(new Telltale(), store).step();
            for (Tensor tensor : store.tensors()) {
                for (float x : Floats.of(tensor.parameter())) {
                    assertEquals(Width.preferred().bits() / Float.SIZE, x, tensor + " of " + kind);
                }
            }
        }
    }

    /** Writes the number of lanes with vectors, and -1 one by one. */
    private record Telltale() implements Rule {
        @Override
        public double learningRate() {
            return 0;
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(Telltale rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0];
                for (int i = from; i < to; i += Species.LANES) {
                    w.store(i, FloatVector.broadcast(Species.FLOATS, Species.LANES));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0];
                for (int i = from; i < to; i++) {
                    w.set(i, -1);
                }
            }
        }
    }
}
