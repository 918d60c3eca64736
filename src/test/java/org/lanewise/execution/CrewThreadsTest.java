package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lanewise.Garbage;

/** The threads of a crew and of its callers: interrupts, ends, what they keep and allocate. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrewThreadsTest {
    /** Long enough for threads to park. */
    private static final long PAUSE_MILLIS = 5;

    @Test
    void anInterruptOfTheCallerIsKeptAndDoesNotEndTheRun() throws InterruptedException {
        try (Crew crew = new Crew(2)) {
            for (int run = 0; run < 100; run++) {
                Thread.currentThread().interrupt();
                slow().runBy(crew);
                assertTrue(Thread.interrupted(), "run " + run);
                slow().runBy(crew);
                assertFalse(Thread.interrupted(), "run " + run);
            }
        }
    }

    /** Of which a part takes long enough for the one who waits to park. */
    private static CountedWork slow() {
        return new CountedWork(4, 4) {
            @Override
            void part(int phase, int part) {
                long end = System.nanoTime() + 100_000;
                CountedWork.awaitTrue(() -> System.nanoTime() > end);
            }
        };
    }

    @Test
    void anInterruptOfTheCrewsThreadsDoesNotEndThem() throws InterruptedException {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = CountedWork.crew(2, threads)) {
            for (int run = 0; run < 100; run++) {
                threads.forEach(Thread::interrupt);
                new CountedWork(50).runBy(crew);
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
                    slow().runBy(crew);
                }
            }
        });
        caller.join();
        assertNull(thrown.get());
    }

    @Test
    void theCallerMayBeAnotherThreadInEveryRun() throws InterruptedException {
        try (Crew crew = new Crew(2)) {
            CountedWork work = new CountedWork(20, 20);
            Work.Worker[] workers = CountedWork.workers(work, 2);
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
        Crew crew = CountedWork.crew(4, threads);
        assertEquals(4, crew.threads());
        assertEquals(Set.of("lanewise-1", "lanewise-2", "lanewise-3"), threads.stream().map(Thread::getName).collect(Collectors.toSet()));
        assertTrue(threads.stream().allMatch(Thread::isDaemon));
        Thread.sleep(PAUSE_MILLIS);
        assertTrue(threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING), "parked");
        crew.close();
        crew.close();
        assertEnd(threads);
        CountedWork work = new CountedWork(1);
        Work.Worker[] workers = CountedWork.workers(work, 4);
        assertEquals("crew is closed", assertThrows(IllegalStateException.class, () -> crew.run(work, workers)).getMessage());
        assertEquals(0, work.runs);
    }

    @Test
    void threadsThatSpinEndWhenTheCrewIsClosed() throws InterruptedException {
        for (int k = 0; k < 50; k++) {
            Set<Thread> threads = new HashSet<>();
            Crew crew = CountedWork.crew(2, threads);
            new CountedWork(10).runBy(crew);
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
        new CountedWork(30).runBy(CountedWork.crew(3, threads));
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
        CountedWork work = new CountedWork(30, 30);
        work.runBy(crew);
        return new WeakReference<>(work);
    }

    @Test
    void aRunAllocatesNothingOnAnyThread() {
        Set<Thread> threads = new HashSet<>();
        try (Crew crew = CountedWork.crew(3, threads)) {
            CountedWork work = new CountedWork(100, 7);
            Work.Worker[] workers = CountedWork.workers(work, 3);
            assertEquals(0, Garbage.of(() -> {
                for (int run = 0; run < 100; run++) {
                    crew.run(work, workers);
                }
            }, threads.toArray(Thread[]::new)));
            assertEquals(2, threads.size());
        }
    }
}
