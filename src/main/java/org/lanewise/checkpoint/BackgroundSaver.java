package org.lanewise.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Uninterrupted;
import org.lanewise.snapshot.Snapshot;

/**
 * Saves checkpoints while steps go on: the optimizer's numbers are copied, and a thread of its own writes the copy.
 *
 * <pre>{@code
 * try (var saver = new BackgroundSaver()) {
 *     while (training) {
 *         optimizer.step(() -> computeGradients());
 *         if (optimizer.steps() % 1000 == 0) {
 *             saver.save(checkpoint, file);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>It keeps native memory for one copy: as many bytes as a file has, until it is closed. What goes wrong while a file is written is
 * thrown by the next call. A program that ends without {@link #close} still waits for its thread. Not thread-safe.
 */
public final class BackgroundSaver implements AutoCloseable {
    private Optional<Writing> writing = Optional.empty();
    private Optional<Arena> arena = Optional.empty();
    private MemorySegment memory = MemorySegment.NULL;
    private boolean closed;

    private record Writing(Thread thread, Result result) {}

    /** Does the work; what it threw is read once its thread has ended. */
    private static final class Result implements Runnable {
        private final Uninterrupted.Work<Path> work;
        private Optional<Throwable> thrown = Optional.empty();

        Result(Uninterrupted.Work<Path> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                work.run();
            } catch (Throwable e) {
                thrown = Optional.of(e);
            }
        }
    }

    /** Without memory or a thread until something is saved. */
    public BackgroundSaver() {}

    /**
     * Copies the optimizer's numbers and has them written. If the file before is still being written, waits for that first.
     *
     * @param checkpoint what is saved
     * @param file where
     * @throws IOException if the file before could not be written; this one is not written then
     * @throws IllegalStateException if this is closed, or as {@link Checkpoint#save}; nothing is written then
     * @throws OutOfMemoryError if there is no memory for the copy; nothing is written then
     */
    public void save(Checkpoint checkpoint, Path file) throws IOException {
        Check.notNull("checkpoint", checkpoint);
        Check.notNull("file", file);
        start(checkpoint, snapshot -> {
            checkpoint.save(snapshot, file);
            return file;
        });
    }

    /**
     * The same into a folder of checkpoints.
     *
     * @param checkpoint what is saved
     * @param folder where
     * @throws IOException if the file before could not be written, or as {@link CheckpointFolder#save}; this one is not written then
     * @throws IllegalStateException as {@link #save(Checkpoint, Path)}
     */
    public void save(Checkpoint checkpoint, CheckpointFolder folder) throws IOException {
        Check.notNull("checkpoint", checkpoint);
        Check.notNull("folder", folder);
        long steps = checkpoint.steps();
        start(checkpoint, snapshot -> folder.save(checkpoint, snapshot, steps));
    }

    /** What is done with a copy. */
    private interface Saving {
        Path save(Snapshot snapshot) throws IOException;
    }

    private void start(Checkpoint checkpoint, Saving saving) throws IOException {
        if (closed) {
            throw new IllegalStateException("saver is closed");
        }
        join();
        Snapshot live = checkpoint.snapshot();
        long bytes = live.bytes();
        if (memory.byteSize() < bytes) {
            release();
            Arena owner = Arena.ofShared();
            arena = Optional.of(owner);
            memory = owner.allocate(bytes, Long.BYTES * Long.BYTES);
        }
        Snapshot copy = live.copied(memory);
        Result result = new Result(() -> saving.save(copy));
        writing = Optional.of(new Writing(Thread.ofPlatform().name("lanewise saver").start(result), result));
    }

    /**
     * Waits until the last file is written, also if the thread is interrupted, which it then stays.
     *
     * @throws IOException if it could not be written
     */
    public void join() throws IOException {
        if (writing.isPresent()) {
            Writing last = writing.get();
            Uninterrupted.join(last.thread);
            writing = Optional.empty();
            if (last.result.thrown.isPresent()) {
                Uninterrupted.rethrow(last.result.thrown.get());
            }
        }
    }

    /**
     * Waits as {@link #join}, and frees the memory.
     *
     * @throws IOException if the last file could not be written; the memory is freed
     */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            join();
        } finally {
            release();
        }
    }

    private void release() {
        memory = MemorySegment.NULL;
        arena.ifPresent(Arena::close);
        arena = Optional.empty();
    }
}
