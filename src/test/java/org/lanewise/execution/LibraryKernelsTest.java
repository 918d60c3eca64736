package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Garbage;
import org.lanewise.Width;
import org.lanewise.execution.AccumulateKernel.Addition;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.AverageForm;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.verify.Values;

/** The library's own kernels against their formulas, one number after another, with what lies beside their range. */
class LibraryKernelsTest {
    private static final int N = 85;
    private static final int OFFSET = 3;
    private static final int MOST = N - OFFSET;
    private static final int[][] RANGES = {{0, 0}, {0, MOST}, {5, 6}, {7, 26}, {1, 65}};
    private static final float[] NUMBERS = {0.25f, -0.75f, 0, 3};
    private static final GradientForm SANITISED = new GradientForm(false, true, false);

    /** Makes the executed form of a kernel. */
    private interface Making {
        Kernel executed(List<Layout> layouts, int bits);
    }

    /** Does to one element what a kernel does to all. */
    private interface Formula {
        void apply(Plane[] planes, int i);
    }

    private enum Kept {
        FLOATS_ON_HEAP,
        FLOATS_IN_NATIVE_MEMORY,
        BF16_ON_HEAP,
        BF16_IN_NATIVE_MEMORY;

        MemoryPlane plane(Arena arena) {
            return switch (this) {
                case FLOATS_ON_HEAP -> new F32Heap(new float[N], 0);
                case FLOATS_IN_NATIVE_MEMORY -> new F32Native(arena.allocate(4 * N));
                case BF16_ON_HEAP -> new Bf16Heap(new short[N], 0);
                case BF16_IN_NATIVE_MEMORY -> new Bf16Native(arena.allocate(2 * N));
            };
        }
    }

    /** Storages of two planes. */
    private record Pair(Kept first, Kept second) {
        static Stream<Pair> all() {
            return Stream.of(Kept.values()).flatMap(first -> Stream.of(Kept.values()).map(second -> new Pair(first, second)));
        }

        List<MemoryPlane> planes(Arena arena) {
            return List.of(first.plane(arena), second.plane(arena));
        }
    }

    private static List<Pair> pairs(boolean firstIsFloats, boolean secondIsFloats) {
        return Pair.all().filter(pair -> (!firstIsFloats || pair.first().ordinal() < 2) && (!secondIsFloats || pair.second().ordinal() < 2))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void parametersEnterTheirAverages(AverageForm form) {
        AverageNumbers numbers = new AverageNumbers();
        for (Pair pair : pairs(false, true)) {
            try (Arena arena = Arena.ofShared()) {
                Comparison comparison = new Comparison(pair.planes(arena), pair.planes(arena),
                        (layouts, bits) -> AverageKernel.executed(form, numbers, layouts, bits), form + " " + pair);
                for (int k = 0; k < NUMBERS.length; k++) {
                    numbers.kept = NUMBERS[k];
                    numbers.taken = NUMBERS[(k + 1) % NUMBERS.length];
                    comparison.run((planes, i) ->
                            planes[1].set(i, average(form, planes[0].get(i), planes[1].get(i), numbers.kept, numbers.taken)), k);
                }
            }
        }
    }

    private static float average(AverageForm form, float w, float a, float kept, float taken) {
        return switch (form) {
            case COPY -> w;
            case LERP -> Math.fma(taken, w - a, a);
            case LERP_FROM_PARAMETER -> Math.fma(taken, w - a, w);
            case PRODUCTS -> {
                float first = kept * a;
                float second = taken * w;
                yield first + second;
            }
            case MEAN -> {
                float part = (w - a) / taken;
                yield a + part;
            }
        };
    }

    @Test
    void gradientsAreCleared() {
        compare(pairs(false, false), ClearKernel::executed, (planes, i) -> planes[1].set(i, 0));
    }

    @Test
    void parametersAndAveragesChangePlaces() {
        compare(pairs(true, true), SwapKernel::executed, (planes, i) -> {
            float w = planes[0].get(i);
            planes[0].set(i, planes[1].get(i));
            planes[1].set(i, w);
        });
    }

    @Test
    void gradientsAreWrittenBackInTheirForm() {
        compare(pairs(false, false), (layouts, bits) -> WriteBackKernel.executed(layouts, bits, SANITISED), (planes, i) -> {
            float g = planes[1].get(i);
            planes[1].set(i, Float.isFinite(g) ? g : 0);
        });
    }

    static List<boolean[]> additions() {
        return IntStream.range(0, 4).mapToObj(k -> new boolean[] {(k & 1) != 0, (k & 2) != 0}).toList();
    }

    @ParameterizedTest
    @MethodSource("additions")
    void gradientsAreAddedToTheirSums(boolean[] options) {
        AccumulateKernel.Weight weight = new AccumulateKernel.Weight();
        Addition addition = new Addition(options[0], options[1], weight);
        for (Pair pair : pairs(true, false)) {
            try (Arena arena = Arena.ofShared()) {
                Comparison comparison = new Comparison(pair.planes(arena), pair.planes(arena),
                        (layouts, bits) -> AccumulateKernel.executed(addition, layouts, bits, SANITISED), addition + " " + pair);
                for (int k = 0; k < NUMBERS.length; k++) {
                    weight.value = NUMBERS[k];
                    comparison.run((planes, i) -> add(addition, planes, i), k);
                }
            }
        }
    }

    private static void add(Addition addition, Plane[] planes, int i) {
        float g = Float.isFinite(planes[1].get(i)) ? planes[1].get(i) : 0;
        float weight = addition.weight().value;
        planes[0].set(i, addition.first() ? weight * g : Math.fma(weight, g, planes[0].get(i)));
        if (addition.clears()) {
            planes[1].set(i, 0);
        }
    }

    private static void compare(List<Pair> pairs, Making making, Formula formula) {
        for (Pair pair : pairs) {
            try (Arena arena = Arena.ofShared()) {
                new Comparison(pair.planes(arena), pair.planes(arena), making, pair.toString()).run(formula, 1);
            }
        }
    }

    /** Planes that a kernel works on, and the same for its formula. */
    private record Comparison(List<MemoryPlane> planes, List<MemoryPlane> expected, Making making, String what) {
        void run(Formula formula, long seed) {
            for (int offset : new int[] {0, OFFSET}) {
                List<MemoryPlane> shifted = planes.stream().<MemoryPlane>map(plane -> plane.at(offset)).toList();
                List<Layout> layouts = shifted.stream().map(Layout::of).toList();
                Stretch stretch = Stretch.of(shifted, MOST).getFirst();
                Plane[] plain = expected.stream().map(plane -> plane.at(offset)).toArray(Plane[]::new);
                for (int bits : new int[] {128, 256, 512}) {
                    Kernel kernel = making.executed(layouts, bits);
                    for (int[] range : RANGES) {
                        for (int lanes : bits == 128 ? new int[] {1, 4} : new int[] {bits / Float.SIZE}) {
                            fill(seed);
                            stretch.run(kernel, range[0], range[1], lanes);
                            for (int i = range[0]; i < range[1]; i++) {
                                formula.apply(plain, i);
                            }
                            assertSame(what + " from " + range[0] + " to " + range[1] + " at " + offset + ", " + lanes + " lanes");
                        }
                    }
                }
            }
        }

        private void fill(long seed) {
            for (int k = 0; k < planes.size(); k++) {
                float[] values = (seed % 2 == 0 ? Values.NORMAL : Values.MIXED).array(N, 10 * seed + k);
                planes.get(k).copyFrom(values, 0, N);
                expected.get(k).copyFrom(values, 0, N);
            }
        }

        private void assertSame(String where) {
            for (int k = 0; k < planes.size(); k++) {
                float[] found = new float[N];
                float[] wanted = new float[N];
                planes.get(k).copyTo(0, found, 0, N);
                expected.get(k).copyTo(0, wanted, 0, N);
                assertArrayEquals(Floats.bits(wanted), Floats.bits(found), "planes[" + k + "] of " + where);
            }
        }
    }

    @Tag("early")
    @ParameterizedTest
    @EnumSource
    void callsMakeNoGarbage(Kept kept) {
        AverageNumbers numbers = new AverageNumbers();
        AccumulateKernel.Weight weight = new AccumulateKernel.Weight();
        List<Making> makings = new ArrayList<>(List.of(ClearKernel::executed, SwapKernel::executed,
                (layouts, bits) -> WriteBackKernel.executed(layouts, bits, new GradientForm(true, true, true))));
        Stream.of(AverageForm.values()).<Making>map(form -> (layouts, bits) -> AverageKernel.executed(form, numbers, layouts, bits))
                .forEach(makings::add);
        additions().stream().<Making>map(options -> (layouts, bits) ->
                AccumulateKernel.executed(new Addition(options[0], options[1], weight), layouts, bits, GradientForm.PLAIN))
                .forEach(makings::add);
        try (Arena arena = Arena.ofShared()) {
            for (Width width : Width.supported()) {
                Stretch stretch = Stretch.of(new Pair(kept, kept).planes(arena), N).getFirst();
                for (Making making : makings) {
                    Kernel kernel = making.executed(stretch.layouts(), Math.max(128, width.bits()));
                    assertEquals(0, Garbage.of(() -> runOften(stretch, kernel, width.bits() / Float.SIZE)), () -> kernel + " " + width);
                }
            }
        }
    }

    private static void runOften(Stretch stretch, Kernel kernel, int lanes) {
        for (int k = 0; k < 1_000; k++) {
            stretch.run(kernel, 0, N, lanes);
        }
    }
}
