package org.lanewise.distributed.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.distributed.CommunicationException;
import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.shard.Segments;

/**
 * Messages between each two ranks, in pieces whose bytes an int counts. They are polled rather than waited for, so that a rank notices
 * that another one leaves: whoever closes says so to all others.
 */
final class MpiCommunicator implements Communicator {
    private static final int DATA = 1, CLOSED = 2, FAILED = 3;
    private static final long PIECE = 1L << 30;
    private static final int SPINS = 200;
    private static final long YIELD_NANOS = 2_000_000, SLEEP_NANOS = 50_000;

    /** What may still be on its way when a rank says that it closes. */
    private static final long GRACE_NANOS = 2_000_000_000;

    private final MpiCalls calls;
    private final MpiThread thread = new MpiThread();
    private final Arena arena = Arena.global();
    private final Runnable exchange = this::exchange;
    private int rank;
    private int size;
    private String version = "";
    private MemorySegment[] requests = {};
    private int[] counts = {};
    private boolean[] left = {};
    private boolean othersFailed;
    private boolean failed;
    private boolean closed;
    private MemorySegment[] send = {};
    private MemorySegment[] receive = {};

    MpiCommunicator(MpiCalls calls) {
        this.calls = calls;
        thread.run(() -> {
            calls.start();
            rank = calls.rank();
            size = calls.size();
            version = calls.version();
        });
        requests = new MemorySegment[size];
        counts = new int[size];
        left = new boolean[size];
        for (int k = 0; k < size; k++) {
            requests[k] = arena.allocate(2L * calls.handleBytes(), Long.BYTES);
        }
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
        if (closed || failed) {
            throw new IllegalStateException("communicator of rank " + rank + (closed ? " is closed" : " has failed"));
        }
        Segments.requireOneForEachRank(send, receive, size);
        this.send = send;
        this.receive = receive;
        try {
            thread.run(exchange);
        } catch (Throwable e) {
            failed = true;
            throw e;
        }
    }

    private void exchange() {
        long most = 0;
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                most = Math.max(most, Math.max(send[other].byteSize(), receive[other].byteSize()));
            }
        }
        for (long from = 0; from < most; from += PIECE) {
            for (int step = 1; step < size; step++) {
                start((rank + step) % size, from);
            }
            await();
        }
    }

    /** Starts the messages from and to a rank, of a piece that starts at some byte. */
    private void start(int other, long from) {
        counts[other] = 0;
        MemorySegment in = piece(receive[other], from), out = piece(send[other], from);
        if (in.byteSize() > 0) {
            calls.receive(in, other, DATA, request(other));
        }
        if (out.byteSize() > 0) {
            calls.send(out, other, DATA, request(other));
        }
    }

    private MemorySegment request(int other) {
        return requests[other].asSlice((long) counts[other]++ * calls.handleBytes());
    }

    private static MemorySegment piece(MemorySegment memory, long from) {
        return from == 0 && memory.byteSize() <= PIECE ? memory
                : memory.asSlice(Math.min(from, memory.byteSize()), Math.clamp(memory.byteSize() - from, 0, PIECE));
    }

    private void await() {
        long began = System.nanoTime(), leftSince = 0;
        for (int polls = 0;; polls++) {
            int waitsFor = -1;
            for (int other = 0; other < size; other++) {
                if (counts[other] > 0 && calls.done(counts[other], requests[other], other)) {
                    counts[other] = 0;
                }
                if (counts[other] > 0 && (waitsFor < 0 || left[other])) {
                    waitsFor = other;
                }
            }
            if (waitsFor < 0) {
                return;
            }
            if (polls >= SPINS) {
                long now = System.nanoTime();
                hearOfOthers();
                leftSince = left[waitsFor] && leftSince == 0 ? now : leftSince;
                if (left[waitsFor] && now - leftSince > GRACE_NANOS) {
                    throw new CommunicationException("rank " + waitsFor + " has left while rank " + rank + " waits for it");
                }
                pause(now - began);
            }
        }
    }

    private static void pause(long waited) {
        if (waited < YIELD_NANOS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(SLEEP_NANOS);
        }
    }

    /** Takes the messages of ranks that close. */
    private void hearOfOthers() {
        for (int other = 0; other < size; other++) {
            for (int tag = CLOSED; tag <= FAILED && other != rank && !left[other]; tag++) {
                if (calls.hasCome(other, tag)) {
                    calls.take(other, tag);
                    left[other] = true;
                    othersFailed |= tag == FAILED;
                }
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                thread.run(this::leave);
            } finally {
                thread.end();
            }
        }
    }

    /**
     * Tells all others, and hears of them. MPI ends in order only if all ranks do; else it is left to {@code mpirun}, which ends the job
     * once this process ends with an error.
     */
    private void leave() {
        MemorySegment[] told = new MemorySegment[size];
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                told[other] = arena.allocate(calls.handleBytes(), Long.BYTES);
                calls.send(MemorySegment.NULL, other, failed ? FAILED : CLOSED, told[other]);
            }
        }
        long began = System.nanoTime();
        for (boolean all = false; !all && !(failed && System.nanoTime() - began > GRACE_NANOS);) {
            hearOfOthers();
            all = true;
            for (int other = 0; other < size; other++) {
                all &= other == rank || left[other] && calls.done(1, told[other], other);
            }
            if (!all) {
                pause(System.nanoTime() - began);
            }
        }
        if (!failed && !othersFailed) {
            calls.finish();
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + " of " + size + " over " + version;
    }
}
