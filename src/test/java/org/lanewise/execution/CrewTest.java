package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that share parts. A crew that waits for something that does not come is ended by the time limit. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrewTest {
    /** Long enough for threads to park. */
    private static final long PAUSE_MILLIS = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 16})
    void everyPartIsDoneOnceAndSeenByLaterPhasesInThousandsOfRuns(int threads) {
        SplittableRandom random = new SplittableRandom(threads);
        try (Crew crew = new Crew(threads)) {
            for (int round = 0; round < 20; round++) {
                CountedWork work = new CountedWork(random.nextInt(3 * threads), random.nextInt(200), random.nextInt(3));
                Work.Worker[] workers = CountedWork.workers(work, threads);
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
        CountedWork work = new CountedWork(threads) {
            @Override
            void part(int phase, int part) {
                all.countDown();
                await(all::getCount);
            }
        };
        try (Crew crew = new Crew(threads)) {
            Thread.sleep(PAUSE_MILLIS);
            work.runBy(crew);
        }
    }

    private static void await(LongSupplier count) {
        CountedWork.awaitTrue(() -> count.getAsLong() == 0);
    }

    @Test
    void whatOneThreadDoesNotGetToIsDoneByTheOthers() {
        int parts = 1000;
        AtomicBoolean restIsDone = new AtomicBoolean();
        var left = new AtomicInteger(parts);
        CountedWork work = new CountedWork(parts) {
            @Override
            void part(int phase, int part) {
                if (left.decrementAndGet() < 40) {
                    restIsDone.set(true);
                }
                if (part == 0) {
                    CountedWork.awaitTrue(restIsDone::get);
                }
            }
        };
        try (Crew crew = new Crew(2)) {
            work.runBy(crew);
        }
    }

    @Test
    void aRunDoesNotWaitForAThreadThatDoesNotCome() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = CountedWork.crew(8, threads)) {
            for (int run = 0; run < 20; run++) {
                Thread.sleep(1);
                new CountedWork(9, 9).runBy(crew);
            }
            assertEquals(7, threads.size());
        }
    }

    @Test
    void whatAPartThrowsIsTheCauseAndTheCrewGoesOn() {
        RuntimeException thrown = new ArithmeticException("too large");
        CountedWork failing = new CountedWork(3, 8) {
            @Override
            void part(int phase, int part) {
                if (phase == 1 && part == 3) {
                    throw thrown;
                }
            }
        };
        try (Crew crew = new Crew(1)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> failing.runBy(crew));
            assertSame(thrown, e.getCause());
            assertEquals("6 of 11 parts were done when one threw java.lang.ArithmeticException: too large", e.getMessage());
            assertEquals(0, e.getSuppressed().length);
            new CountedWork(3, 8).runBy(crew);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void allThreadsHaveStoppedWhenTheErrorOfOneIsThrown(int threads) {
        try (Crew crew = new Crew(threads)) {
            for (int run = 0; run < 200; run++) {
                int bad = run % 100;
                var inParts = new AtomicInteger();
                CountedWork failing = new CountedWork(100, 1) {
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
                IllegalStateException e = assertThrows(IllegalStateException.class, () -> failing.runBy(crew));
                assertEquals(0, inParts.get());
                assertEquals("part " + bad, e.getCause().getMessage());
                assertEquals(0, failing.counts[1][0], "a phase after one that failed");
                int done = Arrays.stream(failing.counts[0]).sum();
                assertTrue(done <= 100 && e.getMessage().matches("\\d+ of 101 parts were done when .*"), e.getMessage());
                new CountedWork(10).runBy(crew);
            }
        }
    }

    @Test
    void noThreadGoesOnWithItsShareWhenOneHasFailed() {
        CountDownLatch both = new CountDownLatch(2);
        CountedWork failing = new CountedWork(1000) {
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
            assertThrows(IllegalStateException.class, () -> failing.runBy(crew));
            assertTrue(Arrays.stream(failing.counts[0]).sum() < 100, "parts in " + Arrays.toString(failing.counts[0]));
        }
    }

    @Test
    void whatSeveralThreadsThrowIsSuppressedInOne() {
        CountDownLatch both = new CountDownLatch(2);
        CountedWork failing = new CountedWork(2) {
            @Override
            void part(int phase, int part) {
                both.countDown();
                await(both::getCount);
                throw new IllegalArgumentException("part " + part);
            }
        };
        try (Crew crew = new Crew(2)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> failing.runBy(crew));
            assertEquals(1, e.getSuppressed().length);
            assertEquals(Set.of("part 0", "part 1"), Set.of(e.getCause().getMessage(), e.getSuppressed()[0].getMessage()));
        }
    }

    @Test
    void whatComesBetweenPhasesMayThrow() {
        CountedWork failing = new CountedWork(5, 5) {
            @Override
            public void begin(int phase) {
                super.begin(phase);
                if (phase == 1) {
                    throw new IllegalArgumentException("no number");
                }
            }
        };
        try (Crew crew = new Crew(2)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> failing.runBy(crew));
            assertEquals("5 of 10 parts were done when one threw java.lang.IllegalArgumentException: no number", e.getMessage());
            new CountedWork(5, 5).runBy(crew);
        }
    }

    @Test
    void aRunDuringARunIsRefusedAndSoIsClosing() {
        try (Crew crew = new Crew(2)) {
            CountedWork inner = new CountedWork(1);
            CountedWork nested = new CountedWork(2) {
                @Override
                void part(int phase, int part) {
                    Work.Worker[] workers = CountedWork.workers(inner, 2);
                    assertEquals("crew is at work", assertThrows(IllegalStateException.class, () -> crew.run(inner, workers)).getMessage());
                    assertEquals("crew is at work", assertThrows(IllegalStateException.class, crew::close).getMessage());
                }
            };
            nested.runBy(crew);
            assertEquals(0, inner.runs);
            inner.runBy(crew);
        }
    }

    @Test
    void aCrewHasAtLeastOneThreadAndAWorkerForEach() {
        assertEquals("threads must be at least 1, got 0", assertThrows(IllegalArgumentException.class, () -> new Crew(0)).getMessage());
        try (Crew crew = new Crew(2)) {
            CountedWork work = new CountedWork(1);
            Work.Worker[] workers = CountedWork.workers(work, 3);
            assertEquals("workers must be as many as the 2 threads, got 3",
                    assertThrows(IllegalArgumentException.class, () -> crew.run(work, workers)).getMessage());
        }
    }

}
