package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.F32Heap;
import org.lanewise.tool.RuleTable;

/** Plain loops that the build spliced, and what is found of what loops do with planes. */
class PlainLoopsTest {
    private static final Path CLASSES = Path.of("target", "classes");

    @Test
    void thoseOfTheBuildAreUpToDateAndCanBeRun() throws IOException, IllegalAccessException {
        List<Class<?>> kernels = LoopsWriter.kernels(CLASSES);
        assertTrue(kernels.size() > 40, kernels::toString);
        for (Class<?> kernel : kernels) {
            for (Map.Entry<String, byte[]> written : LoopsWriter.classes(kernel).entrySet()) {
                assertArrayEquals(written.getValue(), Files.readAllBytes(CLASSES.resolve(written.getKey() + ".class")),
                        written.getKey() + ": build again");
            }
        }
    }

    @Test
    void vectorLoopsOfTheBuildAreWhatIsSplicedForEachWidth() throws IOException, IllegalAccessException {
        for (Class<?> kernel : LoopsWriter.kernels(CLASSES)) {
            LoopsWriter writer = new LoopsWriter(kernel);
            for (Map.Entry<String, byte[]> written : LoopsWriter.files(kernel).entrySet()) {
                assertArrayEquals(written.getValue(), Files.readAllBytes(CLASSES.resolve(written.getKey())),
                        written.getKey() + ": build again");
            }
            for (int bits : new int[] {128, 256, 512}) {
                for (Variant variant : writer.variants(bits)) {
                    GivenVariants.Given given = GivenVariants.find(kernel.asSubclass(Kernel.class), variant).orElseThrow();
                    assertArrayEquals(writer.spliced(variant).file(), LoopsWriter.small(given.file()), kernel + " at " + bits + " bits");
                    assertEquals(writer.spliced(variant).accesses(), given.accesses());
                }
            }
        }
    }

    @Test
    void eachRowOfTheTableHasOneWithItsOptionsAsConstants() {
        for (Rule rule : RuleTable.all()) {
            rule.lookAhead().ifPresent(kernel -> assertTrue(PlainLoops.of(kernel.getClass()).orElseThrow().isExact(kernel)));
            Kernel kernel = rule.kernel();
            assertTrue(PlainLoops.of(kernel.getClass()).orElseThrow().isExact(kernel));
            PlainLoops loops = PlainLoops.of(kernel.getClass()).orElseThrow();
            assertEquals(SplicedKernels.readOptions(kernel), loops.optionsOf(kernel));
            Executed loop = loops.loop(kernel);
            assertEquals(false, loop.accesses().rereads(), rule + " begins with its vector loop, since it reads what it has written");
            assertEquals(SplicedKernels.planes(kernel), bits(loop.accesses().used()), rule::toString);
            assertSame(loop.type(), loop.make(rule).getClass());
            assertEquals(kernel.getClass().getNestHost(), loop.type().getNestHost());
        }
    }

    @Test
    void kernelsOfOthersHaveNone() {
        assertEquals(Optional.empty(), PlainLoops.of(Rereads.class));
    }

    private static Set<Integer> bits(int planes) {
        return IntStream.range(0, Integer.SIZE).filter(k -> (planes >> k & 1) == 1).boxed().collect(Collectors.toSet());
    }

    @Test
    void aPlaneThatIsReadAfterItWasWrittenIsFoundOnEachWay() {
        assertEquals(new Accesses(0b11, 0b101, 0b100, false), accesses(new WritesOnOneWay(this)));
        assertEquals(new Accesses(0b101, 0b101, 0, true), accesses(new Rereads(this)));
        assertEquals(new Accesses(0b111, 0b101, 0, false), accesses(new ReadsFirst(this)));
        assertEquals(new Accesses(0b110, 0b101, 0, true), accesses(new RereadsAfterABranch(this)));
    }

    private Accesses accesses(Kernel kernel) {
        List<Layout> layouts = new ArrayList<>();
        for (int k = 0; k < 3; k++) {
            layouts.add(new Layout(F32Heap.class, true));
        }
        return SplicedKernels.find(kernel, this, layouts, 128, GradientForm.PLAIN, false).accesses();
    }

    /** Does not write planes[2] of elements whose gradient is 0. */
    private static final class WritesOnOneWay extends Kernel {
        WritesOnOneWay(PlainLoopsTest owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                if (gi != 0) {
                    m.set(i, gi);
                }
                w.set(i, w.get(i) - gi);
            }
        }
    }

    private static final class Rereads extends Kernel {
        Rereads(PlainLoopsTest owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], m = planes[2];
            for (int i = from; i < to; i++) {
                m.set(i, w.get(i));
                w.set(i, 2 * m.get(i));
            }
        }
    }

    /** What one iteration writes the next does not read. */
    private static final class ReadsFirst extends Kernel {
        ReadsFirst(PlainLoopsTest owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            for (int i = from; i < to; i++) {
                float mi = m.get(i) + g.get(i);
                w.set(i, w.get(i) - mi);
                m.set(i, mi);
            }
        }
    }

    private static final class RereadsAfterABranch extends Kernel {
        RereadsAfterABranch(PlainLoopsTest owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2];
            for (int i = from; i < to; i++) {
                if (g.get(i) > 0) {
                    m.set(i, 1);
                } else {
                    m.set(i, 2);
                }
                w.set(i, m.get(i));
            }
        }
    }
}
