package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Garbage;
import org.lanewise.storage.MemoryPlane;

/** Threads that share parts. A crew that waits for something that does not come is ended by the time limit. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrewTest {
    /** Long enough for threads to park. */
    private static final long PAUSE_MILLIS = 5;

    /** Work that counts in plain arrays how often each part was done, and looks whether it sees the phases before. */
    private static class Counted implements Work {
        final int[][] counts;
        int runs;

        Counted(int... parts) {
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
    }

    private static Work.Worker[] workers(Work work, int threads) {
        return Stream.generate(work::worker).limit(threads).toArray(Work.Worker[]::new);
    }

    private static void run(Crew crew, Counted work) {
        crew.run(work, workers(work, crew.threads()));
        for (int phase = 0; phase < work.phases(); phase++) {
            work.assertDone(phase);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 16})
    void everyPartIsDoneOnceAndSeenByLaterPhasesInThousandsOfRuns(int threads) {
        SplittableRandom random = new SplittableRandom(threads);
        try (Crew crew = new Crew(threads)) {
            for (int round = 0; round < 20; round++) {
                Counted work = new Counted(random.nextInt(3 * threads), random.nextInt(200), random.nextInt(3));
                Work.Worker[] workers = workers(work, threads);
                for (int run = 0; run < 50; run++) {
                    crew.run(work, workers);
                    work.assertDone(2);
                    if (run == 40) {
                        LockSupport.parkNanos(200_000);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void partsAreSharedByAllThreads(int threads) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(threads);
        Counted work = new Counted(threads) {
            @Override
            void part(int phase, int part) {
                all.countDown();
                await(all::getCount);
            }
        };
        try (Crew crew = new Crew(threads)) {
            Thread.sleep(PAUSE_MILLIS);
            run(crew, work);
        }
    }

    private static void await(LongSupplier count) {
        awaitTrue(() -> count.getAsLong() == 0);
    }

    private static void awaitTrue(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    @Test
    void whatOneThreadDoesNotGetToIsDoneByTheOthers() {
        int parts = 1000;
        AtomicBoolean restIsDone = new AtomicBoolean();
        var left = new AtomicInteger(parts);
        Counted work = new Counted(parts) {
            @Override
            void part(int phase, int part) {
                if (left.decrementAndGet() < 40) {
                    restIsDone.set(true);
                }
                if (part == 0) {
                    awaitTrue(restIsDone::get);
                }
            }
        };
        try (Crew crew = new Crew(2)) {
            run(crew, work);
        }
    }

    @Test
    void aRunDoesNotWaitForAThreadThatDoesNotCome() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = made(8, threads)) {
            for (int run = 0; run < 20; run++) {
                Thread.sleep(1);
                run(crew, new Counted(9, 9));
            }
            assertEquals(7, threads.size());
        }
    }

    @Test
    void whatAPartThrowsIsTheCauseAndTheCrewGoesOn() {
        RuntimeException thrown = new ArithmeticException("too large");
        Counted failing = new Counted(3, 8) {
            @Override
            void part(int phase, int part) {
                if (phase == 1 && part == 3) {
                    throw thrown;
                }
            }
        };
        try (Crew crew = new Crew(1)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> run(crew, failing));
            assertSame(thrown, e.getCause());
            assertEquals("6 of 11 parts were done when one threw java.lang.ArithmeticException: too large", e.getMessage());
            assertEquals(0, e.getSuppressed().length);
            run(crew, new Counted(3, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void allThreadsHaveStoppedWhenTheErrorOfOneIsThrown(int threads) {
        try (Crew crew = new Crew(threads)) {
            for (int run = 0; run < 200; run++) {
                int bad = run % 100;
                var inParts = new AtomicInteger();
                Counted failing = new Counted(100, 1) {
                    @Override
                    void part(int phase, int part) {
                        inParts.incrementAndGet();
                        try {
                            if (part == bad) {
                                throw new AssertionError("part " + part);
                            }
                        } finally {
                            inParts.decrementAndGet();
                        }
                    }
                };
                IllegalStateException e = assertThrows(IllegalStateException.class, () -> run(crew, failing));
                assertEquals(0, inParts.get());
                assertEquals("part " + bad, e.getCause().getMessage());
                assertEquals(0, failing.counts[1][0], "a phase after one that failed");
                int done = Arrays.stream(failing.counts[0]).sum();
                assertTrue(done <= 100 && e.getMessage().matches("\\d+ of 101 parts were done when .*"), e.getMessage());
                run(crew, new Counted(10));
            }
        }
    }

    @Test
    void noThreadGoesOnWithItsShareWhenOneHasFailed() {
        CountDownLatch both = new CountDownLatch(2);
        Counted failing = new Counted(1000) {
            @Override
            void part(int phase, int part) {
                both.countDown();
                await(both::getCount);
                if (part == 0) {
                    throw new IllegalArgumentException("part 0");
                }
                LockSupport.parkNanos(1_000_000);
            }
        };
        try (Crew crew = new Crew(2)) {
            assertThrows(IllegalStateException.class, () -> run(crew, failing));
            assertTrue(Arrays.stream(failing.counts[0]).sum() < 100, "parts in " + Arrays.toString(failing.counts[0]));
        }
    }

    @Test
    void whatSeveralThreadsThrowIsSuppressedInOne() {
        CountDownLatch both = new CountDownLatch(2);
        Counted failing = new Counted(2) {
            @Override
            void part(int phase, int part) {
                both.countDown();
                await(both::getCount);
                throw new IllegalArgumentException("part " + part);
            }
        };
        try (Crew crew = new Crew(2)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> run(crew, failing));
            assertEquals(1, e.getSuppressed().length);
            assertEquals(Set.of("part 0", "part 1"), Set.of(e.getCause().getMessage(), e.getSuppressed()[0].getMessage()));
        }
    }

    @Test
    void whatComesBetweenPhasesMayThrow() {
        Counted failing = new Counted(5, 5) {
            @Override
            public void begin(int phase) {
                super.begin(phase);
                if (phase == 1) {
                    throw new IllegalArgumentException("no number");
                }
            }
        };
        try (Crew crew = new Crew(2)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> run(crew, failing));
            assertEquals("5 of 10 parts were done when one threw java.lang.IllegalArgumentException: no number", e.getMessage());
            run(crew, new Counted(5, 5));
        }
    }

    @Test
    void anInterruptOfTheCallerIsKeptAndDoesNotEndTheRun() throws InterruptedException {
        try (Crew crew = new Crew(2)) {
            for (int run = 0; run < 100; run++) {
                Thread.currentThread().interrupt();
                run(crew, slow());
                assertTrue(Thread.interrupted(), "run " + run);
                run(crew, slow());
                assertFalse(Thread.interrupted(), "run " + run);
            }
        }
    }

    /** Of which a part takes long enough for the one who waits to park. */
    private static Counted slow() {
        return new Counted(4, 4) {
            @Override
            void part(int phase, int part) {
                long end = System.nanoTime() + 100_000;
                awaitTrue(() -> System.nanoTime() > end);
            }
        };
    }

    @Test
    void anInterruptOfTheCrewsThreadsDoesNotEndThem() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = made(2, threads)) {
            for (int run = 0; run < 100; run++) {
                threads.forEach(Thread::interrupt);
                run(crew, new Counted(50));
            }
            Thread.sleep(PAUSE_MILLIS);
            threads.forEach(Thread::interrupt);
            Thread.sleep(PAUSE_MILLIS);
            assertTrue(threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING), "parked again");
        }
    }

    @Test
    void theCallerMayBeAVirtualThread() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().uncaughtExceptionHandler((_, e) -> thrown.set(e)).start(() -> {
            try (Crew crew = new Crew(3)) {
                for (int run = 0; run < 100; run++) {
                    run(crew, slow());
                }
            }
        });
        caller.join();
        assertNull(thrown.get());
    }

    @Test
    void theCallerMayBeAnotherThreadInEveryRun() throws InterruptedException {
        try (Crew crew = new Crew(2)) {
            Counted work = new Counted(20, 20);
            Work.Worker[] workers = workers(work, 2);
            for (int run = 0; run < 100; run++) {
                Thread caller = new Thread(() -> crew.run(work, workers));
                caller.start();
                caller.join();
                work.assertDone(1);
            }
            assertEquals(100, work.runs);
        }
    }

    @Test
    void threadsAreDaemonsWithNamesAndEndWhenTheCrewIsClosed() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        Crew crew = made(4, threads);
        assertEquals(4, crew.threads());
        assertEquals(Set.of("lanewise-1", "lanewise-2", "lanewise-3"), threads.stream().map(Thread::getName).collect(Collectors.toSet()));
        assertTrue(threads.stream().allMatch(Thread::isDaemon));
        Thread.sleep(PAUSE_MILLIS);
        assertTrue(threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING), "parked");
        crew.close();
        crew.close();
        assertEnd(threads);
        Counted work = new Counted(1);
        Work.Worker[] workers = workers(work, 4);
        assertEquals("crew is closed", assertThrows(IllegalStateException.class, () -> crew.run(work, workers)).getMessage());
        assertEquals(0, work.runs);
    }

    @Test
    void threadsThatSpinEndWhenTheCrewIsClosed() throws InterruptedException {
        for (int k = 0; k < 50; k++) {
            Set<Thread> threads = new HashSet<>();
            Crew crew = made(2, threads);
            run(crew, new Counted(10));
            crew.close();
            assertEnd(threads);
        }
    }

    private static void assertEnd(Set<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(10)), thread + " is alive");
        }
    }

    @Test
    void threadsOfACrewThatNobodyCanReachEnd() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        run(made(3, threads), new Counted(30));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (threads.stream().anyMatch(Thread::isAlive) && System.nanoTime() < deadline) {
            System.gc();
            Thread.sleep(PAUSE_MILLIS);
        }
        assertEquals(2, threads.size());
        assertTrue(threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void threadsKeepNothingOfAWorkThatIsDone() throws InterruptedException {
        try (Crew crew = new Crew(3)) {
            WeakReference<Work> done = runOnce(crew);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!done.refersTo(null) && System.nanoTime() < deadline) {
                System.gc();
                Thread.sleep(PAUSE_MILLIS);
            }
            assertTrue(done.refersTo(null));
        }
    }

    private static WeakReference<Work> runOnce(Crew crew) {
        Counted work = new Counted(30, 30);
        run(crew, work);
        return new WeakReference<>(work);
    }

    @Test
    void aRunDuringARunIsRefusedAndSoIsClosing() {
        try (Crew crew = new Crew(2)) {
            Counted inner = new Counted(1);
            Counted nested = new Counted(2) {
                @Override
                void part(int phase, int part) {
                    Work.Worker[] workers = workers(inner, 2);
                    assertEquals("crew is at work", assertThrows(IllegalStateException.class, () -> crew.run(inner, workers)).getMessage());
                    assertEquals("crew is at work", assertThrows(IllegalStateException.class, crew::close).getMessage());
                }
            };
            run(crew, nested);
            assertEquals(0, inner.runs);
            run(crew, inner);
        }
    }

    @Test
    void aCrewHasAtLeastOneThreadAndAWorkerForEach() {
        assertEquals("threads must be at least 1, got 0", assertThrows(IllegalArgumentException.class, () -> new Crew(0)).getMessage());
        try (Crew crew = new Crew(2)) {
            Counted work = new Counted(1);
            Work.Worker[] workers = workers(work, 3);
            assertEquals("workers must be as many as the 2 threads, got 3",
                    assertThrows(IllegalArgumentException.class, () -> crew.run(work, workers)).getMessage());
        }
    }

    @Test
    void aRunAllocatesNothingOnAnyThread() {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = made(3, threads)) {
            Counted work = new Counted(100, 7);
            Work.Worker[] workers = workers(work, 3);
            assertEquals(0, Garbage.of(() -> {
                for (int run = 0; run < 100; run++) {
                    crew.run(work, workers);
                }
            }, threads.toArray(Thread[]::new)));
            assertEquals(2, threads.size());
        }
    }

    /** A new crew, and its threads. */
    private static Crew made(int threads, Set<Thread> made) {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Crew crew = new Crew(threads);
        Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("lanewise-") && !before.contains(thread))
                .forEach(made::add);
        return crew;
    }
}
