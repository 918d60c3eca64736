package org.lanewise.safetensors;

import java.io.IOException;
import java.util.Optional;

/**
 * Does what an interrupt must not stop: a channel is closed by an interrupt of the thread that uses it. So a thread of its own does it,
 * and the caller waits, and stays interrupted if it was.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /**
     * Something that reads or writes files.
     *
     * @param <T> type of the result
     */
    public interface Work<T> {
        /**
         * Does it.
         *
         * @return the result
         * @throws IOException if it fails
         */
        T run() throws IOException;
    }

    /**
     * Does it.
     *
     * @param <T> type of the result
     * @param work what is done
     * @return its result
     * @throws IOException if that fails
     */
    public static <T> T call(Work<T> work) throws IOException {
        Task<T> task = new Task<>(work);
        Thread thread = Thread.ofPlatform().name("lanewise files").start(task);
        join(thread);
        return task.result();
    }

    /**
     * Waits for a thread to end.
     *
     * @param thread the thread
     */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Throws what another thread threw.
     *
     * @param thrown what it threw
     * @throws IOException if it is one
     */
    public static void rethrow(Throwable thrown) throws IOException {
        switch (thrown) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    private static final class Task<T> implements Runnable {
        private final Work<T> work;
        private Optional<T> result = Optional.empty();
        private Optional<Throwable> thrown = Optional.empty();

        Task(Work<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                result = Optional.of(work.run());
            } catch (Throwable e) {
                thrown = Optional.of(e);
            }
        }

        T result() throws IOException {
            if (thrown.isPresent()) {
                rethrow(thrown.get());
            }
            return result.orElseThrow();
        }
    }
}
