package org.lanewise.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.kernel.Species.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Garbage;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.Width;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** bfloat16 in executed kernels, at every width. */
class Bf16StepTest {
    private static final int SMALL = 64;
    private static final int[] FLOATS = Bf16Oracle.floatsAroundEveryPattern();
    private static final short[] PATTERNS = new short[Bf16Oracle.PATTERNS];

    static {
        for (int i = 0; i < PATTERNS.length; i++) {
            PATTERNS[i] = (short) i;
        }
    }

    /** Parameter becomes gradient. */
    private record Copy(double learningRate) implements Rule {
        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(Copy rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i += LANES) {
                    w.store(i, g.load(i));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i++) {
                    w.set(i, g.get(i));
                }
            }
        }
    }

    static Stream<Arguments> everyWidthAndMemory() {
        return Stream.of(Width.values()).flatMap(width -> Stream.of(false, true).map(isNative -> Arguments.of(width, isNative)));
    }

    @ParameterizedTest(name = "{0}, native {1}")
    @MethodSource("everyWidthAndMemory")
    void encodesToTheNearest(Width width, boolean isNative) {
        try (ParameterStore store = store(isNative, Storage.BF16, Storage.F32, FLOATS.length)) {
            MemorySegment.copy(FLOATS, 0, store.tensor("w").gradient().segment(), ValueLayout.JAVA_INT, 0, FLOATS.length);
            step(store, width);
            short[] patterns = store.tensor("w").parameter().segment().toArray(ValueLayout.JAVA_SHORT);
            for (int i = 0; i < FLOATS.length; i++) {
                if (!Bf16Oracle.isRight(FLOATS[i], patterns[i])) {
                    throw new AssertionError(Integer.toHexString(FLOATS[i]) + " became " + Integer.toHexString(patterns[i] & 0xffff));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}, native {1}")
    @MethodSource("everyWidthAndMemory")
    void decodesEveryPattern(Width width, boolean isNative) {
        try (ParameterStore store = store(isNative, Storage.F32, Storage.BF16, PATTERNS.length)) {
            MemorySegment.copy(PATTERNS, 0, store.tensor("w").gradient().segment(), ValueLayout.JAVA_SHORT, 0, PATTERNS.length);
            step(store, width);
            float[] expected = new float[PATTERNS.length];
            for (int i = 0; i < PATTERNS.length; i++) {
                expected[i] = Bf16Oracle.value(i);
            }
            assertArrayEquals(expected, Floats.of(store.tensor("w").parameter()));
        }
    }

    /** Steps until nothing was allocated: in the JDK's fallback vectors are objects, so it was compiled vector code that ran. */
    private static void step(ParameterStore store, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        Tensor tensor = store.tensor("w");
        Slice parameter = tensor.parameter();
        try (ParameterStore small = store(parameter.segment().isNative(), parameter.storage(), tensor.gradient().storage(), SMALL)) {
            stepUntilCompiled(Optimizer.of(new Copy(0), small, width), 1_000);
        }
        stepUntilCompiled(Optimizer.of(new Copy(0), store, width), 1);
    }

    private static void stepUntilCompiled(Optimizer optimizer, int steps) {
        long allocated = Garbage.of(() -> {
            for (int step = 0; step < steps; step++) {
                optimizer.step();
            }
        });
        assertEquals(0, allocated, "bytes allocated by " + optimizer);
    }

    private static ParameterStore store(boolean isNative, Storage parameters, Storage gradients, int n) {
        ParameterStoreBuilder builder = ParameterStore.builder().parameters(parameters).gradients(gradients).tensor("w", n);
        return (isNative ? builder.nativeMemory() : builder.heap()).build();
    }
}
