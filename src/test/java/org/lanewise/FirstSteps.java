package org.lanewise;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.RmsProp;

/** A program that makes optimizers and steps at once, waits for their loops, and steps on. */
final class FirstSteps {
    private static final int SIZE = 1_003, STEPS = 20;

    private FirstSteps() {}

    public static void main(String... args) throws InterruptedException {
        long limit = Long.parseLong(args[0]);
        for (Width width : List.of(Width.SCALAR, Width.BITS_128)) {
            System.out.println("bits " + bits(width, limit));
        }
        Thread.sleep(2_000);
        boolean gone = Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().equals("lanewise-warm-up"));
        System.out.println("thread " + (gone ? "gone" : "there"));
    }

    /** A hash of the parameters of some optimizers after some steps; with a limit, says how far loops are after half of them. */
    static int bits(Width width, long limitSeconds) {
        int hash = 0;
        for (Rule rule : List.of(new Adam(0.1), new Lamb(0.1), new RmsProp(0.1).withMomentum(0.5).withCentered(true))) {
            for (boolean nativeMemory : List.of(false, true)) {
                ParameterStoreBuilder builder = ParameterStore.builder().tensor("w", SIZE);
                try (ParameterStore store = (nativeMemory ? builder.nativeMemory() : builder).gradients(Storage.BF16).build();
                        Optimizer optimizer = Optimizer.builder(store).rule(rule).width(width).clipNorm(2).clearGradients(true)
                                .average(Average.ema(0.9)).build()) {
                    step(store, optimizer);
                    if (limitSeconds > 0) {
                        System.out.println(optimizer.warmUp(Duration.ofSeconds(limitSeconds)));
                        step(store, optimizer);
                        System.out.println("garbage " + garbage(optimizer));
                    } else {
                        step(store, optimizer);
                    }
                    hash = 31 * hash + Arrays.hashCode(Floats.of(store.tensor("w").parameter()));
                }
            }
        }
        return hash;
    }

    private static void step(ParameterStore store, Optimizer optimizer) {
        for (int step = 0; step < STEPS; step++) {
            optimizer.step(() -> {
                for (int i = 0; i < SIZE; i++) {
                    store.tensor("w").gradient().set(i, (i % 13 - 6) / 8f);
                }
            });
        }
    }

    /** Bytes that the least of some steps leaves, which have no gradients and change nothing that is compared. */
    private static long garbage(Optimizer optimizer) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] parameters = Floats.of(optimizer.store().tensor("w").parameter());
        long least = Long.MAX_VALUE;
        for (int step = 0; step < STEPS; step++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            optimizer.step();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        optimizer.store().tensor("w").parameter().copyFrom(parameters);
        return least;
    }
}
