package org.lanewise.distributed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.check.Check;
import org.lanewise.distributed.shard.Segments;
import org.lanewise.safetensors.Uninterrupted;

/**
 * Ranks that are threads of one JVM: for tests of programs that run as several processes elsewhere.
 *
 * <pre>{@code
 * ThreadRanks.run(3, communicator -> train(communicator));
 * }</pre>
 */
public final class ThreadRanks {
    private final int size;
    private final MemorySegment[][] sent;
    private final boolean[] left;
    private int arrived;
    private long generation;

    private ThreadRanks(int size) {
        this.size = size;
        this.sent = new MemorySegment[size][];
        this.left = new boolean[size];
    }

    /** What a rank does. */
    public interface Task {
        /**
         * Runs on a thread of its own.
         *
         * @param communicator this rank's; closed when the task ends, however it does
         * @throws Exception if it fails
         */
        void run(Communicator communicator) throws Exception;
    }

    /**
     * Runs a task as several ranks, and waits for all.
     *
     * @param ranks how many: at least 1
     * @param task what each does
     * @throws IllegalArgumentException if there are fewer
     * @throws IllegalStateException if a rank failed; its cause is the first that did not fail because another had left
     */
    public static void run(int ranks, Task task) {
        Check.atLeast("ranks", ranks, 1);
        Check.notNull("task", task);
        ThreadRanks all = new ThreadRanks(ranks);
        List<Failure> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int k = 0; k < ranks; k++) {
            int rank = k;
            threads.add(Thread.ofPlatform().name("rank " + rank).start(() -> {
                try (Communicator communicator = all.new Rank(rank)) {
                    task.run(communicator);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(new Failure(rank, e));
                    }
                }
            }));
        }
        threads.forEach(Uninterrupted::join);
        failures.stream().filter(each -> !(each.thrown instanceof CommunicationException)).findFirst()
                .or(() -> failures.stream().findFirst()).ifPresent(first -> {
                    IllegalStateException e = new IllegalStateException("rank " + first.rank + " failed: " + first.thrown, first.thrown);
                    failures.stream().filter(each -> each != first).forEach(each -> e.addSuppressed(each.thrown));
                    throw e;
                });
    }

    private record Failure(int rank, Throwable thrown) {}

    /** Waits until all ranks are here. */
    private synchronized void meet(int rank) {
        long now = generation;
        if (++arrived == size) {
            arrived = 0;
            generation++;
            notifyAll();
            return;
        }
        boolean interrupted = false;
        while (generation == now) {
            for (int other = 0; other < size; other++) {
                if (left[other]) {
                    throw new CommunicationException("rank " + other + " has left while rank " + rank + " waits for it");
                }
            }
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void leave(int rank) {
        left[rank] = true;
        notifyAll();
    }

    private final class Rank implements Communicator {
        private final int rank;

        Rank(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void allToAll(MemorySegment[] send, MemorySegment[] receive) {
            if (left[rank]) {
                throw new IllegalStateException("communicator of rank " + rank + " is closed");
            }
            Segments.requireOneForEachRank(send, receive, size);
            sent[rank] = send;
            meet(rank);
            for (int other = 0; other < size; other++) {
                if (other != rank) {
                    copy(sent[other][rank], receive[other], other);
                }
            }
            meet(rank);
        }

        private void copy(MemorySegment from, MemorySegment to, int other) {
            if (from.byteSize() != to.byteSize()) {
                throw new CommunicationException("rank " + other + " sends " + from.byteSize() + " bytes to rank " + rank + ", expected "
                        + to.byteSize());
            }
            to.copyFrom(from);
        }

        @Override
        public void close() {
            leave(rank);
        }

        @Override
        public String toString() {
            return "rank " + rank + " of " + size + " over threads of one JVM";
        }
    }
}
