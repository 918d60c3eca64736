package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What all communicators promise, on threads. */
class CommunicatorTest {
    /** As many bytes as only the two ranks know. */
    private static int length(int from, int to, int seed) {
        return (from * 31 + to * 17 + seed) % 5 == 0 ? 0 : (from * 7 + to * 13 + seed) % 40;
    }

    @Property(tries = 30)
    void everyRankGetsWhatWasSentToIt(@ForAll @IntRange(min = 1, max = 5) int ranks, @ForAll @IntRange(max = 99) int seed) {
        ThreadRanks.run(ranks, communicator -> {
            int rank = communicator.rank();
            assertEquals(ranks, communicator.size());
            try (Arena arena = Arena.ofShared()) {
                MemorySegment[] send = new MemorySegment[ranks], receive = new MemorySegment[ranks];
                for (int round = 0; round < 3; round++) {
                    int seeded = seed + round;
                    for (int other = 0; other < ranks; other++) {
                        send[other] = other == rank ? null
                                : arena.allocate(length(rank, other, seeded)).fill((byte) (rank * ranks + other));
                        receive[other] = other == rank ? null : arena.allocate(length(other, rank, seeded));
                    }
                    communicator.allToAll(send, receive);
                    for (int other = 0; other < ranks; other++) {
                        if (other != rank) {
                            byte[] expected = new byte[length(other, rank, seeded)];
                            Arrays.fill(expected, (byte) (other * ranks + rank));
                            assertEquals(Arrays.toString(expected), Arrays.toString(receive[other].toArray(ValueLayout.JAVA_BYTE)));
                        }
                    }
                }
            }
        });
    }

    @Test
    void aBarrierIsPassedByNobodyBeforeAllAreThere() {
        AtomicInteger arrived = new AtomicInteger();
        ThreadRanks.run(4, communicator -> {
            for (int round = 1; round <= 20; round++) {
                arrived.incrementAndGet();
                communicator.barrier();
                assertTrue(arrived.get() >= 4 * round);
                communicator.barrier();
            }
        });
    }

    @Test
    void aRankThatLeavesMakesThoseThatWaitThrow() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ThreadRanks.run(3, communicator -> {
            if (communicator.rank() == 1) {
                throw new UnsupportedOperationException("the loss is wrong");
            }
            communicator.barrier();
        }));
        assertInstanceOf(UnsupportedOperationException.class, e.getCause());
        assertEquals("rank 1 failed: java.lang.UnsupportedOperationException: the loss is wrong", e.getMessage());
        assertEquals(2, e.getSuppressed().length);
        for (Throwable other : e.getSuppressed()) {
            assertTrue(other.getMessage().matches("rank [012] has left while rank [02] waits for it"), other::getMessage);
        }
    }

    @Test
    void ranksThatSendAnotherNumberOfBytesAreRefused() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ThreadRanks.run(2, communicator -> {
            try (Arena arena = Arena.ofShared()) {
                communicator.allGather(arena.allocate(3 + communicator.rank()), new MemorySegment[] {arena.allocate(3), arena.allocate(3)});
            }
        }));
        assertTrue(e.getMessage().contains("rank 1 sends 4 bytes to rank 0, expected 3"), e.getMessage());
    }

    @Test
    void segmentsAreOneForEachRank() {
        ThreadRanks.run(2, communicator -> {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> communicator.allToAll(new MemorySegment[1], new MemorySegment[3]));
            assertEquals("segments must be 2 to send and 2 to receive, got 1 and 3", e.getMessage());
        });
    }

    @Test
    void aProviderThatIsNotThereIsRefusedWithThoseThatAre() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Communicator.open("gloo"));
        assertEquals("provider must be one of [mpi], got 'gloo'", e.getMessage());
    }

    @Test
    void withoutALibraryItIsSaidWhatToInstall() {
        System.setProperty("lanewise.mpi", "/nowhere/libmpi.so");
        try {
            IllegalStateException e = assertThrows(IllegalStateException.class, Communicator::mpi);
            assertEquals("MPI must be installed, but none of [/nowhere/libmpi.so] was found; install Open MPI (Debian: openmpi-bin) "
                    + "or name the library by -Dlanewise.mpi=PATH", e.getMessage());
        } finally {
            System.clearProperty("lanewise.mpi");
        }
    }
}
