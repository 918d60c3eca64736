package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.Floats;
import org.lanewise.Rule;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Values;

class FusionTest {
    private static final Fusion BOTH = new Fusion(Optional.of(AverageForm.LERP), true);
    private static final int N = 64;

    @Test
    void rulesOfElementsAverageAndClearInTheirLoops() {
        Set<String> rules = new TreeSet<>(), fused = new TreeSet<>();
        for (Rule rule : RuleTable.firstOfEach().values()) {
            if (rule.measures().isEmpty()) {
                rules.add(rule.getClass().getSimpleName());
                if (fuse(rule.kernel(), rule, 2 + rule.states().size(), F32Heap.class, BOTH).isPresent()) {
                    fused.add(rule.getClass().getSimpleName());
                }
            }
        }
        rules.removeAll(fused);
        assertEquals(Set.of("Adopt", "RAdam"), rules, "in some steps these store no parameters, or others");
    }

    @ParameterizedTest
    @EnumSource(names = "COPY", mode = EnumSource.Mode.EXCLUDE)
    void aFusedLoopGivesTheBitsOfOneAfterTheOther(AverageForm form) {
        for (int bits : new int[] {128, 256, 512}) {
            for (boolean clears : new boolean[] {false, true}) {
                Owner owner = new Owner();
                Kernel fused = fuse(new Once(owner), owner, 2, F32Heap.class, new Fusion(Optional.of(form), clears), bits).orElseThrow();
                KernelAccess.get().averageWeights(fused, 0.75f, form == AverageForm.MEAN ? 3 : 0.25f);
                for (boolean vectors : new boolean[] {false, true}) {
                    float[] w = Values.MIXED.array(N, 1), g = Values.MIXED.array(N, 2), a = Values.MIXED.array(N, 3);
                    float[] expectedW = w.clone(), expectedA = a.clone();
                    for (int i = 16; i < 48; i++) {
                        expectedW[i] = w[i] + g[i];
                        expectedA[i] = averaged(form, a[i], expectedW[i]);
                    }
                    float[] expectedG = g.clone();
                    if (clears) {
                        Arrays.fill(expectedG, 16, 48, 0);
                    }
                    run(fused, vectors, w, g, a);
                    String what = form + " at " + bits + (vectors ? " with vectors" : "") + (clears ? ", clearing" : "");
                    assertArrayEquals(Floats.bits(expectedW), Floats.bits(w), what + ": parameter");
                    assertArrayEquals(Floats.bits(expectedA), Floats.bits(a), what + ": average");
                    assertArrayEquals(Floats.bits(expectedG), Floats.bits(g), what + ": gradient");
                }
            }
        }
    }

    private static void run(Kernel kernel, boolean vectors, float[]... planes) {
        Plane[] all = Arrays.stream(planes).map(each -> new F32Heap(each, 0)).toArray(Plane[]::new);
        if (vectors) {
            kernel.vector(all, 16, 48);
        } else {
            kernel.scalar(all, 16, 48);
        }
    }

    private static float averaged(AverageForm form, float a, float w) {
        return switch (form) {
            case COPY -> w;
            case LERP -> Math.fma(0.25f, w - a, a);
            case LERP_FROM_PARAMETER -> Math.fma(0.25f, w - a, w);
            case PRODUCTS -> 0.75f * a + 0.25f * w;
            case MEAN -> a + (w - a) / 3;
        };
    }

    @Test
    void aLoopIsFusedOnlyIfItUsesThePlaneOnceInEachRound() {
        List<Function<Owner, Kernel>> unfit =
                List.of(LoadsTwice::new, LoadsSometimes::new, LoadsInAnInnerLoop::new, LoadsBeforeTheLoop::new);
        for (Function<Owner, Kernel> kernel : unfit) {
            Owner owner = new Owner();
            Kernel written = kernel.apply(owner);
            assertEquals(Optional.empty(), fuse(written, owner, 2, F32Heap.class, BOTH), written.getClass().getSimpleName());
            assertEquals(Optional.empty(), fuse(written, owner, 2, F32Heap.class, new Fusion(Optional.empty(), true)),
                    written.getClass().getSimpleName() + ", clearing only");
        }
    }

    @Test
    void whatIsRoundedWhenItIsStoredIsAveragedFromItsPlane() {
        Owner owner = new Owner();
        assertEquals(Optional.empty(), fuse(new Once(owner), owner, 2, Bf16Heap.class, BOTH));
    }

    private static Optional<Kernel> fuse(Kernel written, Object rule, int planes, Class<? extends MemoryPlane> storage, Fusion fusion) {
        return fuse(written, rule, planes, storage, fusion, 256);
    }

    private static Optional<Kernel> fuse(Kernel written, Object rule, int planes, Class<? extends MemoryPlane> storage, Fusion fusion,
            int bits) {
        List<Layout> layouts = new ArrayList<>(Collections.nCopies(planes, new Layout(storage, true)));
        if (fusion.average().isPresent()) {
            layouts.add(new Layout(F32Heap.class, true));
        }
        return SplicedKernels.fused(written, rule, layouts, bits, GradientForm.PLAIN, fusion).flatMap(executed -> made(executed, rule));
    }

    private static Optional<Kernel> made(Executed executed, Object rule) {
        try {
            return Optional.of(executed.make(rule));
        } catch (NotFusibleException _) {
            return Optional.empty();
        }
    }

    private static final class Owner {}

    private static final class Once extends Kernel {
        Once(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                w.store(i, w.load(i).add(g.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i) + g.get(i));
            }
        }
    }

    private static final class LoadsTwice extends Kernel {
        LoadsTwice(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                w.store(i, w.load(i).add(g.load(i)).add(g.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i) + g.get(i) + g.get(i));
            }
        }
    }

    private static final class LoadsSometimes extends Kernel {
        LoadsSometimes(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i);
                w.store(i, minusLearningRate < 0 ? wi.add(g.load(i)) : wi);
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                float wi = w.get(i);
                w.set(i, minusLearningRate < 0 ? wi + g.get(i) : wi);
            }
        }
    }

    private static final class LoadsInAnInnerLoop extends Kernel {
        LoadsInAnInnerLoop(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                for (int k = 0; k < 2; k++) {
                    w.store(i, w.load(i).add(g.load(i)));
                }
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                for (int k = 0; k < 2; k++) {
                    w.set(i, w.get(i) + g.get(i));
                }
            }
        }
    }

    private static final class LoadsBeforeTheLoop extends Kernel {
        LoadsBeforeTheLoop(Owner owner) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            FloatVector gi = g.load(from);
            for (int i = from; i < to; i += LANES) {
                w.store(i, w.load(i).add(gi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            float gi = g.get(from);
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i) + gi);
            }
        }
    }
}
