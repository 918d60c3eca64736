package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.F32Heap;

/** Plain loops that the build spliced, and what is found of what loops do with planes. */
class PlainLoopsTest {
    @Test
    void thoseOfTheBuildAreUpToDateAndCanBeRun() throws IOException, IllegalAccessException {
        List<Class<?>> kernels = PlainLoopsWriter.kernels(Path.of("target", "classes"));
        assertTrue(kernels.size() > 40, kernels::toString);
        for (Class<?> kernel : kernels) {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(kernel, MethodHandles.lookup());
            ByteArrayOutputStream now = new ByteArrayOutputStream();
            PlainLoops.write(lookup, now);
            byte[] built = PlainLoops.read(kernel).orElseThrow();
            assertArrayEquals(now.toByteArray(), built, kernel + ": build again");
            Accesses accesses = PlainLoops.define(lookup, built).accesses();
            assertEquals(false, accesses.rereads(), kernel + " begins with its vector loop, since it reads what it has written");
        }
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
