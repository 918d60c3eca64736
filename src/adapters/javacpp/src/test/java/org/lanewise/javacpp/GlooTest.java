package org.lanewise.javacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.distributed.CommunicationException;
import org.lanewise.distributed.Communicator;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GlooTest {
    private static final String HOST = "127.0.0.1";

    /** What a rank does. */
    interface Task {
        void run(Communicator communicator);
    }

    /** A rank that ends without a word when it is waited for. */
    static final class Dies {
        private Dies() {}

        public static void main(String[] port) throws InterruptedException {
            Gloo.join(HOST, Integer.parseInt(port[0]), 1, 2);
            Thread.sleep(500);
            Runtime.getRuntime().halt(137);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Ranks that are threads; returns what they threw. */
    static List<Throwable> run(int size, Task task) throws IOException, InterruptedException {
        int port = freePort();
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[size];
        for (int k = 0; k < size; k++) {
            int rank = k;
            threads[k] = Thread.ofPlatform().name("rank " + rank).start(() -> {
                try (Communicator communicator = Gloo.join(HOST, port, rank, size)) {
                    task.run(communicator);
                } catch (Throwable e) {
                    thrown.add(e);
                }
            });
        }
        for (Thread thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(50)), thread + " is alive");
        }
        return List.copyOf(thrown);
    }

    /** What a rank sends to another: as many numbers as the sum of both. */
    private static MemorySegment message(Arena arena, int from, int to, int size) {
        MemorySegment message = arena.allocate(ValueLayout.JAVA_INT, (long) from * size * 1_000 + to);
        for (int i = 0; i < message.byteSize() / Integer.BYTES; i++) {
            message.setAtIndex(ValueLayout.JAVA_INT, i, 31 * (from * size + to) + i);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void eachRankGetsWhatTheOthersSendItOfAnySize(int size) throws Exception {
        assertEquals(List.of(), run(size, communicator -> {
            int rank = communicator.rank();
            assertEquals("rank " + rank + " of " + size + " over Gloo", communicator.toString());
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment[] send = new MemorySegment[size], receive = new MemorySegment[size];
                for (int other = 0; other < size; other++) {
                    send[other] = message(arena, rank, other, size);
                    receive[other] = arena.allocate(message(arena, other, rank, size).byteSize());
                }
                for (int round = 0; round < 3; round++) {
                    communicator.allToAll(send, receive);
                    for (int other = 0; other < size; other++) {
                        if (other != rank) {
                            assertEquals(-1, message(arena, other, rank, size).mismatch(receive[other]), "from " + other);
                            receive[other].fill((byte) 0);
                        }
                    }
                }
                communicator.barrier();
            }
        }));
    }

    @Test
    void thoseWhoWaitForARankThatClosesThrow() throws Exception {
        List<Throwable> thrown = run(3, communicator -> {
            if (communicator.rank() != 1) {
                assertThrows(CommunicationException.class, () -> {
                    communicator.barrier();
                    communicator.barrier();
                });
                assertEquals("communicator of rank " + communicator.rank() + " has failed",
                        assertThrows(IllegalStateException.class, communicator::barrier).getMessage());
            } else {
                communicator.barrier();
            }
        });
        assertEquals(List.of(), thrown);
    }

    @Test
    void soDoThoseWhoWaitForAProcessThatEnds() throws Exception {
        int port = freePort();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process other = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Dies.class.getName(), Integer.toString(port)).inheritIO().start();
        try (Communicator communicator = Gloo.join(HOST, port, 0, 2)) {
            long began = System.nanoTime();
            String message = assertThrows(CommunicationException.class, communicator::barrier).getMessage();
            assertTrue(message.startsWith("rank 1 has left while rank 0 waits for it: "), message);
            assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(10));
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatCannotBeARankIsRefused() {
        assertEquals("rank must be 0 to 1, got 2",
                assertThrows(IllegalArgumentException.class, () -> Gloo.join(HOST, 1234, 2, 2)).getMessage());
        assertEquals("port must be 1 to 65535, got 0",
                assertThrows(IllegalArgumentException.class, () -> Gloo.join(HOST, 0, 0, 2)).getMessage());
        assertTrue(assertThrows(IllegalStateException.class, () -> Communicator.open("gloo")).getMessage()
                .startsWith("environment variable MASTER_ADDR is missing"));
    }
}
