package org.lanewise.execution;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.lanewise.storage.MemoryPlane;

/** Work that counts in plain arrays how often each part was done, and looks whether it sees the phases before. */
class CountedWork implements Work {
    final int[][] counts;
    int runs;

    CountedWork(int... parts) {
        counts = Arrays.stream(parts).mapToObj(int[]::new).toArray(int[][]::new);
    }

    @Override
    public void prepare() {
        throw new AssertionError("a crew does not prepare");
    }

    @Override
    public int phases() {
        return counts.length;
    }

    @Override
    public int parts(int phase) {
        return counts[phase].length;
    }

    @Override
    public void begin(int phase) {
        if (phase == 0) {
            runs++;
        } else {
            assertDone(phase - 1);
        }
    }

    void assertDone(int phase) {
        for (int part = 0; part < counts[phase].length; part++) {
            if (counts[phase][part] != runs) {
                throw new AssertionError("part " + part + " of phase " + phase + " done " + counts[phase][part] + " times in " + runs);
            }
        }
    }

    @Override
    public Worker worker() {
        return (phase, first, end) -> {
            if (phase > 0) {
                assertDone(phase - 1);
            }
            for (int part = first; part < end; part++) {
                counts[phase][part]++;
                part(phase, part);
            }
        };
    }

    /** What a part does besides. */
    void part(int phase, int part) {}

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        throw new AssertionError("a crew does not bind gradients");
    }

    /** As many workers as a crew of so many threads wants. */
    static Work.Worker[] workers(Work work, int threads) {
        return Stream.generate(work::worker).limit(threads).toArray(Work.Worker[]::new);
    }

    /** Has a crew do it once, and looks whether all was done. */
    void runBy(Crew crew) {
        crew.run(this, workers(this, crew.threads()));
        for (int phase = 0; phase < phases(); phase++) {
            assertDone(phase);
        }
    }

    static void awaitTrue(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    /** A new crew, and its threads. */
    static Crew crew(int threads, Set<Thread> made) {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Crew crew = new Crew(threads);
        Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("lanewise-") && !before.contains(thread))
                .forEach(made::add);
        return crew;
    }
}
