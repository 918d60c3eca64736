package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.Garbage;
import org.lanewise.Width;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.verify.Values;

class GradientFormTest {
    private static final int N = 32;
    private static final float[] SCALES = {1, -1, 0x1p-16f, 3e30f, 1e-30f, 0};
    private static final float[] BOUNDS = {1, 0, 1e-40f, 1e19f, Float.MAX_VALUE, Float.POSITIVE_INFINITY};

    static List<GradientForm> forms() {
        List<GradientForm> forms = new ArrayList<>();
        for (int k = 0; k < 8; k++) {
            forms.add(new GradientForm((k & 1) != 0, (k & 2) != 0, (k & 4) != 0));
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void loopsSeeEveryLoadedGradientInItsForm(GradientForm form) {
        try (Arena arena = Arena.ofShared()) {
            for (MemoryPlane gradient : gradients(arena)) {
                for (int bits : new int[] {128, 256, 512}) {
                    Looks looks = new Looks(form, gradient, bits);
                    for (Values values : List.of(Values.MIXED, Values.HUGE)) {
                        gradient.copyFrom(values.array(N, 1), 0, N);
                        for (int k = 0; k < SCALES.length; k++) {
                            looks.assertSeen(SCALES[k], BOUNDS[k], values + " in " + gradient.getClass().getSimpleName() + ", " + bits);
                        }
                    }
                }
            }
        }
    }

    private static List<MemoryPlane> gradients(Arena arena) {
        return List.of(new F32Heap(new float[N], 0), new F32Heap(new float[N + 3], 3), new F32Native(arena.allocate(4 * N)),
                new Bf16Heap(new short[N], 0), new Bf16Heap(new short[N + 3], 3), new Bf16Native(arena.allocate(2 * N)));
    }

    /** A kernel that shows its gradients, and where it leaves them. */
    private static final class Looks {
        final GradientForm form;
        final MemoryPlane gradient;
        final float[] once = new float[N];
        final float[] twice = new float[N];
        final Plane[] planes;
        final Kernel kernel;

        Looks(GradientForm form, MemoryPlane gradient, int bits) {
            this.form = form;
            this.gradient = gradient;
            List<MemoryPlane> all = List.of(new F32Heap(once, 0), gradient, new F32Heap(twice, 0));
            planes = all.toArray(Plane[]::new);
            kernel = executed(form, all, bits);
        }

        void assertSeen(float scale, float bound, String where) {
            KernelAccess.get().gradientScale(kernel, scale);
            KernelAccess.get().gradientBound(kernel, bound);
            float[] expected = new float[N];
            for (int i = 0; i < N; i++) {
                expected[i] = seen(form, gradient.get(i), scale, bound);
            }
            String what = form + ", scale " + scale + ", bound " + bound + ", " + where;
            kernel.vector(planes, 0, N);
            assertSame(expected, what + ", vectors");
            kernel.scalar(planes, 0, N);
            assertSame(expected, what + ", plain");
        }

        private void assertSame(float[] expected, String what) {
            assertArrayEquals(Floats.bits(expected), Floats.bits(once), what);
            float[] sums = new float[N];
            for (int i = 0; i < N; i++) {
                sums[i] = expected[i] + expected[i];
            }
            assertArrayEquals(Floats.bits(sums), Floats.bits(twice), what + ", loaded again");
        }
    }

    private static Kernel executed(GradientForm form, List<MemoryPlane> planes, int bits) {
        Owner owner = new Owner();
        return SplicedKernels.of(new Shows(owner), owner, planes.stream().map(Layout::of).toList(), bits, form);
    }

    private static float seen(GradientForm form, float gradient, float scale, float bound) {
        float x = form.scaled() ? gradient * scale : gradient;
        if (form.sanitised() && (Float.isNaN(x) || Float.isInfinite(x))) {
            x = 0;
        }
        if (form.clamped() && x < -bound) {
            return -bound;
        }
        return form.clamped() && x > bound ? bound : x;
    }

    @Test
    void loopsOfGradientsAsTheyAreReadNoNumberOfAForm() {
        for (GradientForm form : forms()) {
            List<String> fields = fields(bytes(new Shows(new Owner()), form));
            assertEquals(form.scaled() ? 3 + 3 : 0, fields.stream().filter("gradientScale"::equals).count(), form::toString);
            assertEquals(form.clamped() ? 3 + 3 : 0, fields.stream().filter("gradientBound"::equals).count(), form::toString);
        }
    }

    @Test
    void loopsThatLoadNoGradientAreTheSameInEveryForm() {
        Kernel written = new Kernels.SetsOne(new Kernels.Plain());
        for (GradientForm form : forms()) {
            assertArrayEquals(bytes(written, GradientForm.PLAIN), bytes(written, form), form::toString);
        }
    }

    @Test
    void formsHaveNamesOfTheirOwn() {
        assertEquals(8, forms().stream().map(GradientForm::label).distinct().count());
        assertEquals("", GradientForm.PLAIN.label());
    }

    @Tag("early")
    @Test
    void formsMakeNoGarbage() {
        try (Arena arena = Arena.ofShared()) {
            for (MemoryPlane gradient : gradients(arena)) {
                for (Width width : Width.supported()) {
                    List<MemoryPlane> all = List.of(new F32Heap(new float[N], 0), gradient, new F32Heap(new float[N], 0));
                    Kernel kernel = executed(new GradientForm(true, true, true), all, Math.max(128, width.bits()));
                    Plane[] planes = all.toArray(Plane[]::new);
                    assertEquals(0, Garbage.of(() -> runOften(kernel, planes)), () -> gradient.getClass() + " " + width);
                }
            }
        }
    }

    private static void runOften(Kernel kernel, Plane[] planes) {
        for (int k = 0; k < 1_000; k++) {
            kernel.vector(planes, 0, N);
            kernel.scalar(planes, 0, N);
        }
    }

    private static byte[] bytes(Kernel written, GradientForm form) {
        Variant variant = new Variant(256, form, Fusion.NONE, Stream.generate(() -> new Layout(F32Heap.class, true)).limit(3).toList(),
                SplicedKernels.options(written));
        return new Splicer(KernelAccess.get().lookup(written), variant, false).splice();
    }

    private static List<String> fields(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        List<String> fields = new ArrayList<>();
        model.methods().forEach(method -> method.code().ifPresent(code -> {
            for (CodeElement element : code) {
                if (element instanceof FieldInstruction field) {
                    fields.add(field.name().stringValue());
                }
            }
        }));
        return fields;
    }

    private record Owner() {}

    private static final class Shows extends Kernel {
        Shows(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane once = planes[0];
            Plane g = planes[1];
            Plane twice = planes[2];
            for (int i = from; i < to; i += Species.LANES) {
                FloatVector x = g.load(i);
                once.store(i, x);
                twice.store(i, g.load(i).add(g.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane once = planes[0];
            Plane g = planes[1];
            Plane twice = planes[2];
            for (int i = from; i < to; i++) {
                once.set(i, g.get(i));
                twice.set(i, g.get(i) + g.get(i));
            }
        }
    }
}
