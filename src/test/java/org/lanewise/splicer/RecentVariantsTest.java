package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.lanewise.splicer.SplicedKernels.MOST_VARIANTS;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/** Which executed classes stay, and that the others go. */
class RecentVariantsTest {
    private static final List<Class<? extends MemoryPlane>> STORAGES =
            List.of(F32Heap.class, F32Native.class, Bf16Heap.class, Bf16Native.class);

    /** One of 48 variants. */
    private static Kernel variant(int k) {
        Kernels.Helped rule = new Kernels.Helped();
        List<Layout> layouts = List.of(new Layout(STORAGES.get(k % 4), true), new Layout(STORAGES.get(k / 4 % 4), true));
        return SplicedKernels.of(rule.kernel(), rule, layouts, 128 << k / 16, GradientForm.PLAIN);
    }

    @Test
    void classesOfVariantsBeyondTheLimitAreUnloadedOnceNothingUsesThem() throws InterruptedException {
        Kernel used = variant(0);
        List<WeakReference<Class<?>>> first = new ArrayList<>();
        for (int k = 1; k < 8; k++) {
            first.add(new WeakReference<>(variant(k).getClass()));
        }
        for (int k = 8; k < 8 + MOST_VARIANTS; k++) {
            variant(k);
        }
        for (int tries = 0; tries < 50 && first.stream().anyMatch(type -> type.get() != null); tries++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(0, first.stream().filter(type -> type.get() != null).count(), "classes left");
        assertNotSame(used.getClass(), variant(0).getClass());
    }

    @Test
    void variantsUpToTheLimitKeepTheirClassesAndOneThatIsAskedForAgainStaysLonger() {
        List<Class<?>> classes = new ArrayList<>();
        for (int k = 0; k < MOST_VARIANTS; k++) {
            classes.add(variant(k).getClass());
        }
        assertSame(classes.getFirst(), variant(0).getClass());
        variant(MOST_VARIANTS);
        assertSame(classes.getFirst(), variant(0).getClass());
    }

    @Test
    void aVariantBeyondTheLimitWhoseConstructorIsHeldIsFoundAgain() {
        List<Executed> held = new ArrayList<>();
        for (int k = 0; k < 2 * MOST_VARIANTS; k++) {
            int number = k;
            SplicedKernels.observed(held::add, () -> variant(number));
        }
        System.gc();
        for (int k = 0; k < 2 * MOST_VARIANTS; k++) {
            assertSame(held.get(k).type(), variant(k).getClass(), "variant " + k);
        }
    }

    @Test
    void threadsThatAskAtTheSameTimeGetTheSameValue() throws Exception {
        Recent<Integer, Object> recent = new Recent<>(4);
        List<Object> got = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < 1000; k++) {
                    Object value = recent.get(k % 4, Object::new);
                    if (k >= 996) {
                        got.add(value);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(32, got.size());
        assertEquals(4, got.stream().distinct().count());
    }
}
